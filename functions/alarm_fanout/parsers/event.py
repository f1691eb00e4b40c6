"""Any EventBridge event that has no entry of its own: the fields that matter in any service."""

from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import document, meaning
from alarm_fanout.parsers.arrival import Arrival, of_event
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState

_MOST_RESOURCES = 3


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
    what = (
        meaning.headline(detail, name)
        or next(iter(resources), "")
        or meaning.kind(detail)
        or meaning.nested(detail)
        or meaning.identified(detail, name)
    )
    state = meaning.state(detail)
    # by whole words: an "a" stands in every name
    parts = [part for part in (what, state) if part and f" {part} " not in f" {name} "]
    return document.with_sentence(f"{name}: {' '.join(parts)}" if parts else name, said)


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
