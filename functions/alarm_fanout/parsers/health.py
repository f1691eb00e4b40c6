"""AWS Health events over EventBridge.

Source: AWS Health's user guide, "AWS Health events Amazon EventBridge schema".
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import Field, ValidationError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers.alarm_state import CamelShape
from alarm_fanout.parsers.arrival import Arrival, of_event, place
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.lenient import Lenient, present
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alerts import AlertState

_MOST_ENTITIES = 10
_DASHBOARD = "https://health.aws.amazon.com/health/home"


class _Description(CamelShape):
    latest_description: str


class _Entity(CamelShape):
    entity_value: str


class _Detail(CamelShape):
    event_arn: str = Field(min_length=1)
    event_type_code: str = Field(min_length=1)
    event_type_category: Lenient[str] = None
    service: Lenient[str] = None
    status_code: Lenient[str] = None
    event_region: Lenient[str] = None
    start_time: Lenient[str] = None
    end_time: Lenient[str] = None
    last_updated_time: Lenient[str] = None
    affected_account: Lenient[str] = None
    event_description: Lenient[list[Lenient[_Description]]] = None
    affected_entities: Lenient[list[Lenient[_Entity]]] = None


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an AWS Health event.

    The pages of one event and the copy for the backup region have one key and one time of change.

    Raises
    ------
    NotThisShapeError
        The detail has no event's ARN or type.
    """
    try:
        detail = _Detail.model_validate(event.get("detail"))
    except ValidationError as error:
        raise NotThisShapeError(str(error)) from error
    arrival = of_event(event, arrival)
    where = place(detail.event_region, detail.affected_account).or_else(arrival.place)
    return Alert(
        kind=Kind.HEALTH,
        name=_name(detail),
        # an event's ARN is the same for all the accounts that it affects
        key=f"{detail.event_arn}#{where.account or ''}",
        state=_state(detail),
        changed_at=_time(detail.last_updated_time) or arrival.sent_at,
        region=where.region,
        account=where.account,
        partition=where.partition,
        summary=_summary(detail),
        facts=_facts(detail),
        links=(("AWS Health", _DASHBOARD),) if where.partition == "aws" else (),
    )


def _state(detail: _Detail) -> AlertState:
    """Only an issue is open until it is closed; changes and notices are told once."""
    if detail.event_type_category != "issue":
        return AlertState.INFO
    return AlertState.OK if detail.status_code == "closed" else AlertState.ALARM


def _name(detail: _Detail) -> str:
    """Write ``AWS_EC2_OPERATIONAL_ISSUE`` as ``EC2 operational issue``."""
    words = detail.event_type_code.removeprefix("AWS_").split("_")
    service = detail.service or words[0]
    if words[0] == service:
        words = words[1:]
    return shortened(f"{service} {' '.join(words).lower()}", 150)


def _summary(detail: _Detail) -> str:
    texts = [item.latest_description for item in present(detail.event_description)]
    # some descriptions come with their line feeds spelled out
    return texts[0].replace("\\n", "\n").strip() if texts else ""


def _facts(detail: _Detail) -> tuple[tuple[str, str], ...]:
    entities = [entity.entity_value for entity in present(detail.affected_entities)]
    more = f" and {len(entities) - _MOST_ENTITIES} more" if len(entities) > _MOST_ENTITIES else ""
    facts = (
        ("Category", detail.event_type_category or ""),
        ("Start", _written(detail.start_time)),
        ("End", _written(detail.end_time)),
        ("Affected", ", ".join(entities[:_MOST_ENTITIES]) + more),
    )
    return tuple((label, shortened(value, 500)) for label, value in facts if value)


def _written(text: str | None) -> str:
    moment = _time(text)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _time(text: str | None) -> datetime | None:
    """Read AWS Health's form of a time (``Mon, 23 Nov 2026 10:02:00 GMT``)."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return instant(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return instant(moment.isoformat())
