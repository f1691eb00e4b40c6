"""The guide's alert matrix, typed from the guide, against the template and the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from avatarwatch.catalogue import CATALOGUE, ChannelKind, Severity
from avatarwatch.catalogue.budgets import BUDGETS
from avatarwatch.kpi.formulas import PerTime, Trailing
from avatarwatch.kpi.levels import Level
from avatarwatch.kpi.signals import Crossing, Middle, Recent
from avatarwatch.kpis import KPIS
from kpi_aggregation import burn
from local.cloudformation import Deployment
from local.generate.template import Alarm, Composite, alarms, composites, defaults
from local.paths import ROOT

MAIL, TEXT, PAGE = ChannelKind.MAIL, ChannelKind.TEXT, ChannelKind.PAGE
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
OVER, UNDER = "GreaterThanThreshold", "LessThanThreshold"


@dataclass(frozen=True)
class Row:
    """A row of the guide; the threshold in the metric's unit, the frequency in seconds."""

    alert: str
    severity: Severity
    metric: str
    operator: str
    threshold: float
    action: frozenset[ChannelKind]
    frequency: int


def row(alert: str, metric: str, operator: str, threshold: float, frequency: int,
        *action: ChannelKind) -> Row:  # fmt: skip
    severity = next(s for s in Severity if alert.endswith(s.capitalize()))
    return Row(alert, severity, metric, operator, threshold, frozenset(action), frequency)


# "Monthly": an alarm looks back a week at most, so there the metric itself spans the month.
GUIDE = (
    row("StorageCritical", "StorageBytes", OVER, 100e9, DAY, MAIL, TEXT),
    row("ErrorRateCritical", "ErrorRate5m", OVER, 5, 5 * MINUTE, MAIL, PAGE),
    row("CdnLatencyCritical", "CdnLatency", OVER, 5_000, 5 * MINUTE, MAIL),
    row("UploadFailuresCritical", "UploadFailureRate", OVER, 10, 15 * MINUTE, MAIL, TEXT),
    row("StorageWarning", "StorageBytes", OVER, 50e9, DAY, MAIL),
    row("BandwidthWarning", "Bandwidth24h", OVER, 100e9, DAY, MAIL),
    row("CacheHitRateWarning", "CacheHitRate1h", UNDER, 90, HOUR, MAIL),
    row("RequestRateWarning", "RequestRate", OVER, 1_000, 15 * MINUTE, MAIL),
    row("DailyUploadsInfo", "UploadsLast24h", OVER, 500, DAY),
    row("StorageGrowthInfo", "StorageGrowth7d", OVER, 10e9, WEEK),
    row("CostIncreaseInfo", "CostIncrease30d", OVER, 20, WEEK),
    row("UserAdoptionInfo", "UserAdoption7d", OVER, 0, WEEK),
)


def looks_back(alarm: Alarm) -> float:
    """Return the seconds that an alarm judges: a signal's own, else those of its periods."""
    match KPIS[alarm.metric].formula:
        case Recent(over=span) | PerTime(over=span):
            return span.total_seconds()
        case Middle():
            return alarm.period
        case Crossing(sum=trailing):
            return trailing.over.total_seconds()
        case _:
            return alarm.window


@pytest.fixture(scope="module")
def deployed(source: dict[str, Any]) -> dict[str, Alarm]:
    return alarms(source, defaults(source))


@pytest.mark.parametrize("expected", GUIDE, ids=lambda row: row.alert)
def test_the_alarm_is_what_the_guide_asks(expected: Row, deployed: dict[str, Alarm]) -> None:
    alarm = deployed[expected.alert]
    assert (alarm.namespace, alarm.metric) == ("AvatarSystem/KPI", expected.metric)
    assert (alarm.operator, alarm.threshold) == (expected.operator, expected.threshold)
    assert looks_back(alarm) == expected.frequency
    assert alarm.name == f"avatar-system-{expected.alert}"


@pytest.mark.parametrize("expected", GUIDE, ids=lambda row: row.alert)
def test_the_right_people_are_told(expected: Row, deployed: dict[str, Alarm]) -> None:
    alarm, rule = deployed[expected.alert], CATALOGUE[expected.alert]
    assert rule.severity is expected.severity
    assert rule.channels - {ChannelKind.CHAT} == expected.action
    topics = () if expected.severity is Severity.INFO else ("AlertsTopic",)
    assert alarm.actions == alarm.ok_actions == topics


def test_the_matrix_is_in_the_guides_order(deployed: dict[str, Alarm]) -> None:
    expected = [row.alert for row in GUIDE]
    for found in (deployed, CATALOGUE):
        assert [name for name in found if name in expected] == expected


@pytest.mark.parametrize("expected", GUIDE, ids=lambda row: row.alert)
def test_it_looks_at_a_kpi_of_the_catalogue(expected: Row, deployed: dict[str, Alarm]) -> None:
    alarm, kpi = deployed[expected.alert], KPIS[expected.metric]
    assert kpi.unit is CATALOGUE[expected.alert].unit
    assert alarm.period >= kpi.cadence.length.total_seconds()


@pytest.mark.parametrize("expected", GUIDE, ids=lambda row: row.alert)
def test_the_lack_of_data_of_a_kpi_wakes_nobody(expected: Row, deployed: dict[str, Alarm]) -> None:
    assert deployed[expected.alert].missing in {"ignore", "notBreaching"}


def test_every_alarm_explains_the_lack_of_data_and_its_number_of_points(
    deployed: dict[str, Alarm],
) -> None:
    for alert, alarm in deployed.items():
        assert len(alarm.notes["MissingData"]) > 20, alert
        assert (alarm.missing == "breaching") == alert.endswith("Silent"), alert
        assert ("Evaluation" in alarm.notes) == (alarm.periods > 1), alert
        assert 1 <= alarm.datapoints <= alarm.periods, alert
        # PutMetricAlarm, API reference
        assert alarm.window <= (86_400 if alarm.period < HOUR else WEEK), alert


def test_what_spans_a_day_by_itself_recovers_within_the_hour(deployed: dict[str, Alarm]) -> None:
    spanning = [
        alarm
        for alarm in deployed.values()
        if alarm.metric in KPIS and isinstance(KPIS[alarm.metric].formula, Trailing | Level)
    ]
    assert len(spanning) == 3
    for alarm in spanning:
        assert alarm.window == KPIS[alarm.metric].cadence.length.total_seconds(), alarm.alert_id


def test_silence_is_no_news_before_the_first_sign_of_life(source: dict[str, Any]) -> None:
    alarms_on_silence = {
        name: each["Properties"] for name, each in source["Resources"].items()
        if each["Properties"].get("TreatMissingData") == "breaching"
    }  # fmt: skip
    # ends with the first data (OnlyStartEvaluatingAfterWarmUpPeriodEnds is false by default)
    assert {
        name: properties["WarmUpConfiguration"]["WarmUpPeriodDurationInMinutes"]
        for name, properties in alarms_on_silence.items()
    } == {"HealthPollingSilent": 60, "KpiAggregationSilent": 60, "ReportingSilent": 26 * 60}


def test_an_alarm_waits_for_the_policies_of_the_topics_it_tells(source: dict[str, Any]) -> None:
    told = 0
    for name, resource in source["Resources"].items():
        if resource["Type"] in {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}:
            topics = {each["Ref"] for each in resource["Properties"].get("AlarmActions", [])}
            assert {f"{topic}Policy" for topic in topics} <= {*resource.get("DependsOn", [])}, name
            told += len(topics)
    assert told > 15


def test_a_kpi_is_a_statistic_set_whose_average_is_its_value(deployed: dict[str, Alarm]) -> None:
    kpis = [alarm for alarm in deployed.values() if alarm.namespace == "AvatarSystem/KPI"]
    assert len(kpis) >= len(GUIDE)
    assert {alarm.statistic for alarm in kpis if alarm.metric in KPIS} == {"Average"}


def test_who_tells_a_person_is_in_the_catalogue_and_links_to_its_heading(
    source: dict[str, Any], deployed: dict[str, Alarm]
) -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    anchors = {h.lower().replace(" ", "-") for h in re.findall(r"^## (.+)$", text, re.MULTILINE)}
    everything: dict[str, Alarm | Composite] = {
        **deployed, **composites(source, defaults(source)),
    }  # fmt: skip
    for alert_id, alarm in everything.items():
        if alert_id not in CATALOGUE:
            assert not alarm.actions, alert_id
            continue  # only a composite looks at it
        rule = CATALOGUE[alert_id]
        assert rule.runbook in anchors
        assert alarm.description.endswith(f"/runbook.md#{rule.runbook}")
    assert {rule.runbook for rule in CATALOGUE.values()} <= anchors


def test_an_alarm_without_action_is_information_or_a_composites_child(
    source: dict[str, Any], deployed: dict[str, Alarm]
) -> None:
    found = composites(source, defaults(source))
    looked_at = {child for composite in found.values() for child in composite.children}
    suppressors = {composite.suppressor for composite in found.values()}
    assert looked_at <= deployed.keys()
    everything: dict[str, Alarm | Composite] = {**deployed, **found}
    for alert_id, alarm in everything.items():
        if not alarm.actions:
            is_information = alert_id in CATALOGUE and (
                CATALOGUE[alert_id].severity is Severity.INFO
            )
            assert is_information or alert_id in looked_at | suppressors


def test_budgets_are_judged_by_the_function_which_costs_no_alarm(source: dict[str, Any]) -> None:
    assert composites(source, defaults(source)) == {}
    told = {f"{objective.name.capitalize()}{alert.suffix}"
            for objective in burn.OBJECTIVES for alert in burn.ALERTS}  # fmt: skip
    assert {rule.alert_id for rule in BUDGETS} == told
    assert all(rule.alarm is None for rule in BUDGETS)


def test_what_a_function_could_not_do_waits_where_an_alarm_looks(
    source: dict[str, Any], resources: dict[str, dict[str, Any]], waited_for: set[str]
) -> None:
    """No alarm of its own for each function's errors: they end in a queue that has one."""
    deployed = alarms(source, {**defaults(source), "MakeAccessLogBucket": "true"}).values()
    watched = {
        each["QueueName"]["Fn::GetAtt"][0]
        for alarm in deployed if alarm.metric == "ApproximateNumberOfMessagesVisible"
        for each in alarm.dimensions
    }  # fmt: skip
    ends: dict[str, str] = {}
    for name, resource in resources.items():
        match resource["Type"], resource["Properties"]:
            case "AWS::Lambda::EventInvokeConfig", properties:
                ends[name] = _queue(properties["DestinationConfig"]["OnFailure"]["Destination"])
            case "AWS::Scheduler::Schedule", properties:
                ends[name] = _queue(properties["Target"]["DeadLetterConfig"]["Arn"])
            case "AWS::Lambda::EventSourceMapping", {"DestinationConfig": told}:
                ends[name] = _queue(told["OnFailure"]["Destination"])
            case "AWS::Lambda::EventSourceMapping", properties:
                queue = resources[_queue(properties["EventSourceArn"])]["Properties"]
                ends[name] = _queue(queue["RedrivePolicy"]["deadLetterTargetArn"])
            case _:
                pass
    assert {name: queue for name, queue in ends.items() if queue not in watched} == {}
    functions = {n for n, r in resources.items() if r["Type"] == "AWS::Lambda::Function"}
    assert {f"{name}EventInvokeConfig" for name in functions - waited_for} <= ends.keys()


def _queue(arn: dict[str, Any]) -> str:
    return str(arn["Fn::GetAtt"][0])


@pytest.mark.parametrize("alert", ["FunctionErrors", "FunctionThrottles"])
def test_who_tells_of_the_others_is_watched_by_itself(
    deployed: dict[str, Alarm], alert: str
) -> None:
    [dimensions] = deployed[alert].dimensions
    assert dimensions == {"FunctionName": {"Ref": "AlarmFanoutFunction"}}


def test_what_cannot_get_through_the_queue_goes_straight_to_email(
    deployed: dict[str, Alarm],
) -> None:
    for alert, alarm in deployed.items():
        past = alert.endswith("Silent") or alert in {
            "DeadLetters", "DeliveryWaits", "FunctionErrors", "FunctionThrottles", "QueueAge",
        }  # fmt: skip
        assert ("EmailTopic" in alarm.actions) == past, alert


@pytest.mark.parametrize(
    ("parameter", "given", "threshold"),
    [
        ("StorageCriticalThreshold", "7", 7e9),
        ("CdnLatencyCriticalThreshold", "2", 2_000),
        ("CacheHitRateWarningThreshold", "80.5", 80.5),
        ("StorageGrowthInfoThreshold", "25", 25e9),
    ],
)
def test_a_threshold_is_given_in_the_guides_unit(
    source: dict[str, Any], parameter: str, given: str, threshold: float
) -> None:
    alert = parameter.removesuffix("Threshold")
    alarm = alarms(source, defaults(source) | {parameter: given})[alert]
    assert alarm.threshold == threshold
    if alert != "CacheHitRateWarning":
        assert f" {given} " in alarm.description


def test_every_threshold_parameter_is_named_after_its_alert(source: dict[str, Any]) -> None:
    given = {name for name in source["Parameters"] if name.endswith("Threshold")}
    assert {f"{row.alert}Threshold" for row in GUIDE} <= given
    for name in given:
        assert name.removesuffix("Threshold") in CATALOGUE
        assert Deployment(source).value({"Ref": name})
