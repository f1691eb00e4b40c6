"""The alerts that our own functions publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import document
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import shortened

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST_ERRORS = 5
_WRONG = {
    "missing": "is missing",
    "literal_error": "has a value that we do not know",
    "extra_forbidden": "is no field of ours",
    "string_type": "is no text",
}


def parse(fields: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an alert of ours; one that breaks the model is told with the fields that do."""
    # late: only alerts of ours need their model, and pydantic is slow to import
    from pydantic import ValidationError  # noqa: PLC0415

    from avatarwatch.alerts import AlertMessage  # noqa: PLC0415

    try:
        message = AlertMessage.model_validate(fields)
    except ValidationError as error:
        return document.parse(fields, arrival, _complaint(error))
    except OverflowError:  # a time at the very end of the calendar does not exist in UTC
        return document.parse(fields, arrival, "Not a valid alert of ours: time is out of range.")
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


def _complaint(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = [
        f"{shortened('.'.join(map(str, item['loc'])), 60)} {_WRONG.get(item['type'], item['msg'])}"
        for item in found[:_MOST_ERRORS]
    ]
    return f"Not a valid alert of ours: {'; '.join(told)}."
