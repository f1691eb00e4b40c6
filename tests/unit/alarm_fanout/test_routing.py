"""Who is told: the catalogue, prefix rules of a team, a default; and what mutes match."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.routing import Router, RouteSettings, Target
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import CATALOGUE, ChannelKind, Severity
from avatarwatch.mutes import Mute

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
RUNBOOK = "https://example.com/runbook.md"
CHAT, MAIL, TEXT = ChannelKind.CHAT, ChannelKind.MAIL, ChannelKind.TEXT
SMS, EMAIL = Target("sms"), Target("email")
OURS = "avatar-system-StorageCritical"


def alert(name: str, state: AlertState = AlertState.ALARM, alert_id: str | None = None) -> Alert:
    return Alert(Kind.METRIC, name, "key", state, NOW, alert_id=alert_id)


def router(*overrides: RouteSettings) -> Router:
    return Router("avatar-system", RUNBOOK, overrides)


def test_an_alarm_of_ours_follows_the_catalogue() -> None:
    route = router().route(alert(OURS))
    assert (route.title, route.severity) == ("Storage", Severity.CRITICAL)
    assert route.channels == {CHAT, MAIL, TEXT}
    assert route.runbook == f"{RUNBOOK}#storage-critical"


def test_an_alert_of_our_functions_is_found_by_its_id() -> None:
    down = alert("EndpointDown", alert_id="EndpointDown")
    assert router().route(down).title == "Endpoints down"


def test_what_it_says_is_its_headline_and_its_runbook_keeps_its_name() -> None:
    down = alert("EndpointDown", alert_id="EndpointDown")
    route = router().route(replace(down, summary="avatar-api is down: HTTP 500"))
    assert (route.title, route.label) == ("avatar-api is down: HTTP 500", "Endpoints down")
    named = {rule.alert_id for rule in CATALOGUE.values() if rule.in_full}
    assert {"EndpointDown", "ComponentDown", "CostControl", "Report", "UploadBudgetBurn"} <= named


@pytest.mark.parametrize(
    ("state", "severity", "reminds"),
    [
        (AlertState.ALARM, Severity.WARNING, True),
        (AlertState.OK, Severity.WARNING, True),
        (AlertState.INFO, Severity.INFO, False),
    ],
)
def test_what_nobody_knows_is_shown_in_the_chat(
    state: AlertState, severity: Severity, *, reminds: bool
) -> None:
    route = router().route(alert("thumbs-disk-full", state))
    assert (route.title, route.severity) == ("thumbs-disk-full", severity)
    assert route.channels == {CHAT}
    assert (route.remind is not None) == reminds


@pytest.mark.parametrize("pattern", ["thumbs-*", "*", "thumbs-disk-full", "*disk*"])
def test_a_team_s_prefix_rule_decides(pattern: str) -> None:
    rule = RouteSettings(alarms=pattern, severity=Severity.CRITICAL, channels=frozenset({SMS}))
    route = router(rule).route(alert("thumbs-disk-full"))
    assert route.severity is Severity.CRITICAL
    assert route.channels == {SMS}
    assert route.remind == timedelta(days=1)  # what is left out stays


@pytest.mark.parametrize("pattern", [OURS, "StorageCritical", "Storage*", "avatar-system-*"])
def test_ours_can_be_named_by_alarm_or_by_id(pattern: str) -> None:
    rule = RouteSettings(alarms=pattern, remind_minutes=15, runbook="https://wiki/storage")
    route = router(rule).route(alert(OURS))
    assert (route.remind, route.runbook) == (timedelta(minutes=15), "https://wiki/storage")
    assert route.title == "Storage"


def test_the_first_rule_that_matches_decides_alone() -> None:
    route = router(
        RouteSettings(alarms="thumbs-*", severity=Severity.INFO),
        RouteSettings(alarms="*", channels=frozenset({EMAIL})),
    ).route(alert("thumbs-x"))
    assert route.severity is Severity.INFO
    assert route.channels == {CHAT}


def mute(pattern: str) -> Mute:
    until = NOW + timedelta(hours=1)
    return Mute(alarms=pattern, reason="r", since=NOW, until=until)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("Storage*", True),
        ("avatar-system-*", True),
        ("storage*", False),
        ("*", True),
        ("Storage", False),
    ],
)
def test_a_mute_matches_the_alarm_s_name_or_its_id(pattern: str, *, matches: bool) -> None:
    assert mute(pattern).matches(OURS, "StorageCritical") is matches


def test_a_mute_covers_its_time() -> None:
    edges = [-1, 0, 3599, 3600]
    assert [mute("*").covers(NOW + timedelta(seconds=each)) for each in edges] == [
        False,
        True,
        True,
        False,
    ]
