"""An alarm that was created, changed or deleted, as EventBridge tells it."""

from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers.arrival import Arrival, first_resource, of_event
from alarm_fanout.parsers.document import Facts, facts, flattened
from alarm_fanout.parsers.part import Part
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alert_state import AlertState

_MOST_CHANGES = 8
_OPERATIONS = {"create": "created", "update": "changed", "delete": "deleted"}
# CloudWatch gives the metrics of every version new ids, and stamps every version
_NOISE = ("id", "timestamp", "alarmName", "description")


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an ``Alarm Configuration Change`` event.

    Its key is not the alarm's own: the alarm's incident goes on whatever its configuration.

    Raises
    ------
    NotThisShapeError
        The detail has no alarm's name or no operation.
    """
    detail = Part.of(event.get("detail"))
    name, operation = detail.need("alarmName"), detail.need("operation")
    arrival = of_event(event, arrival)
    key, where = common.identify(first_resource(event), name, arrival.origin)
    configuration = detail.part("configuration") or Part()
    return Alert(
        kind=Kind.CONFIGURATION,
        name=name,
        key=f"configuration:{key}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        region=where.region,
        account=where.account,
        summary=_summary(operation, detail.part("state")),
        description=configuration.text("description") or "",
        facts=_changes(configuration, detail.part("previousConfiguration")),
        closes=key if operation == "delete" else None,
    )


def _summary(operation: str, found: Part | None) -> str:
    done = _OPERATIONS.get(operation, shortened(operation, 40))
    state = common.state(found.text("value")) if found else None
    return f"The alarm was {done} while {state.value}." if state else f"The alarm was {done}."


def _changes(configuration: Part, previous: Part | None) -> Facts:
    after = _settings(configuration)
    if previous is None:
        return facts(after, _MOST_CHANGES)
    before = _settings(previous)
    changes = {
        label: f"{before.get(label) or 'none'} → {after.get(label) or 'none'}"
        for label in (*before, *(label for label in after if label not in before))
        if before.get(label) != after.get(label)
    }
    return facts(changes, _MOST_CHANGES)


def _settings(configuration: Part) -> dict[str, str]:
    return {
        label: value
        for label, value in flattened(configuration.document)
        if label.rsplit(".", 1)[-1] not in _NOISE
    }
