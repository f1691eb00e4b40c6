"""Alarms of other teams that are made in odd ways: units, statistics, formulas, missing data."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from alarm_fanout.envelopes import Envelope
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.metric_units import unit_of
from alarm_fanout.routing import Router
from alarm_fanout.words import Words, words
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit, humanize
from fakes.clock import MORNING
from fakes.world import SYSTEM

REASON = (
    "Threshold Crossed: 1 datapoint [{} (23/11/26 10:14:00)] was greater than the threshold ({})"
)


def alarm(value: float, threshold: float, **trigger: Any) -> dict[str, Any]:
    return {
        "AlarmName": "odd",
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "OldStateValue": "OK",
        "NewStateReason": REASON.format(value, threshold),
        "StateChangeTime": "2026-11-23T10:15:00.000+0000",
        "AlarmArn": "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:odd",
        "Trigger": {
            "Period": 60, "EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
        } | trigger,
    }  # fmt: skip


def metric(namespace: str, name: str, stat: str = "Average", unit: str | None = None) -> Any:
    return {"Namespace": namespace, "MetricName": name, "Statistic": stat, "Unit": unit}


def of(
    value: float,
    threshold: float,
    namespace: str,
    name: str,
    stat: str = "Average",
    *,
    unit: str | None = None,
) -> dict[str, Any]:
    return alarm(value, threshold, **metric(namespace, name, stat, unit))


def formula(label: str | None, expression: str) -> Any:
    return {"Metrics": [{"Id": "e1", "Label": label, "Expression": expression, "ReturnData": True}]}


def told(message: dict[str, Any]) -> Words:
    [alert] = parse(Envelope(message, message), MORNING)
    route = Router(SYSTEM.name, "https://example.com").route(alert)
    incident = Incident(alert.key, alert, MORNING, is_open=True, opened_at=MORNING)
    return words(Notice(NoticeKind.OPENED, alert.change_id, incident, route, MORNING), SYSTEM)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (of(5.6, 5, "Shop", "Stored", unit="Terabytes"), "5.6 TB, over 5 TB"),
        (of(9.4, 9, "Shop", "Link", unit="Gigabits/Second"), "9.4 Gbit/s, over 9 Gbit/s"),
        (of(940, 900, "Shop", "In", unit="Kilobytes/Second"), "940 kB/s, over 900 kB/s"),
        (of(9.4e8, 9e8, "AWS/DX", "ConnectionBpsIngress"), "940 Mbit/s, over 900 Mbit/s"),
        (of(12.5, 10, "AWS/ApplicationELB", "TargetResponseTime", "PR(1:)"),
         "12.5 %, over 10 %"),
        (of(0.9, 0.5, "AWS/ApplicationELB", "TargetResponseTime", "tm99"),
         "0.9 s, over 0.5 s"),
        (of(12, 10, "AWS/ApplicationELB", "TargetResponseTime", "TC(1:)"), "12, over 10"),
        (of(95, 90, "CloudWatchSynthetics", "SuccessPercent"), "95 %, over 90 %"),
        (of(4200, 2500, "AWS/RUM", "WebVitalsLargestContentfulPaint", "p90"),
         "4.2 s, over 2.5 s"),
        (alarm(7.8125, 5, **formula("5xx rate (%)", "100*(m1/m2)")), "7.81 %, over 5 %"),
        (alarm(7.8125, 5, **formula("5xx rate", "m1/m2")), "7.81, over 5"),
    ],
)  # fmt: skip
def test_a_value_has_its_unit(message: dict[str, Any], said: str) -> None:
    found = told(message)
    assert f"{found.value}, {found.threshold}" == said


@pytest.mark.parametrize("unit", Unit)
def test_each_unit_is_written_and_those_of_cloudwatch_are_known(unit: Unit) -> None:
    assert humanize(1.0, unit)
    name = unit.value.title().replace(" Per ", "/")
    if "byte" in unit.value or "bit" in unit.value:
        assert unit_of(MetricRef("Shop", "X", (), "Average", 60), name) is unit


def test_what_an_alarm_looks_at_is_named_with_how() -> None:
    found = told(of(3200, 2000, "Shop", "UploadDuration", "p99"))
    assert found.facts == (("Metric", "UploadDuration (p99)"),)
    found = told(alarm(2, 1, **formula(None, "SELECT MAX(X) FROM Shop")))
    assert found.facts == (("Formula", "SELECT MAX(X) FROM Shop"),)


def test_periods_without_data_are_told() -> None:
    message = of(0, 1, "Shop", "Heartbeat")
    message["NewStateReason"] += " and 2 missing datapoints were treated as [Breaching]."
    assert ("Without data", "2 periods, taken as breaching") in told(message).facts


def test_a_composite_names_its_children_with_where_they_are_elsewhere() -> None:
    here = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:api-5xx"
    there = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cf-5xx"
    message = alarm(0, 0) | {
        "AlarmRule": "ALARM(api-5xx) OR ALARM(cf-5xx)",
        "NewStateReason": f"{here} transitioned to ALARM at Monday 23 November, 2026 10:15:00 UTC",
        "TriggeringChildren": [{"Arn": arn, "State": {"Value": "ALARM"}} for arn in (here, there)],
    }
    del message["Trigger"]
    found = told(message)
    assert found.sentence == ""
    names = "api-5xx (ALARM), cf-5xx (ALARM, us-east-1, 111122223333)"
    assert dict(found.facts)["Triggered by"] == names


def test_a_call_says_what_was_asked_for_and_no_secret() -> None:
    event = {
        "detail-type": "AWS API Call via CloudTrail", "id": "1", "source": "aws.iam",
        "detail": {"eventSource": "iam.amazonaws.com", "eventName": "CreateLoginProfile",
                   "userIdentity": {"arn": "arn:aws:iam::123456789012:user/eve"},
                   "requestParameters": {"userName": "backup", "password": "hunter2"}},
    }  # fmt: skip
    [alert] = parse(Envelope(event, event), MORNING.astimezone(UTC))
    assert dict(alert.facts)["Asked for"] == "userName: backup, password: (hidden)"


@pytest.mark.parametrize(
    ("document", "page"),
    [
        ({"title": "x", "html_url": "https://ci.example/1"}, "https://ci.example/1"),
        ({"title": "x", "data": {"link": "https://ci.example/2"}}, "https://ci.example/2"),
        ({"title": "x", "webhook_url": "https://hooks.example/secret"}, None),
        ({"title": "x", "UnsubscribeURL": "https://sns.example/"}, None),
        ({"title": "x", "url": "javascript:alert(1)"}, None),
    ],
)
def test_the_page_that_a_document_names_is_a_button(document: Any, page: str | None) -> None:
    [alert] = parse(Envelope(document, document), MORNING)
    assert dict(alert.links).get("Details") == page
