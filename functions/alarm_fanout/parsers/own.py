"""The alerts that our own functions publish."""

from __future__ import annotations

from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import document
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alerts import AlertMessage, AlertMessageError

_MOST_ERRORS = 5


def parse(fields: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an alert of ours; one that breaks the form is told with the fields that do."""
    try:
        message = AlertMessage.read(fields)
    except AlertMessageError as error:
        return document.parse(fields, arrival, _complaint(error))
    return Alert(
        kind=Kind.OWN,
        name=message.alert,
        key=message.key,
        state=message.state,
        changed_at=instant(message.time.isoformat()) or arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        alert_id=message.alert,
        summary=message.summary,
        reason=message.reason,
        facts=tuple(message.facts.items()),
        links=tuple(message.links.items()),
    )


def _complaint(error: AlertMessageError) -> str:
    told = [f"{shortened(name, 60)} {why}" for name, why in error.problems[:_MOST_ERRORS]]
    return f"Not a valid alert of ours: {'; '.join(told)}."
