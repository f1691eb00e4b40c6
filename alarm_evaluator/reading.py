"""From the parameters of PutMetricAlarm and PutCompositeAlarm, as AWS writes them, to alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alarm_evaluator.errors import EvaluatorError, NotSimulatedError
from alarm_evaluator.expressions.reading import parse
from alarm_evaluator.model import (
    Actions,
    Comparison,
    CompositeAlarm,
    MetricAlarm,
    MetricRef,
    Missing,
    Query,
    State,
    Suppressor,
)
from alarm_evaluator.stats import statistic

_ACTIONS = {
    State.OK: "OKActions",
    State.ALARM: "AlarmActions",
    State.INSUFFICIENT_DATA: "InsufficientDataActions",
}
_NOT_SIMULATED = {
    "ThresholdMetricId": "an anomaly detection band",
    "EvaluationCriteria": "PromQL",
}
# Alarms on it "default to ignore missing data" (User Guide, on AWS/DynamoDB).
_IGNORES = "AWS/DynamoDB"


def metric_alarm(parameters: Mapping[str, Any]) -> MetricAlarm:
    """Return an alarm on a metric or on metric math.

    ``parameters`` are those of PutMetricAlarm or of AWS::CloudWatch::Alarm.

    Raises
    ------
    NotSimulatedError
        It needs what only AWS knows: a band, Metrics Insights, PromQL, a wall clock window.
    EvaluatorError
        It is no alarm that CloudWatch takes.
    """
    for name, what in _NOT_SIMULATED.items():
        if parameters.get(name):
            raise NotSimulatedError(f"not simulated: {what}")
    if "WallClockWindow" in parameters.get("EvaluationWindow", {}):
        raise NotSimulatedError("not simulated: a wall clock window")
    queries = _queries(parameters)
    periods = int(parameters["EvaluationPeriods"])
    warm_up = parameters.get("WarmUpConfiguration", {}).get("WarmUpPeriodDurationInMinutes", 0)
    return MetricAlarm(
        name=parameters["AlarmName"],
        queries=queries,
        period=_period(parameters),
        periods=periods,
        needed=int(parameters.get("DatapointsToAlarm", periods)),
        comparison=_comparison(parameters["ComparisonOperator"]),
        threshold=float(parameters["Threshold"]),
        missing=Missing(parameters.get("TreatMissingData") or _default(queries)),
        low_samples_ignored=parameters.get("EvaluateLowSampleCountPercentile") == "ignore",
        warm_up=60 * int(warm_up),
        actions=_actions(parameters),
        description=parameters.get("AlarmDescription", ""),
    )


def composite_alarm(parameters: Mapping[str, Any]) -> CompositeAlarm:
    """Return a composite alarm; ``parameters`` are those of PutCompositeAlarm."""
    name = parameters.get("ActionsSuppressor")
    return CompositeAlarm(
        name=parameters["AlarmName"],
        rule=parameters["AlarmRule"],
        suppressor=Suppressor(
            str(name).rsplit(":alarm:", 1)[-1],
            int(parameters["ActionsSuppressorWaitPeriod"]),
            int(parameters["ActionsSuppressorExtensionPeriod"]),
        )
        if name
        else None,
        actions=_actions(parameters),
        description=parameters.get("AlarmDescription", ""),
    )


def _queries(parameters: Mapping[str, Any]) -> tuple[Query, ...]:
    if "Metrics" not in parameters:
        name = str(parameters.get("ExtendedStatistic") or parameters["Statistic"])
        statistic(name)
        return (Query("m1", _metric(parameters), name),)
    return tuple(_query(each) for each in parameters["Metrics"])


def _query(written: Mapping[str, Any]) -> Query:
    returns = written.get("ReturnData", True) in {True, "true"}
    if expression := written.get("Expression"):
        parse(expression)
        return Query(written["Id"], expression=expression, returns=returns)
    stat = written["MetricStat"]
    statistic(stat["Stat"])
    return Query(written["Id"], _metric(stat["Metric"]), stat["Stat"], returns=returns)


def _metric(written: Mapping[str, Any]) -> MetricRef:
    dimensions: Sequence[Mapping[str, str]] = written.get("Dimensions") or ()
    named = sorted((each["Name"], str(each["Value"])) for each in dimensions)
    return MetricRef(written["Namespace"], written["MetricName"], tuple(named))


def _period(parameters: Mapping[str, Any]) -> int:
    if "Metrics" not in parameters:
        return int(parameters["Period"])
    periods = {
        int((each.get("MetricStat") or each)["Period"])
        for each in parameters["Metrics"]
        if each.get("MetricStat") or each.get("Period")
    }
    if len(periods) != 1:  # "Each metric must be using the same period"
        raise EvaluatorError(f"{parameters['AlarmName']} has metrics of periods {sorted(periods)}")
    return periods.pop()


def _comparison(name: str) -> Comparison:
    if name not in set(Comparison):
        raise NotSimulatedError(f"not simulated: {name}, which compares with a band")
    return Comparison(name)


def _default(queries: Sequence[Query]) -> str:
    spaces = {query.metric.namespace for query in queries if query.metric}
    return Missing.IGNORE if spaces == {_IGNORES} else Missing.MISSING


def _actions(parameters: Mapping[str, Any]) -> Actions:
    return Actions(
        {state: tuple(parameters.get(name) or ()) for state, name in _ACTIONS.items()},
        parameters.get("ActionsEnabled", True) in {True, "true"},
    )
