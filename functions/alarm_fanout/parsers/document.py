"""JSON of a shape that nobody told us: its fields as facts, readable rather than raw."""

import re
from collections.abc import Iterator
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import digest, shortened, spelled
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

MOST_FACTS = 10
HEADLINE = 150
_VALUE = 200
_OTHERS, _NOISE = 50, 99
_LABEL = 80
_NEAR = 3  # so deep in a document stand the fields that are about the whole of it
_HEADLINES = (
    "title", "subject", "name", "AlarmName", "alarmName", "alertname", "alert", "Event",
    "eventName", "type", "job", "service",
)  # fmt: skip
_SENTENCES = (
    "summary", "message", "text", "description", "reason", "stoppedReason", "statusReason",
    "statusMessage", "errorMessage", "error", "Message", "Event Message", "StatusMessage",
    "Description", "Cause",
)  # fmt: skip
_STATES = (
    "state", "status", "result", "outcome", "currentstate", "newstate", "laststatus", "jobstatus",
    "statuscode", "conclusion", "buildstatus", "executionstatus", "eventtype",
)  # fmt: skip
_SEVERITIES = ("severity", "level", "priority", "severitylabel")
# what a person asks first, whatever the service
_FIRST = frozenset({
    "cause", "detail", "errorcode", "errormessage", "event", "eventname", "laststatus", "level",
    "message", "name", "reason", "resource", "result", "severity", "state", "status", "statuscode",
    "statusmessage", "statusreason", "stoppedreason", "title", "type",
})  # fmt: skip
# what no person asks: how the message is made, and what only machines compare
_LAST = re.compile(
    r"(?:.*version(?:id)?|.*schema.*|id|.*uuid|.*requestid|.*requestids?|etag|.*digest|sequencer"
    r"|signature.*|signingcerturl|unsubscribeurl|messageid|topicarn|x-amz-.*|principalid|.*checksum"
    r"|configurationid|.*hash|.*metadata.*|.*correlationid|account(?:id)?|awsaccountid|(?:aws)?region|owner(?:id)?|.*arn|eventsource|traceid|spanid|.*timestamp|eventtime"
    r"|updatedat|createdat|createdby|modifiedby|invokedby)"
)
_BAD = re.compile(
    r"fail|error|abort|timed?[ _-]?out|denied|unhealthy|degraded|exhausted|expired|interrupt"
    r"|reject|impaired|breach|non[ _-]?compliant|rolled?[ _-]?back|crash|lost|fault",
    re.IGNORECASE,
)
_LEVELS = {
    "CRITICAL": Severity.CRITICAL, "FATAL": Severity.CRITICAL, "EMERGENCY": Severity.CRITICAL,
    "HIGH": Severity.WARNING, "ERROR": Severity.WARNING, "WARNING": Severity.WARNING,
    "WARN": Severity.WARNING, "MEDIUM": Severity.WARNING,
}  # fmt: skip

type Facts = tuple[tuple[str, str], ...]


def parse(document: dict[str, Any] | list[Any], arrival: Arrival, summary: str = "") -> Alert:
    """Tell a document by its headline, its sentence and its first ten fields."""
    said = summary or sentence(document)
    named = arrival.subject or headline(document)
    name = named or "JSON message"
    # what has no name of its own is what it says
    title = with_sentence(named or said.strip().partition("\n")[0] or name, said)
    told = {name, said, arrival.origin.account or "", arrival.origin.region or ""}
    return Alert(
        kind=Kind.EVENT,
        name=shortened(name, HEADLINE),
        title=title,
        key=f"json:{digest(arrival.subject, document)}",
        state=AlertState.INFO,
        severity=severity(document) or (None if named else sounding(title)),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=said,
        facts=facts(document, MOST_FACTS, told),
    )


def with_sentence(name: str, said: str) -> str:
    """Return a headline that says what happened where there is room for it."""
    first = said.strip().partition("\n")[0]
    if not first or first in name:
        return shortened(name, HEADLINE)
    return shortened(f"{name}: {first}", HEADLINE)


def headline(document: Any) -> str:
    """Return the text that a document itself puts above all, empty if none."""
    match document:
        case {"Records": [{"eventSource": str(source), "eventName": str(name)}, *_]}:
            return f"{source} {name}"  # S3's notifications and their kin
        case dict():
            return _first_text(document, _HEADLINES) or _nested(document)
        case _:
            return ""


def _nested(document: dict[str, Any]) -> str:
    """Return what the first part that has a name is called, and how it is."""
    parts = (part for part in document.values() if isinstance(part, dict))
    name = next((text for part in parts if (text := _first_text(part, _HEADLINES))), "")
    word = state(document)
    return f"{name}: {word}" if name and word else name


def sentence(document: Any) -> str:
    """Return what a document says in words, empty if nothing."""
    return _first_text(document, _SENTENCES) if isinstance(document, dict) else ""


def state(document: Any) -> str:
    """Return the word for the state that a document tells of, empty if none."""
    return _leaf(document, _STATES)


def severity(document: Any, *others: str) -> Severity | None:
    """Return how bad a document says that it is, or its state or other texts sound."""
    level = _leaf(document, _SEVERITIES).upper()
    if level:
        return _LEVELS.get(level, Severity.INFO)
    return sounding(" ".join((state(document), *others)))


def sounding(text: str) -> Severity:
    """Return how bad words sound: a failure is for today."""
    return Severity.WARNING if _BAD.search(text) else Severity.INFO


def facts(
    document: Any, most: int, told: set[str] | None = None, *, first_only: bool = False
) -> Facts:
    """Return the first fields of a document as ``("disk.state", "full")``, values shortened.

    Fields that matter in any service come first, those of the message's own making last. Passes
    over nulls, empty values and the texts in ``told``, which stand elsewhere already; with
    ``first_only`` over all that does not matter in any service.
    """
    found: list[tuple[str, str]] = []
    for label, value in sorted(flattened(document), key=lambda field: _rank(field[0])):
        if len(found) == most or (first_only and _rank(label) >= _OTHERS):
            break
        if value and value not in (told or ()):
            found.append((shortened(label, _LABEL), shortened(value, _VALUE)))
    return tuple(found)


def _rank(label: str) -> int:
    name = label.rsplit(".", 1)[-1].lower()
    if name in _FIRST:
        return label.count(".")
    return _NOISE if _LAST.fullmatch(name.replace("_", "").replace("-", "")) else _OTHERS


def flattened(value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """Yield the scalars of a JSON value with their paths; a list of scalars counts as one."""
    match value:
        case dict():
            for key, item in value.items():
                yield from flattened(item, f"{label}.{key}" if label else key)
        case list() if not any(isinstance(item, dict | list) for item in value):
            yield label or "values", ", ".join(map(spelled, value[:20]))
        case list():
            for position, item in enumerate(value, 1):
                yield from flattened(item, f"{label} {position}".strip())
        case _:
            yield label or "value", spelled(value)


def _leaf(document: Any, names: tuple[str, ...]) -> str:
    """Return the first text of one of these names, the nearest to the top; empty if none."""
    level: list[Any] = [document]
    for _ in range(_NEAR):
        fields = {
            key.lower().replace("-", "").replace("_", ""): item
            for part in level
            if isinstance(part, dict)
            for key, item in part.items()
        }
        for name in names:
            if isinstance(found := fields.get(name), str) and found.strip():
                return found.strip()
        level = [item for part in level if isinstance(part, dict) for item in part.values()]
    return ""


def _first_text(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    texts = (fields.get(name) for name in names)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
