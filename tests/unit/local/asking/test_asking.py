"""`make mute` and its kin: what is sent where, what a glob matches, and what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from examples import examples
from local.asking import __main__ as asking
from local.asking.names import matching, nearest
from local.doctor.deployment import Deployment, NoDeploymentError
from local.paths import ROOT
from unit.local.asking.account import NOW, Account


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account()
    monkeypatch.setattr(asking, "deployment_of", lambda _: made.deployment)
    for name in asking.EXAMPLE:
        monkeypatch.delenv(name, raising=False)
    return made


ASKED = {
    "mute": (
        {"ALARMS": "orders-*", "MINUTES": "60", "REASON": "don't wake $me"},
        "fanout",
        {"action": "mute", "alarms": "orders-*", "minutes": 60, "reason": "don't wake $me"},
    ),
    "unmute": ({"ALARMS": "orders-*"}, "fanout", {"action": "unmute", "alarms": "orders-*"}),
    "mutes": ({}, "fanout", {"action": "mutes"}),
    "maintain": (
        {
            "MAINTENANCE": "imports",
            "ALARMS": "orders-*",
            "MINUTES": "90",
            "REASON": "bulk import",
            "STARTS": "2036-12-07T02:30",
            "ZONE": "Europe/Stockholm",
            "REPEAT": "FREQ=WEEKLY;BYDAY=SU",
        },
        "fanout",
        {
            "action": "maintain",
            "name": "imports",
            "alarms": "orders-*",
            "minutes": 90,
            "reason": "bulk import",
            "starts": "2036-12-07T02:30",
            "zone": "Europe/Stockholm",
            "repeat": "FREQ=WEEKLY;BYDAY=SU",
        },
    ),
    "cancel": ({"MAINTENANCE": "imports"}, "fanout", {"action": "cancel", "name": "imports"}),
    "plan": ({}, "cost", {"action": "plan"}),
    "undo": ({"BUCKET": "avatars"}, "cost", {"action": "rollback", "bucket": "avatars"}),
}


ONCE = {
    "MAINTENANCE": "imports", "ALARMS": "x", "MINUTES": "60", "REASON": "r",
    "STARTS": "2036-12-07T02:30",
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_each_command_asks_its_function(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    given, function, event = ASKED[name]
    for each, value in given.items():
        monkeypatch.setenv(each, value)
    assert asking.main([name, "prod"]) == 0
    assert account.sent == [(function, event)]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("mute", {"MINUTES": "5", "REASON": "r"}, "ALARMS is missing: make mute ENV=prod ALARMS="),
        ("mute", {"ALARMS": "x", "MINUTES": "soon", "REASON": "r"}, "MINUTES: 'soon' is no number"),
        ("mute", {"ALARMS": "x", "MINUTES": "5"}, "REASON is missing"),
        ("unmute", {}, "ALARMS is missing"),
        ("undo", {}, "BUCKET is missing: make undo ENV=prod BUCKET=avatars"),
        ("cancel", {}, "MAINTENANCE is missing: make cancel ENV=prod MAINTENANCE=imports"),
        ("maintain", {**ONCE, "STARTS": ""}, "STARTS is missing: make maintain ENV=prod"),
        ("maintain", {**ONCE, "STARTS": "tomorrow"}, "starts: needs a time like"),
        ("maintain", {**ONCE, "ZONE": "Mars"}, "zone: the tz database has no 'Mars'"),
        ("maintain", {**ONCE, "REPEAT": "FREQ=HOURLY"}, "repeat: FREQ needs one of"),
        ("mute", {"ALARMS": " ", "MINUTES": "5", "REASON": "r"}, "ALARMS is missing"),
        ("mute", {"ALARMS": "x", "MINUTES": "0", "REASON": "r"}, "MINUTES: needs 1 to 10080"),
        ("mute", {"ALARMS": "x", "MINUTES": "9" * 5000, "REASON": "r"}, "MINUTES: needs 1 to"),
        ("maintain", {**ONCE, "STARTS": "2020-12-07T02:30"}, "starts: it does not come any more"),
        ("maintain", {**ONCE, "ZONE": "CEST"}, "called by places, as in Europe/Stockholm"),
        ("maintain", {**ONCE, "MINUTES": "99999"}, "MINUTES: needs 1 to 10080"),
    ],
)
def test_what_is_missing_is_named_and_nothing_sent(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    *, name: str, given: dict[str, str], said: str,
) -> None:  # fmt: skip
    for each, value in given.items():
        monkeypatch.setenv(each, value)
    assert asking.main([name, "prod"]) == 2
    assert said in capsys.readouterr().out
    assert account.sent == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("orders-*", "holds back: orders-db-cpu"),
        ("*Critical", "holds back: CdnLatencyCritical, "),
        ("whole-*", "holds back: whole-site"),
        ("told-of-*", "holds back: told-of-elsewhere"),
        ("order-*", "nothing is called order-* now"),
        ("storagecritical*", "Did you mean StorageCritical?"),
    ],
)
def test_a_mute_says_what_it_matches_or_that_it_matches_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    *, pattern: str, said: str,
) -> None:  # fmt: skip
    for each, value in {"ALARMS": pattern, "MINUTES": "5", "REASON": "r"}.items():
        monkeypatch.setenv(each, value)
    assert asking.main(["mute", "prod"]) == 0
    assert said in capsys.readouterr().out
    assert len(account.sent) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"STARTS": "2026-11-24T02:30"}, ["comes Tue 2026-11-24 02:30 to Tue 03:30 UTC"]),
        (
            # over the clocks' change of 25 October 2026, on the wall the same
            {"STARTS": "2026-10-18T02:30", "ZONE": "Europe/Stockholm", "NOW": "2026-10-17",
             "REPEAT": "FREQ=WEEKLY;UNTIL=20261102"},
            ["comes Sun 2026-10-18 02:30 to Sun 03:30 CEST",
             "comes Sun 2026-10-25 02:30 to Sun 02:30 CET",
             "comes Sun 2026-11-01 02:30 to Sun 03:30 CET"],
        ),
        ({"STARTS": "2030-11-01T02:30"}, ["comes Fri 2030-11-01 02:30 to Fri 03:30 UTC"]),
        ({"STARTS": "2026-11-01T02:30", "REPEAT": "FREQ=DAILY"}, ["comes Tue 2026-11-24"] * 1),
    ],
)  # fmt: skip
def test_maintenance_says_when_it_comes(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    *, given: dict[str, str], said: list[str],
) -> None:  # fmt: skip
    for each, value in {**ONCE, **given}.items():
        monkeypatch.setenv(each, value)
    now = datetime.fromisoformat(given["NOW"]).replace(tzinfo=UTC) if "NOW" in given else NOW
    with time_machine.travel(now, tick=False):
        assert asking.main(["maintain", "prod"]) == 0
    told = capsys.readouterr().out
    assert "nothing is called x now" in told
    for each in said:
        assert each in told
    assert told.count("\ncomes ") == (5 if "DAILY" in given.get("REPEAT", "") else
                                    sum(each.startswith("comes") for each in said))  # fmt: skip
    assert len(account.sent) == 1


def test_what_the_function_refuses_ends_with_its_words(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.answer = {"errorMessage": "alarms: there is no mute 'x'", "errorType": "SettingsError"}
    assert asking.main(["mutes", "prod"]) == 1
    assert "there is no mute 'x'" in capsys.readouterr().out


def test_without_a_deployment_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(_: str) -> Deployment:
        raise NoDeploymentError("nothing runs on this machine")

    monkeypatch.setattr(asking, "deployment_of", none)
    assert asking.main(["mutes", "local"]) == 2
    assert "nothing runs on this machine" in capsys.readouterr().out


def test_the_nearest_name_is_one_that_is_there(account: Account) -> None:
    _, known = matching(account.deployment, "x")
    assert nearest("orders-db-cp", known) == "orders-db-cpu"
    assert nearest("*", known) is None
    assert nearest("zzzzzz", known) is None


@pytest.mark.parametrize("name", ASKED)
def test_make_names_the_environment_and_no_shell_reads_what_was_written(name: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", name, "ENV=prod", "REASON=it's `date` $$HOME"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == f".venv/bin/python -m local.asking {name} prod"


# what a command line can hand over; make takes the blanks before a value away
BLANKS = " \t\n\v\f\r"
WRITTEN = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30
).map(lambda text: text.lstrip(BLANKS) or "x")
READ = (*asking.EXAMPLE, "URL", "ENTRY", "PARAMETERS")
SHOWN = (
    f"shown:\n\t@{sys.executable} -c"
    " 'import json, os, sys; print(json.dumps([os.environ[each] for each in sys.argv[1:]]))'"
    f" {' '.join(READ)}\n"
)


# what make would read, and what a shell would
MADE = list(islice(cycle(
    ["$(shell echo expanded)", "$$", "$HOME", "${PATH}", "$(error no)", '{"a": "$(b"}']
), len(READ)))  # fmt: skip
ODD = list(islice(cycle(
    ["it's `date`", 'a "b" \\', "a # b", "a, b) (c", "  a  ", "two\nlines"]
), len(READ)))  # fmt: skip


@settings(max_examples=examples(25), deadline=None)
@example(MADE)
@example(ODD)
@given(st.lists(WRITTEN, min_size=len(READ), max_size=len(READ)))
def test_the_program_reads_what_was_written_whatever_make_means_by_it(written: list[str]) -> None:
    typed = [f"{name}={text}" for name, text in zip(READ, written, strict=True)]
    done = subprocess.run(
        ["make", "-f", "Makefile", "-f", "-", "shown", *typed],  # noqa: S607
        cwd=ROOT, capture_output=True, input=SHOWN.encode(), check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == [text.lstrip(BLANKS) for text in written]


def test_who_may_not_list_alarms_is_let_sleep_all_the_same(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeAlarms")

    monkeypatch.setattr(asking, "matching", denied)
    for each, value in {"ALARMS": "x", "MINUTES": "5", "REASON": "r"}.items():
        monkeypatch.setenv(each, value)
    assert asking.main(["mute", "prod"]) == 0
    assert len(account.sent) == 1
    assert "what it holds back is not known" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [None, "x", [], 3])
def test_an_answer_that_is_none_is_told(
    account: Account, capsys: pytest.CaptureFixture[str], answer: Any
) -> None:
    account.answer = answer
    assert asking.main(["mutes", "prod"]) == 1
    assert "fanout answered" in capsys.readouterr().out
