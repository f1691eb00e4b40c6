"""Any EventBridge event that has no entry of its own: the fields that matter in any service."""

import re
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import document, meaning
from alarm_fanout.parsers.arrival import Arrival, of_event
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState

_MOST_RESOURCES = 3
_OPAQUE = re.compile(r"/|^[0-9a-f-]{20,}$")  # paths of several names, and ids


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Tell an event by its type, what it is about, its state and its reason."""
    arrival = of_event(event, arrival)
    origin, detail, source = arrival.origin, event.get("detail"), _text(event, "source")
    said, name = meaning.sentence(detail), _text(event, "detail-type") or "Event"
    resources = _resources(event)
    pairs = (("Source", source), ("Resources", ", ".join(resources)))
    about = tuple(pair for pair in pairs if pair[1])
    told = {said, origin.account or "", origin.region or ""}
    return Alert(
        kind=Kind.EVENT,
        name=name,
        title=_title(name, resources, detail, said),
        key=f"event:{_text(event, 'id') or digest(event)}",
        state=AlertState.INFO,
        severity=meaning.severity(detail, name, said),
        changed_at=arrival.sent_at,
        region=origin.region,
        account=origin.account,
        summary=said,
        facts=about + document.facts(detail, document.MOST_FACTS - len(about), told),
        links=meaning.links(detail),
    )


def _title(name: str, resources: list[str], detail: Any, said: str) -> str:
    deeds, own = meaning.deeds(detail), meaning.headline(detail, name)
    if own in deeds and resources:
        own = ""  # what happened does not say to what
    what = (
        _of(own, resources, detail)
        or next(iter(resources), "")
        or meaning.kind(detail)
        or meaning.nested(detail)
        or meaning.identified(detail, name)
    )
    state = meaning.state(detail) or next(iter(deeds), "")
    # by whole words: an "a" stands in every name
    parts = [part for part in (what, state) if part and f" {part} " not in f" {name} "]
    parts = list(dict.fromkeys(parts))
    return document.with_sentence(f"{name}: {' '.join(parts)}" if parts else name, said)


def _of(own: str, resources: list[str], detail: Any) -> str:
    """Name the resource behind what has a name of its own and is something else: a step of it."""
    if not own or not resources:
        return own
    kind, slash, rest = re.sub(r"[/:]", "/", resources[0], count=1).partition("/")
    kind, rest = (kind, rest) if slash else ("", kind)
    fields = detail.items() if isinstance(detail, dict) else ()
    called = " ".join(key.lower() for key, item in fields if item == own)
    itself = any(word in called for word in re.findall(r"[a-z]{3,}", kind.lower()))
    near = own.lower() in resources[0].lower() or rest.lower() in own.lower()
    return own if itself or near or _OPAQUE.search(rest) else f"{own} · {rest}"


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    return shortened(value, HEADLINE) if isinstance(value, str) else ""


def _resources(event: dict[str, Any]) -> list[str]:
    """Return what the ARNs name: the rest of them repeats the service, region and account."""
    found = event.get("resources")
    arns = [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
    return [
        shortened(arn.split(":", 5)[-1] if arn.startswith("arn:") else arn, 100)
        for arn in arns[:_MOST_RESOURCES]
    ]
