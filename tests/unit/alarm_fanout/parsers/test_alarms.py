"""What an alarm's message tells beyond its name and state."""

from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_fanout.alert import Alert, Comparison, Crossing
from alarm_fanout.envelopes import unpack
from avatarwatch.alert_state import AlertState
from avatarwatch.console import MetricRef
from unit.alarm_fanout.parsers.event_files import NOW, event, one_of, only_alert

_LOAD_BALANCER = (("LoadBalancer", "app/avatar-api/6d0ecf831eec9f09"),)


def _crossing(name: str) -> Crossing:
    crossing = only_alert(name).crossing
    assert crossing is not None
    return crossing


def _changed(**fields: Any) -> Alert:
    """Read the metric alarm with some of its fields changed."""
    (envelope,) = unpack(event("metric-alarm-in-alarm"))
    (changed,) = unpack(envelope.payload | fields)
    return one_of(changed, NOW)


def test_a_metric_alarm() -> None:
    assert _crossing("metric-alarm-in-alarm") == Crossing(
        metrics=(MetricRef("AvatarSystem/KPI", "UploadFailureRate", (), "Maximum", 300),),
        comparison=Comparison.GreaterThanThreshold,
        threshold=10.0,
        period=300,
        periods=3,
        breaching=3,
        values=(18.2, 17.1, 12.6),
        since=datetime(2026, 11, 23, 10, tzinfo=UTC),
        crossed=3,
        of=3,
    )


def test_its_text_and_place() -> None:
    alert = only_alert("metric-alarm-in-alarm")
    assert alert.description == "More than 10 % of the uploads failed in 15 minutes."
    assert alert.reason.startswith("Threshold Crossed: 3 out of the last 3 datapoints")
    assert (alert.region, alert.account) == ("eu-north-1", "123456789012")


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("metric-alarm-china", "cn-north-1"),
        ("metric-alarm-govcloud", "us-gov-west-1"),
        ("metric-alarm-sovereign-cloud", "eusc-de-east-1"),
    ],
)
def test_other_partitions(name: str, region: str) -> None:
    """Which the region tells (avatarwatch.partitions)."""
    assert only_alert(name).region == region


def test_dimensions() -> None:
    (metric,) = _crossing("metric-alarm-lambda-errors").metrics
    assert metric.dimensions == (
        ("FunctionName", "avatar-resize"),
        ("Resource", "avatar-resize:live"),
    )
    assert metric.statistic == "Sum"


def test_a_percentile() -> None:
    crossing = _crossing("metric-alarm-percentile")
    assert crossing.metrics[0].statistic == "p99"
    assert (crossing.breaching, crossing.periods) == (3, 5)


def test_values_in_scientific_notation() -> None:
    crossing = _crossing("metric-alarm-storage-critical")
    assert crossing.values == (112e9,)
    assert crossing.comparison is Comparison.GreaterThanOrEqualToThreshold


def test_missing_data_has_no_values() -> None:
    crossing = _crossing("metric-alarm-no-datapoints")
    assert crossing.values == ()
    assert crossing.since is None


def test_a_reason_that_lists_the_most_recent_datapoints() -> None:
    assert _crossing("metric-alarm-most-recent-datapoints").values == (84.94, 84.93, 84.92)


def test_partial_data_is_said_with_m_of_n_from_the_reason() -> None:
    alert = only_alert("eventbridge-partial-data")
    assert alert.facts == (("Evaluation", "PARTIAL_DATA"),)
    assert alert.crossing is not None
    assert (alert.crossing.breaching, alert.crossing.periods) == (1, 3)
    assert alert.crossing.expression == "throttled"


def test_metric_math() -> None:
    crossing = _crossing("metric-math-alarm")
    assert [metric.name for metric in crossing.metrics] == [
        "HTTPCode_Target_5XX_Count",
        "RequestCount",
    ]
    assert all(metric.dimensions == _LOAD_BALANCER for metric in crossing.metrics)
    assert (crossing.expression, crossing.threshold, crossing.values) == (
        "5xx share",
        5.0,
        (7.25, 6.5),
    )


def test_an_anomaly_has_a_band_and_no_threshold() -> None:
    crossing = _crossing("anomaly-alarm")
    assert crossing.comparison is not None
    assert crossing.comparison.is_band
    assert (crossing.threshold, crossing.values, crossing.expression) == (
        None,
        (4120.0, 3980.0),
        None,
    )
    assert _crossing("anomaly-alarm-upper-band").comparison is Comparison.GreaterThanUpperThreshold


def test_a_composite_names_its_rule_and_its_children() -> None:
    alert = only_alert("composite-with-children")
    rule = (
        'ALARM("avatar-system-UploadFailuresCritical") OR ALARM("avatar-system-ErrorRateCritical")'
    )
    assert alert.facts == (("Rule", rule),)
    assert alert.crossing is None
    assert [(child.name, child.state) for child in alert.children] == [
        ("avatar-system-UploadFailuresCritical", AlertState.ALARM),
        ("avatar-system-ErrorRateCritical", AlertState.ALARM),
    ]
    assert alert.children[0].arn == only_alert("metric-alarm-in-alarm").key


def test_a_contributor_names_its_series() -> None:
    alert = only_alert("eventbridge-contributor-state-change")
    assert alert.facts == (("TableName", "avatar-index"),)
    assert alert.crossing is not None
    assert (alert.crossing.values, alert.crossing.threshold) == ((14.0,), 1.0)


def test_reason_data_speaks_where_there_is_no_reason() -> None:
    crossing, whole = (
        _crossing(f"eventbridge-{name}") for name in ("without-reason", "metric-alarm-in-alarm")
    )
    assert (crossing.values, crossing.threshold) == ((18.2, 17.1, 12.6), 10.0)
    assert crossing.since == whole.since


def test_broken_reason_data_costs_the_values_alone() -> None:
    alert = only_alert("eventbridge-broken-reason-data")
    assert alert.crossing is not None
    assert (alert.crossing.values, alert.crossing.threshold) == ((), None)
    assert alert.crossing.metrics == _crossing("metric-alarm-in-alarm").metrics


def test_who_holds_the_actions_back() -> None:
    held, by_alarm, muted = (
        dict(only_alert(f"eventbridge-{name}").facts)
        for name in ("state-change-suppressed", "suppression-begins", "state-change-muted")
    )
    assert held["Held back"] == "Actions suppressed by WaitPeriod"
    assert by_alarm["Held back"].endswith("alarm:avatar-maintenance")
    assert muted == {"Muted by": "bulk-import", "Muted until": "2026-11-23 12:00 UTC"}


def test_what_was_changed_in_an_alarm() -> None:
    alert = only_alert("eventbridge-configuration-updated")
    assert alert.summary == "The alarm was changed while OK."
    assert alert.facts == (("threshold", "20 → 10"), ("actionsEnabled", "no → yes"))


def test_a_created_and_a_deleted_alarm() -> None:
    created, deleted = (
        only_alert(f"eventbridge-configuration-{name}") for name in ("created", "deleted")
    )
    assert created.summary == "The alarm was created while INSUFFICIENT_DATA."
    assert created.facts[0][0] == "alarmRule"
    assert deleted.summary == "The alarm was deleted while ALARM."
    assert deleted.region == "eu-north-1"  # from the ARN: the event has none


@pytest.mark.parametrize("threshold", ["NaN", "Infinity", 10**400, [], True, None])
def test_a_threshold_that_is_no_number_leaves_the_reasons(threshold: Any) -> None:
    trigger = {"Threshold": threshold, "MetricName": "M", "Namespace": "N", "Period": "300"}
    crossing = _changed(Trigger=trigger).crossing
    assert crossing is not None
    assert crossing.threshold == 10.0
    assert crossing.period == 300


def test_a_child_whose_state_is_unknown_is_taken_to_ring() -> None:
    children = [{"Arn": "arn:x:alarm:a"}, {"Arn": None}, {"Arn": "b", "State": {"Value": "?"}}]
    alert = _changed(TriggeringChildren=children, AlarmRule="ALARM(a)", Trigger=None)
    assert [(child.name, child.state) for child in alert.children] == [
        ("a", AlertState.ALARM),
        ("b", AlertState.ALARM),
    ]


def test_a_state_that_no_alarm_has_is_told_as_plain_json() -> None:
    alert = _changed(NewStateValue="INFO")
    assert (alert.kind.value, alert.name) == ("event", "avatar-system-UploadFailuresCritical")
