"""CloudWatch alarms as they arrive over SNS: metric, metric math, anomaly detection, composite.

Source: CloudWatch's user guide, "Notifying users on alarm changes".
"""

from typing import Any

from pydantic import ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from alarm_fanout.alert import Alert, Child, Crossing, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import reason
from alarm_fanout.parsers.arrival import Arrival, place
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.lenient import Finite, Lenient, Periods, Seconds, Shape, present
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alerts import AlertState
from avatarwatch.console import MetricRef


class _Shape(Shape):
    model_config = ConfigDict(alias_generator=to_pascal)


class _Dimension(Shape):
    name: str
    value: str


class _Metric(_Shape):
    namespace: str
    metric_name: str
    dimensions: Lenient[list[Lenient[_Dimension]]] = None


class _MetricStat(_Shape):
    metric: _Metric
    period: Lenient[Seconds] = None
    stat: Lenient[str] = None


class _Query(_Shape):
    expression: Lenient[str] = None
    label: Lenient[str] = None
    metric_stat: Lenient[_MetricStat] = None
    period: Lenient[Seconds] = None
    return_data: Lenient[bool] = None


class _Trigger(_Shape):
    metric_name: Lenient[str] = None
    namespace: Lenient[str] = None
    statistic: Lenient[str] = None
    extended_statistic: Lenient[str] = None
    dimensions: Lenient[list[Lenient[_Dimension]]] = None
    period: Lenient[Seconds] = None
    evaluation_periods: Lenient[Periods] = None
    datapoints_to_alarm: Lenient[Periods] = None
    comparison_operator: Lenient[str] = None
    threshold: Lenient[Finite] = None
    threshold_metric_id: Lenient[str] = None
    metrics: Lenient[list[Lenient[_Query]]] = None


class _ChildState(_Shape):
    value: Lenient[str] = None


class _TriggeringChild(_Shape):
    arn: str
    state: Lenient[_ChildState] = None


class _AlarmMessage(_Shape):
    alarm_name: str = Field(min_length=1)
    new_state_value: str
    state_change_time: Lenient[str] = None
    new_state_reason: Lenient[str] = None
    alarm_description: Lenient[str] = None
    account_id: Lenient[str] = Field(default=None, alias="AWSAccountId")
    alarm_arn: Lenient[str] = None
    old_state_value: Lenient[str] = None
    trigger: Lenient[_Trigger] = None
    alarm_rule: Lenient[str] = None
    triggering_children: Lenient[list[Lenient[_TriggeringChild]]] = None
    alarm_contributor_id: Lenient[str] = None
    alarm_contributor_attributes: Lenient[dict[str, str]] = None


def parse(document: dict[str, Any], arrival: Arrival) -> Alert:
    """Read one alarm's message.

    Raises
    ------
    NotThisShapeError
        The document has no name or no state of an alarm.
    """
    try:
        message = _AlarmMessage.model_validate(document)
    except ValidationError as error:
        raise NotThisShapeError(str(error)) from error
    state = common.state(message.new_state_value)
    if state is None:
        raise NotThisShapeError(f"{message.new_state_value!r} is no state of an alarm")
    # Region is a display name ("EU (Stockholm)"); an alarm's topic is in the alarm's own region.
    where = place(arrival.place.region, message.account_id).or_else(arrival.place)
    key, where = common.identify(message.alarm_arn, message.alarm_name, where)
    contributor = message.alarm_contributor_id
    return Alert(
        kind=_kind(message),
        name=message.alarm_name,
        key=f"{key}#{contributor}" if contributor else key,
        state=state,
        previous=common.state(message.old_state_value),
        changed_at=instant(message.state_change_time) or arrival.sent_at,
        region=where.region,
        account=where.account,
        partition=where.partition,
        description=message.alarm_description or "",
        reason=message.new_state_reason or "",
        crossing=_crossing(message),
        children=_children(message),
        facts=_facts(message),
    )


def _kind(message: _AlarmMessage) -> Kind:
    if message.alarm_contributor_id:
        return Kind.CONTRIBUTOR
    if message.alarm_rule or message.triggering_children is not None:
        return Kind.COMPOSITE
    if message.trigger and message.trigger.threshold_metric_id:
        return Kind.ANOMALY
    return common.kind(_queries(message.trigger)) if message.trigger else Kind.METRIC


def _children(message: _AlarmMessage) -> tuple[Child, ...]:
    return tuple(
        Child(child.arn, common.state(child.state.value if child.state else "") or AlertState.ALARM)
        for child in present(message.triggering_children)
    )


def _facts(message: _AlarmMessage) -> tuple[tuple[str, str], ...]:
    attributes = tuple((message.alarm_contributor_attributes or {}).items())
    rule = (("Rule", shortened(message.alarm_rule, 500)),) if message.alarm_rule else ()
    return attributes + rule


def _crossing(message: _AlarmMessage) -> Crossing | None:
    trigger = message.trigger
    if trigger is None:
        return None
    rule = common.Rule(
        comparison=common.comparison(trigger.comparison_operator),
        threshold=trigger.threshold,
        period=trigger.period,
        periods=trigger.evaluation_periods,
        breaching=trigger.datapoints_to_alarm,
    )
    read = reason.read(message.new_state_reason or "")
    return common.crossing(_queries(trigger), rule, read)


def _queries(trigger: _Trigger) -> list[common.Query]:
    if trigger.metrics is not None:
        return [_query(query) for query in present(trigger.metrics)]
    if not (trigger.namespace and trigger.metric_name):
        return []
    statistic = trigger.extended_statistic or trigger.statistic or "Average"
    dimensions = _dimensions(trigger.dimensions)
    period = trigger.period or 60
    metric = MetricRef(
        trigger.namespace, trigger.metric_name, dimensions, common.statistic(statistic), period
    )
    return [common.Query(metric)]


def _query(query: _Query) -> common.Query:
    shown = query.return_data is not False
    metric = _metric(query.metric_stat) if query.metric_stat else None
    return common.Query(metric, query.expression, query.label, shown, query.period)


def _metric(found: _MetricStat) -> MetricRef:
    return MetricRef(
        found.metric.namespace,
        found.metric.metric_name,
        _dimensions(found.metric.dimensions),
        common.statistic(found.stat or "Average"),
        found.period or 60,
    )


def _dimensions(items: list[_Dimension | None] | None) -> tuple[tuple[str, str], ...]:
    return tuple((dimension.name, dimension.value) for dimension in present(items))
