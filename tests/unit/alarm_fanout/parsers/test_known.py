"""Known services say what happened in their first line, and how bad it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import meaning, parse, sounds
from alarm_fanout.parsers.known import ENTRIES
from alarm_fanout.parsers.known.filters import DOCUMENTS, TEXTS
from alarm_fanout.parsers.known.reading import Source
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from unit.alarm_fanout.parsers.event_files import NOW
from unit.alarm_fanout.parsers.known_events import CASES, OTHERS, Case

_FILTER = re.compile(r"\{[^{}|]+((?:\|\w+)+)\}")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_headline_says_what_happened(case: Case) -> None:
    alerts = parse(Envelope(case.payload, case.payload, subject=case.subject), NOW)
    assert tuple(alert.title for alert in alerts) == case.says
    assert alerts[0].severity is case.severity
    assert {alert.state for alert in alerts} == {case.state}
    assert len({alert.key for alert in alerts}) == len(alerts)


@pytest.mark.parametrize("case", OTHERS, ids=[case["says"][:40] for case in OTHERS])
def test_other_events_say_what_happened(case: dict[str, Any]) -> None:
    message = case["message"]
    [alert] = parse(Envelope(message, message, subject=case.get("subject")), NOW)
    assert (alert.title or alert.name, alert.severity, alert.state) == (
        case["says"], case["severity"], case["state"],
    )  # fmt: skip


def test_a_list_of_known_messages_is_an_alert_for_each() -> None:
    checks = [
        {
            "event": f"check.{event}",
            "check": {"token": token, "url": f"https://{token}.example.com"},
        }
        for event, token in (("down", "a"), ("up", "b"))
    ]
    read = parse(Envelope(checks, checks), NOW)
    assert [alert.state for alert in read] == [AlertState.ALARM, AlertState.OK]
    assert len({alert.key for alert in read}) == 2
    for other in ([*checks, {"x": 1}], [*checks, "x"], checks * 26):
        [alert] = parse(Envelope(other, other), NOW)
        assert alert.state is AlertState.INFO


def test_a_grade_beyond_every_number_is_as_bad_as_it_sounds() -> None:
    detail = {"title": "A bucket was made public", "severity": 10**400, "type": "Policy:S3/Public"}
    event = {"detail-type": "GuardDuty Finding", "id": "1", "source": "x", "detail": detail}
    [alert] = parse(Envelope(event, event), NOW)
    assert alert.title == "A bucket was made public"


def test_what_is_set_and_what_is_cleared_are_one_alert() -> None:
    messages = [case["message"] for case in OTHERS]
    read = [parse(Envelope(message, message), NOW)[0] for message in messages]
    opened = {alert.key for alert in read if alert.state is AlertState.ALARM}
    assert {alert.key for alert in read if alert.state is AlertState.OK} <= opened


_NAME = st.sampled_from(["jobName", "TrainingJobName", "canary-name", "repository_name", "Title"])
_STATUS = st.sampled_from(["status", "JobStatus", "test-run-status", "currentServiceStatus"])
_REASON = st.sampled_from(["FailureReason", "failure-message", "statusReason", "errorMessage"])


@given(_NAME, _STATUS, _REASON, st.permutations(range(5)), st.sampled_from(["", "run", "a"]))
def test_an_event_that_nobody_told_us_about_says_what_failed_and_why(
    name: str, status: str, reason: str, order: list[int], part: str
) -> None:
    fields = [(name, "nightly"), (status, "FAILED"), (reason, "the disk is full"),
              ("previousStatus", "RUNNING"), ("userName", "eve")]  # fmt: skip
    inner: dict[str, Any] = dict(fields[place] for place in order)
    detail = {part: inner} if part == "run" else inner
    event = {"detail-type": "Thing Change", "id": "1", "source": "x", "detail": detail}
    [alert] = parse(Envelope(event, event), NOW)
    assert alert.severity is Severity.WARNING
    assert "FAILED: the disk is full" in alert.title
    assert "nightly" in alert.title


@pytest.mark.parametrize(
    ("text", "is_bad"),
    [
        ("finished with 0 errors", False), ("no errors", False), ("without any failures", False),
        ("2 errors, 0 failures", True), ("invalidation completed", False), ("invalid key", True),
        ("scaled down", False), ("web is down", True), ("set to default", False),
        ("RotationFailed", True), ("no fault found", False),
        ("errors: 0, failed=0", False), ("errors: 10", True),
    ],
)  # fmt: skip
def test_words_that_sound_bad(text: str, is_bad: object) -> None:
    assert sounds.is_bad(text) is is_bad


@pytest.mark.parametrize("over", ["resolved", "CLOSED", "ok"])
def test_what_is_over_is_no_trouble_whatever_it_was(over: str) -> None:
    message = {"title": "CPU", "severity": "critical", "state": over, "previousState": "FAILED"}
    assert meaning.severity(message) is Severity.INFO
    assert meaning.severity(message | {"state": "open"}) is Severity.CRITICAL


def test_what_fires_and_what_resolves_are_one_alert() -> None:
    fires, resolves = (
        parse(Envelope(case.payload, case.payload), NOW)[0]
        for case in CASES
        if case.name.startswith("alertmanager")
    )
    assert fires.key == resolves.key
    assert (fires.state, resolves.state) == (AlertState.ALARM, AlertState.OK)


def test_an_entry_tells_itself_from_every_other() -> None:
    names = [name for entry in ENTRIES for name in entry.of]
    assert len(names) == len(set(names))
    for entry in ENTRIES:
        assert bool(entry.of) != bool(entry.has)
        assert not entry.state or entry.keys


def test_every_filter_of_a_template_is_one() -> None:
    templates = [
        text
        for entry in ENTRIES
        for text in (*entry.titles, *entry.sentence, *dict(entry.facts).values(), entry.link)
    ]
    paths = [each.path for entry in ENTRIES for each in entry.severity]
    paths += [entry.state.path for entry in ENTRIES if entry.state]
    templates += [f"{{{path}}}" for path in paths]
    used = {
        name for text in templates for each in _FILTER.findall(text) for name in each[1:].split("|")
    }
    assert used <= TEXTS.keys() | DOCUMENTS.keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from([case for case in CASES if isinstance(case.payload, dict)]), st.data())
def test_whatever_stands_in_a_field_the_message_is_read(case: Case, data: st.DataObject) -> None:
    payload = json.loads(json.dumps(case.payload))
    within = payload.get("detail", payload)
    field = data.draw(st.sampled_from(sorted(within)))
    within[field] = data.draw(JSON)
    for alert in parse(Envelope(payload, payload), NOW):
        assert alert.name


def test_text_of_a_message_is_no_template() -> None:
    source = Source({}, {"a": "{b}[c]", "b": "secret"})
    assert source.fill("x {a}[: {a}]") == "x {b}[c]: {b}[c]"
