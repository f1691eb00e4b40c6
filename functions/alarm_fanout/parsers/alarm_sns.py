"""CloudWatch alarms as they arrive over SNS: metric, metric math, anomaly detection, composite.

Source: CloudWatch's user guide, "Notifying users on alarm changes".
"""

from typing import Any

from alarm_fanout.alert import Alert, Crossing, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import reason
from alarm_fanout.parsers.arrival import Arrival, origin
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.first_evaluation import waits_until
from alarm_fanout.parsers.part import SECONDS_LIMIT, Part
from alarm_fanout.parsers.texts import shortened


def parse(document: dict[str, Any], arrival: Arrival) -> Alert:
    """Read one alarm's message.

    Raises
    ------
    NotThisShapeError
        The document has no name or no state of an alarm.
    """
    message = Part.of(document)
    name, now = message.need("alarmName"), message.need("newStateValue")
    state = common.state(now)
    if state is None:
        raise NotThisShapeError(f"{now!r} is no state of an alarm")
    # Region is a display name ("EU (Stockholm)"); an alarm's topic is in the alarm's own region.
    where = origin(arrival.origin.region, message.text("AWSAccountId")).or_else(arrival.origin)
    key, where = common.identify(message.text("alarmArn"), name, where)
    contributor = message.text("alarmContributorId")
    trigger = message.part("trigger")
    previous = common.state(message.text("oldStateValue"))
    changed_at = instant(message.text("stateChangeTime")) or arrival.sent_at
    told = message.text("newStateReason") or ""
    made = instant(message.text("alarmConfigurationUpdatedTimestamp"))
    return Alert(
        kind=_kind(message, trigger),
        name=name,
        title=common.title(_queries(trigger)) if trigger else "",
        key=f"{key}#{contributor}" if contributor else key,
        state=state,
        previous=previous,
        changed_at=changed_at,
        region=where.region,
        account=where.account,
        description=message.text("alarmDescription") or "",
        reason=told,
        crossing=_crossing(message, trigger) if trigger else None,
        children=common.children(message.parts("triggeringChildren")),
        waits_until=waits_until((previous, state), told, made, changed_at),
        facts=_facts(message),
    )


def _kind(message: Part, trigger: Part | None) -> Kind:
    if message.text("alarmContributorId"):
        return Kind.CONTRIBUTOR
    if message.text("alarmRule") or message.parts("triggeringChildren") is not None:
        return Kind.COMPOSITE
    if trigger and trigger.text("thresholdMetricId"):
        return Kind.ANOMALY
    return common.kind(_queries(trigger)) if trigger else Kind.METRIC


def _facts(message: Part) -> tuple[tuple[str, str], ...]:
    attributes = tuple(message.texts("alarmContributorAttributes").items())
    rule = message.text("alarmRule")
    attributes += common.missing(message.text("newStateReason") or "")
    return attributes + ((("Rule", shortened(rule, 500)),) if rule else ())


def _crossing(message: Part, trigger: Part) -> Crossing:
    told = reason.read(message.text("newStateReason") or "")
    return common.crossing(_queries(trigger), common.rule(trigger), told, trigger.text("unit"))


def _queries(trigger: Part) -> list[common.Query]:
    if trigger.parts("metrics") is not None:
        return common.queries(trigger)
    stat = trigger.text("extendedStatistic") or trigger.text("statistic")
    read = common.metric(trigger, stat, trigger.count("period", SECONDS_LIMIT))
    return [common.Query(read)] if read else []
