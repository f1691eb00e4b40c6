"""Changes of an alarm's state as they arrive over EventBridge or as a direct Lambda action."""

from typing import Any

from pydantic import Field, ValidationError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import alarm_state
from alarm_fanout.parsers.alarm_state import CamelShape, Configuration, State
from alarm_fanout.parsers.arrival import Arrival, first_resource, of_event, place
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.lenient import Lenient
from alarm_fanout.parsers.texts import shortened

type _Facts = tuple[tuple[str, str], ...]


class _Contributor(CamelShape):
    id: str
    attributes: Lenient[dict[str, str]] = None


class _Mute(CamelShape):
    muted_by_arn: str
    mute_window_end: Lenient[str] = None


class _Detail(CamelShape):
    alarm_name: str = Field(min_length=1)
    state: State
    previous_state: Lenient[State] = None
    configuration: Lenient[Configuration] = None
    alarm_contributor: Lenient[_Contributor] = None
    mute_detail: Lenient[_Mute] = None


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an ``Alarm State Change`` or ``Alarm Contributor State Change`` event.

    Raises
    ------
    NotThisShapeError
        The detail has no name or no state of an alarm.
    """
    return _alert(event.get("detail"), first_resource(event), of_event(event, arrival))


def parse_action(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read what CloudWatch invokes a function with that is an alarm's action.

    Raises
    ------
    NotThisShapeError
        ``alarmData`` has no name or no state of an alarm.
    """
    arn, account = (
        value if isinstance(value := event.get(name), str) else None
        for name in ("alarmArn", "accountId")
    )
    arrival = of_event(event, arrival)
    where = place(None, account).or_else(arrival.place)
    return _alert(event.get("alarmData"), arn, Arrival(arrival.sent_at, arrival.subject, where))


def _alert(document: Any, arn: str | None, arrival: Arrival) -> Alert:
    try:
        detail = _Detail.model_validate(document)
    except ValidationError as error:
        raise NotThisShapeError(str(error)) from error
    state = common.state(detail.state.value)
    if state is None:
        raise NotThisShapeError(f"{detail.state.value!r} is no state of an alarm")
    configuration = detail.configuration or Configuration()
    contributor = detail.alarm_contributor
    key, where = common.identify(arn, detail.alarm_name, arrival.place)
    return Alert(
        kind=_kind(detail, configuration),
        name=detail.alarm_name,
        key=f"{key}#{contributor.id}" if contributor else key,
        state=state,
        previous=common.state(detail.previous_state.value) if detail.previous_state else None,
        changed_at=instant(detail.state.timestamp) or arrival.sent_at,
        region=where.region,
        account=where.account,
        partition=where.partition,
        summary=_suppression(detail),
        description=configuration.description or "",
        reason=detail.state.reason or "",
        crossing=alarm_state.crossing(configuration, detail.state),
        children=alarm_state.children(detail.state),
        suppressed=bool(detail.state.actions_suppressed_by or detail.mute_detail),
        facts=_facts(detail, configuration),
    )


def _kind(detail: _Detail, configuration: Configuration) -> Kind:
    if detail.alarm_contributor:
        return Kind.CONTRIBUTOR
    if configuration.alarm_rule:
        return Kind.COMPOSITE
    return common.kind(alarm_state.queries(configuration))


def _suppression(detail: _Detail) -> str:
    """Say what becomes of the alarm's actions; when a suppression ends, that alone is the news."""
    if detail.mute_detail:
        return "CloudWatch mutes this alarm's actions."
    if detail.state.actions_suppressed_by:
        return "CloudWatch holds this alarm's actions back."
    previous = detail.previous_state
    if previous and previous.actions_suppressed_by and previous.value == detail.state.value:
        return "CloudWatch no longer holds this alarm's actions back."
    return ""


def _facts(detail: _Detail, configuration: Configuration) -> _Facts:
    facts: list[tuple[str, str]] = []
    if detail.alarm_contributor:
        facts += (detail.alarm_contributor.attributes or {}).items()
    if configuration.alarm_rule:
        facts.append(("Rule", shortened(configuration.alarm_rule, 500)))
    if detail.state.evaluation_state:  # PARTIAL_DATA and the like: the state may be wrong
        facts.append(("Evaluation", shortened(detail.state.evaluation_state, 100)))
    if detail.state.actions_suppressed_by:
        told = detail.state.actions_suppressed_reason or detail.state.actions_suppressed_by
        facts.append(("Held back", shortened(told, 200)))
    if detail.mute_detail:
        facts.append(("Muted by", detail.mute_detail.muted_by_arn.rsplit(":", 1)[-1]))
        if until := instant(detail.mute_detail.mute_window_end):
            facts.append(("Muted until", f"{until:%Y-%m-%d %H:%M} UTC"))
    return tuple(facts)
