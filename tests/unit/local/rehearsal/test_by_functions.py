"""What functions tell by themselves, and what becomes of an alert that nobody acknowledges."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.settings import NotificationSettings
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import CATALOGUE
from health_polling.documents import EndpointList
from health_polling.endpoint import Thresholds
from health_polling.history import History as Kept
from health_polling.history import Incident
from health_polling.page.feed import history_json
from health_polling.settings import FunctionSettings
from local.generate.template import load
from local.rehearsal.deployed import Stack
from local.rehearsal.health import History, Polls, endpoints, polled
from local.rehearsal.kpis import Computed
from local.rehearsal.page import as_json, html
from local.rehearsal.recording import RecordingError
from local.rehearsal.rehearse import Question, Rehearsal, Team, rehearse

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=3)
REGION, MINUTE = "eu-north-1", timedelta(minutes=1)
CHAT = "/avatar-watch/chat"
ALERTS = ("EndpointDown", "ComponentDown")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def down(since: float, until: float | None, service: str = "api", part: str = "") -> Incident:
    return Incident(service, part, at(since), None if until is None else at(until), "HTTP 503")


def page(tmp_path: Path, incidents: Sequence[Incident]) -> Path:
    """Write what HealthPolling writes beside its page."""
    path = tmp_path / "history.json"
    path.write_text(history_json("avatar-system", [Kept(incidents=tuple(incidents))]))
    return path


def rehearsed(
    path: Path, team: Team | None = None, *, document: Path | None = None, chat: str = ""
) -> Rehearsal:
    stack = Stack.of(load(), {"ChatSecretsParameter": chat}, REGION)
    alone = replace(stack, alarms={})
    there, told = polled(alone, REGION, History.load(path), document, (START, END))
    return rehearse(there, Computed(), Question(START, END, REGION, 2), told, team)


def rang(found: Rehearsal, name: str) -> list[tuple[float, float | None]]:
    [line] = [line for line in found.lines if line.alert_id == name]
    return [
        ((a - START) / MINUTE, None if b is None else (b - START) / MINUTE) for a, b in line.rang
    ]


def test_an_endpoint_that_was_down_is_told_as_m_of_n_polls_say(tmp_path: Path) -> None:
    path = page(tmp_path, [down(600, 630)])
    found = rehearsed(path)
    # the third poll that fails, the second that is well again
    assert rang(found, "EndpointDown") == [(602, 631)]
    assert rang(found, "ComponentDown") == []
    assert {each.channel for each in found.told} == {"slack", "pagerduty", "email", "sms"}
    assert any("api is down: HTTP 503" in each.text for each in found.told)
    assert not set(ALERTS) & set(found.left_out)
    assert "certificate" in found.left_out["TlsExpiry"]


def test_thresholds_of_the_teams_own_decide(tmp_path: Path) -> None:
    path, document = page(tmp_path, [down(600, 630), down(700, 704)]), tmp_path / "endpoints.json"
    entry = {"name": "api", "url": "https://api.example.com", "failures": 5, "window": 6}
    document.write_text(json.dumps([entry]))
    assert rang(rehearsed(path), "EndpointDown") == [(602, 631), (702, 705)]
    assert rang(rehearsed(path, document=document), "EndpointDown") == [(604, 631)]


def test_parts_and_endpoints_that_fall_together(tmp_path: Path) -> None:
    incidents = [
        down(60, 90, part="db"),
        down(200, None, "web"),
        down(400, 420),
        down(400, 430, "web2"),
    ]
    found = rehearsed(page(tmp_path, incidents))
    assert rang(found, "ComponentDown") == [(62, 91)]
    assert (202, None) in rang(found, "EndpointDown")
    # by HealthPolling's own code: one for both, and one for who stays down when the other is well
    both = rehearsed(page(tmp_path, [down(400, 420), down(400, 430, "web")]))
    paged = [each.text for each in both.told if each.channel == "pagerduty"]
    assert len(paged) == 2
    assert "all 2 endpoints are unreachable at once" in paged[0]
    assert "web is down" in paged[1]


@given(
    st.lists(st.tuples(st.integers(20, 60), st.integers(6, 90)), min_size=1, max_size=6),
    st.builds(Thresholds, st.integers(1, 5), st.integers(5, 8), st.integers(1, 4)),
)
def test_each_time_that_was_long_enough_rings_once(
    drawn: list[tuple[int, int]], limits: Thresholds
) -> None:
    spells: list[tuple[int, int]] = []
    for quiet, lasts in drawn:
        begins = (spells[-1][1] if spells else 0) + quiet
        spells.append((begins, begins + lasts))
    history = History("s", {}, [down(a, b) for a, b in reversed(spells)])
    [usual] = endpoints(history, "", None).endpoints
    listed = EndpointList((replace(usual, thresholds=limits),), ())
    told = Polls(history, listed, settings()).run(START, END)
    assert [each.time for each in told if each.state is AlertState.ALARM] == [
        at(a + limits.failures - 1) for a, _ in spells
    ]
    assert [each.time for each in told if each.state is AlertState.OK] == [
        at(b + limits.recoveries - 1) for _, b in spells
    ]


def settings() -> FunctionSettings:
    stack = Stack.of(load(), {}, REGION)
    with stack.environment("HealthPollingFunction", REGION):
        return FunctionSettings.from_env()


@pytest.mark.parametrize(
    ("content", "why"), [("[]", "no history"), ("", "no history"), (None, "no history")]
)
def test_a_file_that_is_no_history(content: str | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RecordingError, match=why):
        History.load(path)


@pytest.mark.parametrize(
    ("content", "why"), [("{", "no JSON"), ('[{"name": "api"}]', "url"), (None, "cannot be read")]
)
def test_a_document_of_endpoints_with_mistakes(
    content: str | None, why: str, tmp_path: Path
) -> None:
    document = tmp_path / "endpoints.json"
    if content is not None:
        document.write_text(content)
    with pytest.raises(RecordingError, match=why):
        endpoints(History("s", {}, [down(1, 2)]), "", document)


def test_every_alert_is_rehearsed_or_named() -> None:
    stack = Stack.of(load(), {}, REGION)
    found = rehearse(stack, Computed(), Question(START, END, REGION, 2))
    named = {line.alert_id for line in found.lines} | found.left_out.keys()
    others = {name for name in CATALOGUE if "Budget" in name or name.startswith("Test")}
    assert named | others >= CATALOGUE.keys()
    assert "--health" in found.left_out["EndpointDown"]


def escalating(minutes: int) -> NotificationSettings:
    document = {
        "slack": {
            "bot_token": "xoxb-1",
            "channels": {"critical": "C1", "warning": "C2", "info": "C3"},
        },
        "routes": [{"alarms": "EndpointDown", "channels": ["chat"], "escalate_minutes": minutes}],
    }
    return NotificationSettings.read(json.dumps(document))


def channels(found: Rehearsal) -> Iterator[str]:
    return (each.channel for each in found.told)


@pytest.mark.parametrize("acknowledges", [None, 40, 5])
def test_what_nobody_acknowledges_goes_to_the_next_kind(
    acknowledges: int | None, tmp_path: Path
) -> None:
    goes_on = acknowledges is None or acknowledges > 20
    after = None if acknowledges is None else timedelta(minutes=acknowledges)
    team = Team(escalating(20), acknowledges=after)
    found = rehearsed(page(tmp_path, [down(600, 720)]), team, chat=CHAT)
    assert ("email" in channels(found)) is goes_on
    if goes_on:
        first = next(each.at for each in found.told if each.channel == "email")
        assert at(602) + timedelta(minutes=20) <= first < at(602) + timedelta(minutes=25)
    shown = as_json(found)["acknowledged_after_minutes"]
    assert shown == acknowledges
    assert ("somebody acknowledges" in html(found)) is (acknowledges is not None)


def test_an_acknowledged_alert_is_no_longer_reminded_of(tmp_path: Path) -> None:
    path = page(tmp_path, [down(600, 1_000)])
    reminded = sum("down" in each.text for each in rehearsed(path, chat=CHAT).told)
    team = Team(acknowledges=timedelta(minutes=30))
    told = rehearsed(path, team, chat=CHAT).told  # in Slack and in PagerDuty
    assert sum("down" in each.text for each in told) < reminded


def test_without_a_chat_that_answers_nothing_escalates(tmp_path: Path) -> None:
    path = page(tmp_path, [down(600, 720)])
    found = rehearsed(path, Team(escalating(20)))
    assert "email" not in channels(found)
    assert "ChatSecretsParameter" in found.left_out["Escalations"]
    with pytest.raises(RecordingError, match="ChatSecretsParameter"):
        rehearsed(path, Team(escalating(20), acknowledges=MINUTE))


def test_planned_maintenance_of_the_settings_holds_back(tmp_path: Path) -> None:
    window = {
        "name": "deploys", "alarms": "*", "reason": "deploy", "starts": "2026-10-01T10:00",
        "minutes": 60, "repeat": "FREQ=DAILY",
    }  # fmt: skip
    planned = NotificationSettings.read(json.dumps({"maintenance": [window]}))
    incidents = [down(610, 630), down(900, 910), down(1_440 + 610, 1_440 + 640)]
    path = page(tmp_path, incidents)
    texts = [each.at for each in rehearsed(path, Team(planned)).told if each.channel == "sms"]
    assert texts  # of the second one alone
    assert all(at(900) <= each < at(930) for each in texts)
    assert any(each.at < at(700) for each in rehearsed(path).told)
