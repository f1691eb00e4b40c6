"""JSON of a shape that nobody told us: its fields as facts, readable rather than raw."""

from collections.abc import Iterator
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import digest, shortened
from avatarwatch.alert_state import AlertState

MOST_FACTS = 10
_VALUE = 200
_LABEL = 80
_HEADLINES = ("title", "subject", "name", "AlarmName", "alarmName", "alert", "Event", "type")
_SENTENCES = (
    "summary",
    "message",
    "text",
    "description",
    "stoppedReason",
    "Message",
    "StatusMessage",
    "Description",
    "Cause",
)
# what a person asks first, whatever the service
_FIRST = frozenset({
    "detail", "errorcode", "errormessage", "event", "eventname", "laststatus", "level", "message",
    "reason", "severity", "state", "status", "statuscode", "statusmessage", "stoppedreason",
    "title", "type",
})  # fmt: skip

type Facts = tuple[tuple[str, str], ...]


def parse(document: dict[str, Any] | list[Any], arrival: Arrival, summary: str = "") -> Alert:
    """Tell a document by its headline, its sentence and its first ten fields."""
    said = sentence(document)
    title = arrival.subject or headline(document)
    told = {title, said, arrival.origin.account or "", arrival.origin.region or ""}
    return Alert(
        kind=Kind.EVENT,
        name=shortened(title, 150) or "JSON message",
        key=f"json:{digest(arrival.subject, document)}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=summary or said,
        facts=facts(document, MOST_FACTS, told),
    )


def headline(document: Any) -> str:
    """Return the text that a document itself puts above all, empty if none."""
    match document:
        case {"Records": [{"eventSource": str(source), "eventName": str(name)}, *_]}:
            return f"{source} {name}"  # S3's notifications and their kin
        case dict():
            return _first_text(document, _HEADLINES)
        case _:
            return ""


def sentence(document: Any) -> str:
    """Return what a document says in words, empty if nothing."""
    return _first_text(document, _SENTENCES) if isinstance(document, dict) else ""


def facts(document: Any, most: int, told: set[str] | None = None) -> Facts:
    """Return the first fields of a document as ``("disk.state", "full")``, values shortened.

    Fields that matter in any service come before the others. Passes over nulls, empty values and
    the texts in ``told``, which stand elsewhere already.
    """
    found: list[tuple[str, str]] = []
    if isinstance(document, dict):
        document = dict(sorted(document.items(), key=lambda field: field[0].lower() not in _FIRST))
    for label, value in flattened(document):
        if len(found) == most:
            break
        if value and value not in (told or set()):
            found.append((shortened(label, _LABEL), shortened(value, _VALUE)))
    return tuple(found)


def flattened(value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """Yield the scalars of a JSON value with their paths; a list of scalars counts as one."""
    match value:
        case dict():
            for key, item in value.items():
                yield from flattened(item, f"{label}.{key}" if label else key)
        case list() if not any(isinstance(item, dict | list) for item in value):
            yield label or "values", ", ".join(map(_spelled, value[:20]))
        case list():
            for position, item in enumerate(value, 1):
                yield from flattened(item, f"{label} {position}".strip())
        case _:
            yield label or "value", _spelled(value)


def _spelled(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value).strip()


def _first_text(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    texts = (fields.get(name) for name in names)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
