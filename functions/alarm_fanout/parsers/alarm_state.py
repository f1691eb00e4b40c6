"""The state and configuration of an alarm as EventBridge and Lambda actions carry them.

Source: CloudWatch's user guide, "Alarm events and EventBridge" and "Invoke a Lambda function from
an alarm". The threshold and the datapoints stand in ``reasonData``, a text that spells JSON and may
be absent; the comparison and the number of periods stand nowhere but in the reason's sentence.
"""

import json
from dataclasses import replace

from pydantic import ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from alarm_fanout.alert import Child, Crossing
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import reason
from alarm_fanout.parsers.lenient import Finite, Lenient, Periods, Seconds, Shape, present
from alarm_fanout.parsers.texts import cleaned
from avatarwatch.alerts import AlertState
from avatarwatch.console import MetricRef


class CamelShape(Shape):
    """A part of a document whose fields begin in lower case."""

    model_config = ConfigDict(alias_generator=to_camel)


class _Metric(CamelShape):
    namespace: str
    name: str
    dimensions: Lenient[dict[str, str]] = None


class _MetricStat(CamelShape):
    metric: _Metric
    period: Lenient[Seconds] = None
    stat: Lenient[str] = None


class _Query(CamelShape):
    expression: Lenient[str] = None
    label: Lenient[str] = None
    metric_stat: Lenient[_MetricStat] = None
    period: Lenient[Seconds] = None
    return_data: Lenient[bool] = None


class Configuration(CamelShape):
    """An alarm's configuration; state changes leave out all but the first three."""

    description: Lenient[str] = None
    metrics: Lenient[list[Lenient[_Query]]] = None
    alarm_rule: Lenient[str] = None
    comparison_operator: Lenient[str] = None
    threshold: Lenient[Finite] = None
    evaluation_periods: Lenient[Periods] = None
    datapoints_to_alarm: Lenient[Periods] = None


class State(CamelShape):
    """One state of an alarm with its reason."""

    value: str
    reason: Lenient[str] = None
    reason_data: Lenient[str] = None
    timestamp: Lenient[str] = None
    actions_suppressed_by: Lenient[str] = None
    actions_suppressed_reason: Lenient[str] = None
    evaluation_state: Lenient[str] = None


class _TriggeringAlarm(CamelShape):
    arn: str
    state: Lenient[State] = None


class _ReasonData(CamelShape):
    start_date: Lenient[str] = None
    threshold: Lenient[Finite] = None
    recent_datapoints: Lenient[list[Finite]] = None
    triggering_alarms: Lenient[list[Lenient[_TriggeringAlarm]]] = None


def queries(configuration: Configuration) -> list[common.Query]:
    """Return what an alarm reads; none for a composite alarm."""
    return [_query(query) for query in present(configuration.metrics)]


def crossing(configuration: Configuration, state: State) -> Crossing | None:
    """Return what crossed which threshold, None for an alarm that reads no metric."""
    read = queries(configuration)
    if not read:
        return None
    rule = common.Rule(
        comparison=common.comparison(configuration.comparison_operator),
        threshold=configuration.threshold,
        periods=configuration.evaluation_periods,
        breaching=configuration.datapoints_to_alarm,
    )
    return common.crossing(read, rule, _reason(state))


def children(state: State) -> tuple[Child, ...]:
    """Return the alarms that made a composite alarm change."""
    return tuple(
        Child(found.arn, common.state(found.state.value if found.state else "") or AlertState.ALARM)
        for found in present(_data(state).triggering_alarms)
    )


def _reason(state: State) -> reason.Reason:
    told = reason.read(state.reason or "")
    data = _data(state)
    return replace(
        told,
        # the sentence has the latest first, reasonData the earliest
        values=told.values or tuple(reversed(data.recent_datapoints or [])),
        since=told.since or instant(data.start_date),
        threshold=told.threshold if data.threshold is None else data.threshold,
    )


def _data(state: State) -> _ReasonData:
    try:
        return _ReasonData.model_validate(cleaned(json.loads(state.reason_data or "{}")))
    except (ValueError, RecursionError, ValidationError):
        return _ReasonData()


def _query(query: _Query) -> common.Query:
    shown = query.return_data is not False
    metric = _metric(query.metric_stat) if query.metric_stat else None
    return common.Query(metric, query.expression, query.label, shown, query.period)


def _metric(found: _MetricStat) -> MetricRef:
    return MetricRef(
        found.metric.namespace,
        found.metric.name,
        tuple((found.metric.dimensions or {}).items()),
        common.statistic(found.stat or "Average"),
        found.period or 60,
    )
