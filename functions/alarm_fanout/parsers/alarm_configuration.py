"""An alarm that was created, changed or deleted, as EventBridge tells it."""

from typing import Any

from pydantic import Field, ValidationError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers.alarm_state import CamelShape, State
from alarm_fanout.parsers.arrival import Arrival, first_resource, of_event
from alarm_fanout.parsers.document import Facts, facts, flattened
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.lenient import Lenient
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alerts import AlertState

_MOST_CHANGES = 8
_OPERATIONS = {"create": "created", "update": "changed", "delete": "deleted"}
# CloudWatch gives the metrics of every version new ids, and stamps every version
_NOISE = ("id", "timestamp", "alarmName", "description")


class _Detail(CamelShape):
    alarm_name: str = Field(min_length=1)
    operation: str
    state: Lenient[State] = None
    configuration: Lenient[dict[str, Any]] = None
    previous_configuration: Lenient[dict[str, Any]] = None


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an ``Alarm Configuration Change`` event.

    Its key is not the alarm's own: the alarm's incident goes on whatever its configuration.

    Raises
    ------
    NotThisShapeError
        The detail has no alarm's name or no operation.
    """
    try:
        detail = _Detail.model_validate(event.get("detail"))
    except ValidationError as error:
        raise NotThisShapeError(str(error)) from error
    arrival = of_event(event, arrival)
    key, where = common.identify(first_resource(event), detail.alarm_name, arrival.place)
    configuration = detail.configuration or {}
    description = configuration.get("description")
    return Alert(
        kind=Kind.CONFIGURATION,
        name=detail.alarm_name,
        key=f"configuration:{key}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        region=where.region,
        account=where.account,
        partition=where.partition,
        summary=_summary(detail),
        description=description if isinstance(description, str) else "",
        facts=_changes(configuration, detail.previous_configuration),
    )


def _summary(detail: _Detail) -> str:
    done = _OPERATIONS.get(detail.operation, shortened(detail.operation, 40))
    state = common.state(detail.state.value) if detail.state else None
    return f"The alarm was {done} while {state.value}." if state else f"The alarm was {done}."


def _changes(configuration: dict[str, Any], previous: dict[str, Any] | None) -> Facts:
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


def _settings(configuration: dict[str, Any]) -> dict[str, str]:
    return {
        label: value
        for label, value in flattened(configuration)
        if label.rsplit(".", 1)[-1] not in _NOISE
    }
