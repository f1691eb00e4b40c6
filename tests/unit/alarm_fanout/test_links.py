"""Where a message leads: which links there are, in which order, and over which time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout.alert import Alert, Child, Comparison, Crossing, Kind
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.links import links_of
from alarm_fanout.notice import Notice
from alarm_fanout.routing import Route
from alarm_fanout.words import System
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.catalogue.model import Logs
from avatarwatch.console import Console, MetricRef

NOW = datetime(2026, 11, 23, 10, 16, 30, tzinfo=UTC)
METRIC = MetricRef("Shop", "Failures", (), "Average", 300)
SYSTEM = System("avatar-system", "eu-west-1", "/aws/api", own_logs="/aws/lambda/watch")
ROUTE = Route("Title", Severity.WARNING, frozenset({"chat"}))
ALERT = Alert(Kind.METRIC, "name", "key", AlertState.ALARM, NOW, region="eu-north-1")


def crossing(period: int = 300, periods: int = 2, *metrics: MetricRef) -> Crossing:
    return Crossing(metrics, Comparison.GreaterThanThreshold, 1.0, period, periods, periods)


JUDGED = replace(ALERT, crossing=crossing(300, 2, METRIC))


def links(alert: Alert, route: Route = ROUTE, system: System = SYSTEM) -> dict[str, str]:
    incident = Incident(key="key", alert=alert, changed_at=NOW, is_open=True)
    found = links_of(Notice(NoticeKind.OPENED, "c", incident, route, NOW), system)
    assert len({label for label, _ in found}) == len(found)
    return dict(found)


def test_an_alarm_leads_to_itself_and_what_it_judged_in_its_own_region() -> None:
    start, end = NOW.replace(minute=5, second=0), NOW.replace(minute=15, second=0)
    console = Console.of("eu-north-1")
    assert console
    assert links(JUDGED) == {
        "Alarm": console.alarm("name"), "Graph": console.graph((METRIC,), start, end),
    }  # fmt: skip
    assert "eu-north-1" in links(JUDGED)["Alarm"]


@pytest.mark.parametrize(
    ("alert", "labels"),
    [
        (ALERT, []),
        (replace(ALERT, children=(Child("arn", AlertState.ALARM),)), ["Alarm"]),
        (replace(ALERT, crossing=crossing()), ["Alarm"]),
        (JUDGED, ["Alarm", "Graph"]),
        (replace(JUDGED, region=None), []),
        (replace(JUDGED, links=(("Their own", "https://e.example"),)),
         ["Their own", "Alarm", "Graph"]),
    ],
)  # fmt: skip
def test_which_there_are(alert: Alert, labels: list[str]) -> None:
    assert list(links(alert)) == labels


def test_no_address_holds_spaces() -> None:
    [url] = links(replace(ALERT, links=(("Site", "https://e.example/a b\tc"),))).values()
    assert url == "https://e.example/a%20b%09c"


WITH_LOGS = replace(ROUTE, logs=Logs("Prober", "filter 1"))


@pytest.mark.parametrize(
    ("alert", "label", "start", "end"),
    [
        (ALERT, "Logs 09:46-10:21", NOW - timedelta(minutes=30), NOW + timedelta(minutes=5)),
        (JUDGED, "Logs 10:05-10:15", NOW.replace(minute=5, second=0),
         NOW.replace(minute=15, second=0)),
        (replace(JUDGED, crossing=crossing(3600, 6)), "Logs 04:00-10:00",
         NOW.replace(hour=4, minute=0, second=0), NOW.replace(minute=0, second=0)),
    ],
)  # fmt: skip
def test_logs_are_those_of_the_time_in_the_system_s_region(
    alert: Alert, label: str, start: datetime, end: datetime
) -> None:
    console = Console.of("eu-west-1")
    assert console
    group = "/aws/lambda/watch/Prober"
    assert links(alert, WITH_LOGS)[label.replace("-", "\u2013")] == console.logs(
        group, start, end, "filter 1"
    )


@pytest.mark.parametrize(
    ("alert", "logs", "system"),
    [
        (replace(JUDGED, crossing=crossing(3600, 7)), WITH_LOGS.logs, SYSTEM),  # too much to read
        (ALERT, None, SYSTEM),
        (ALERT, WITH_LOGS.logs, replace(SYSTEM, own_logs=None)),
        (ALERT, Logs(), replace(SYSTEM, api_log_group=None)),
    ],
)
def test_logs_that_are_not_known_or_too_many_are_left_out(
    alert: Alert, logs: Logs | None, system: System
) -> None:
    assert not [each for each in links(alert, replace(ROUTE, logs=logs), system) if "Logs" in each]


def test_the_api_s_logs_need_no_logs_of_ours() -> None:
    [url] = links(ALERT, replace(ROUTE, logs=Logs()), replace(SYSTEM, own_logs=None)).values()
    assert "*2faws*2fapi" in url


@pytest.mark.parametrize(
    ("description", "route", "link"),
    [
        ("Runbook: https://wiki/x", ROUTE, ("Runbook", "https://wiki/x")),
        ("It fails.\nRunbook:  http://wiki/x \n", ROUTE, ("Runbook", "http://wiki/x")),
        ("Runbook: https://wiki/x and more", ROUTE, None),
        ("Runbook: wiki/x", ROUTE, None),
        ("", replace(ROUTE, runbook="https://own"), ("Runbook: title", "https://own")),
        ("Runbook: https://wiki/x", replace(ROUTE, runbook="https://own", label="Short Name"),
         ("Runbook: short name", "https://own")),
    ],
)  # fmt: skip
def test_the_route_s_runbook_or_the_description_s(
    description: str, route: Route, link: tuple[str, str] | None
) -> None:
    assert links(replace(ALERT, description=description), route) == dict([link] if link else [])
