"""JSON of a shape that nobody told us: its fields as facts, readable rather than raw."""

import re
from collections.abc import Iterator
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import meaning
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import HEADLINE, digest, is_secret, shortened, spelled
from avatarwatch.alert_state import AlertState
from avatarwatch.hidden import HIDDEN

MOST_FACTS = 10
_VALUE = 200
_OTHERS, _NOISE = 50, 99
_LABEL = 80
# what a person asks first, whatever the service
_FIRST = frozenset({
    "cause", "detail", "errorcode", "errormessage", "event", "eventname", "laststatus", "level",
    "message", "name", "reason", "resource", "result", "severity", "state", "status", "statuscode",
    "statusmessage", "statusreason", "stoppedreason", "title", "type",
})  # fmt: skip
# what no person asks: how the message is made, and what only machines compare
_LAST = re.compile(
    r"(?:.*version(?:id)?|.*schema.*|id|.*uuid|.*requestids?|etag|.*digest|sequencer"
    r"|signature.*|signingcerturl|unsubscribeurl|messageid|topicarn|xamz.*|principalid|.*checksum"
    r"|configurationid|.*hash|.*metadata.*|.*correlationid|account(?:id)?|awsaccountid|(?:aws)?region|owner(?:id)?|.*arn|eventsource|traceid|spanid|.*timestamp|eventtime"
    r"|updatedat|createdat|createdby|modifiedby|invokedby)"
)
type Facts = tuple[tuple[str, str], ...]


def parse(document: dict[str, Any] | list[Any], arrival: Arrival, summary: str = "") -> Alert:
    """Tell a document by its headline, its sentence and its first ten fields."""
    said = summary or meaning.sentence(document)
    named = meaning.title(document, arrival.subject)
    named += meaning.more(document) if named and not arrival.subject else ""
    name, state = arrival.subject or named or "JSON message", meaning.state(document)
    why = said or state
    if state and said not in state and " " not in said and not named.endswith(f": {state}"):
        why = f"{state}: {said}"  # one word of why does not say how it is
    # what has no name of its own is what it says, and what says nothing is how it is
    deed = next(iter(meaning.deeds(document)), "")
    title = with_sentence(named or why.strip().partition("\n")[0] or deed or name, why)
    told = {name, said, arrival.origin.account or "", arrival.origin.region or ""}
    return Alert(
        kind=Kind.EVENT,
        name=shortened(name, HEADLINE),
        title=title,
        key=f"json:{digest(arrival.subject, document)}",
        state=AlertState.INFO,
        severity=meaning.severity(document, title),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=said,
        facts=facts(document, MOST_FACTS, told),
        links=meaning.links(document),
    )


def with_sentence(name: str, said: str) -> str:
    """Return a headline that says what happened where there is room for it."""
    first = said.strip().partition("\n")[0]
    if not first or first in name:
        return shortened(name, HEADLINE)
    return shortened(f"{name}: {first}", HEADLINE)


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
            found.append((_ending(label), shortened(value, _VALUE)))
    return tuple(found)


def _ending(label: str) -> str:
    """Keep the end of a long path: which field it is stands there."""
    return label if len(label) <= _LABEL else f"…{label[1 - _LABEL :]}"


def _rank(label: str) -> int:
    name = label.rsplit(".", 1)[-1].lower()
    if name in _FIRST:
        return label.count(".")
    return _NOISE if _LAST.fullmatch(name.replace("_", "").replace("-", "")) else _OTHERS


def _unsecret(pair: dict[str, Any]) -> dict[str, Any]:
    """Hide the value of an object that is a name and a value, as variables of containers are."""
    names = [item for key, item in pair.items() if key.lower() in {"name", "key"}]
    if not any(isinstance(name, str) and is_secret(name) for name in names):
        return pair
    return {key: HIDDEN if key.lower() == "value" else item for key, item in pair.items()}


def flattened(value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """Yield the scalars of a JSON value with their paths; a list of scalars counts as one."""
    match value:
        case dict():
            for key, item in _unsecret(value).items():
                yield from flattened(item, f"{label}.{key}" if label else key)
        case list() if not any(isinstance(item, dict | list) for item in value):
            yield label or "values", ", ".join(map(spelled, value[:20]))
        case list():
            for position, item in enumerate(value, 1):
                yield from flattened(item, f"{label} {position}".strip())
        case _:
            yield label or "value", spelled(value)
