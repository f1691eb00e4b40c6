"""Changes of an alarm's state as they arrive over EventBridge or as a direct Lambda action."""

from datetime import datetime
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import alarm_state
from alarm_fanout.parsers.arrival import Arrival, first_resource, of_event, origin
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.first_evaluation import waits_until
from alarm_fanout.parsers.part import Part
from alarm_fanout.parsers.texts import shortened

_UNCHECKED = "Unchecked: Initial alarm creation"  # why an alarm has the state that it begins in

type _Facts = tuple[tuple[str, str], ...]


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
    where = origin(None, account).or_else(arrival.origin)
    return _alert(event.get("alarmData"), arn, Arrival(arrival.sent_at, arrival.subject, where))


def _alert(document: Any, arn: str | None, arrival: Arrival) -> Alert:
    detail = Part.of(document)
    name, now = detail.need("alarmName"), detail.part("state") or Part()
    state = common.state(now.need("value"))
    if state is None:
        raise NotThisShapeError(f"{now.text('value')!r} is no state of an alarm")
    configuration = detail.part("configuration") or Part()
    contributor = _contributor(detail)
    previous = common.state((detail.part("previousState") or Part()).text("value"))
    changed_at = instant(now.text("timestamp")) or arrival.sent_at
    reason = now.text("reason") or ""
    key, where = common.identify(arn, name, arrival.origin)
    return Alert(
        kind=_kind(detail, configuration),
        name=name,
        title=common.title(common.queries(configuration)),
        key=f"{key}#{contributor}" if contributor else key,
        state=state,
        previous=previous,
        changed_at=changed_at,
        region=where.region,
        account=where.account,
        summary=_suppression(detail, now),
        description=configuration.text("description") or "",
        reason=reason,
        crossing=alarm_state.crossing(configuration, now),
        children=alarm_state.children(now),
        suppressed=bool(now.text("actionsSuppressedBy") or _mute(detail)),
        held_until=_held_until(detail),
        waits_until=waits_until((previous, state), reason, _made(detail), changed_at),
        facts=_facts(detail, configuration, now),
    )


def _made(detail: Part) -> datetime | None:
    """Return when an alarm was made; such an event has no time of its configuration.

    But it tells since when the alarm had the state before, and why.
    """
    before = detail.part("previousState") or Part()
    unchecked = (before.text("reason") or "").startswith(_UNCHECKED)
    return instant(before.text("timestamp")) if unchecked else None


def _contributor(detail: Part) -> str | None:
    return (detail.part("alarmContributor") or Part()).text("id")


def _mute(detail: Part) -> Part | None:
    """Return CloudWatch's own mute, None where no rule is named that made it."""
    mute = detail.part("muteDetail")
    return mute if mute and mute.text("mutedByArn") else None


def _held_until(detail: Part) -> datetime | None:
    mute = _mute(detail)
    return instant(mute.text("muteWindowEnd")) if mute else None


def _kind(detail: Part, configuration: Part) -> Kind:
    if _contributor(detail):
        return Kind.CONTRIBUTOR
    if configuration.text("alarmRule"):
        return Kind.COMPOSITE
    return common.kind(common.queries(configuration))


def _suppression(detail: Part, now: Part) -> str:
    """Say what becomes of the alarm's actions; when a suppression ends, that alone is the news."""
    if _mute(detail):
        return "CloudWatch mutes this alarm's actions."
    if now.text("actionsSuppressedBy"):
        return "CloudWatch holds this alarm's actions back."
    previous = detail.part("previousState") or Part()
    if previous.text("actionsSuppressedBy") and previous.text("value") == now.text("value"):
        return "CloudWatch no longer holds this alarm's actions back."
    return ""


def _facts(detail: Part, configuration: Part, now: Part) -> _Facts:
    facts: list[tuple[str, str]] = []
    if _contributor(detail):
        facts += (detail.part("alarmContributor") or Part()).texts("attributes").items()
    facts += common.missing(now.text("reason") or "")
    if rule := configuration.text("alarmRule"):
        facts.append(("Rule", shortened(rule, 500)))
    if evaluation := now.text("evaluationState"):  # PARTIAL_DATA and the like: it may be wrong
        facts.append(("Evaluation", shortened(evaluation, 100)))
    if held := now.text("actionsSuppressedBy"):
        facts.append(("Held back", shortened(now.text("actionsSuppressedReason") or held, 200)))
    if mute := _mute(detail):
        facts.append(("Muted by", mute.need("mutedByArn").rsplit(":", 1)[-1]))
        if until := instant(mute.text("muteWindowEnd")):
            facts.append(("Muted until", f"{until:%Y-%m-%d %H:%M} UTC"))
    return tuple(facts)
