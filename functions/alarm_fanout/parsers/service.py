"""Messages of the services that the catalogue knows (``known``)."""

from __future__ import annotations

from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import document, meaning, sounds
from alarm_fanout.parsers.arrival import Arrival, of_event, origin, origin_of_arn
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.known import sources
from alarm_fanout.parsers.known.model import Known
from alarm_fanout.parsers.known.reading import Source, grade
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState
from avatarwatch.console import Console

_MOST_ALERTS = 50  # of one message: Security Hub puts up to a hundred findings into one
_VALUE = 300


def parse(payload: dict[str, Any], arrival: Arrival) -> tuple[Alert, ...]:
    """Read a message by its entry.

    Raises
    ------
    NotThisShapeError
        There is no entry for it, or what the entry's headline needs is not there.
    """
    found = sources(payload)
    if found is None or not found[1]:
        raise NotThisShapeError("no message that the catalogue knows")
    entry, told = found
    arrival = _located(of_event(payload, arrival), told[0])
    return tuple(_alert(entry, source, arrival) for source in told[:_MOST_ALERTS])


def _alert(entry: Known, source: Source, arrival: Arrival) -> Alert:
    title = source.first(entry.titles)
    if not title:
        raise NotThisShapeError(f"a message of {entry.service} without what it is about")
    said = source.first(entry.sentence)
    lasting = source.first(entry.keys)  # without a key nothing could ever close it
    state = _state(entry, source) if lasting else AlertState.INFO
    return Alert(
        kind=Kind.EVENT,
        name=shortened(source.text("/detail-type") or arrival.subject or entry.service, HEADLINE),
        title=shortened(title, HEADLINE),
        key=_once(entry, source) if state is AlertState.INFO else f"{entry.service}:{lasting}",
        state=state,
        severity=grade(entry, source) or sounds.sounding(f"{title} {meaning.state(source.item)}"),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        # what the headline cuts short stands below in full
        summary=said or (title if len(title) > HEADLINE else ""),
        facts=_facts(entry, source, {title, said}),
        links=_links(entry, source, arrival),
    )


def _state(entry: Known, source: Source) -> AlertState:
    words = entry.state.words if entry.state else {}
    path, *filters = entry.state.path.split("|") if entry.state else ("",)
    found = source.text(path, filters) if entry.state else None
    return words.get((found or "").upper(), AlertState.INFO)


def _once(entry: Known, source: Source) -> str:
    """Return the key of what neither opens nor closes."""
    event_id = source.text("/id") if source.text("/detail-type") else None
    if event_id and not entry.each:
        return f"event:{event_id}"
    whole = event_id or digest(source.event)
    return (
        f"event:{whole}" if source.item is source.event else f"event:{whole}#{digest(source.item)}"
    )


def _facts(entry: Known, source: Source, told: set[str]) -> document.Facts:
    filled = [("Source", entry.service)]
    filled += [(label, text) for label, each in entry.facts if (text := source.fill(each))]
    facts = tuple((label, shortened(text, _VALUE)) for label, text in filled)
    shown = " ".join((*told, *(text for _, text in facts)))
    rest = document.facts(source.item, document.MOST_FACTS, first_only=True)
    return (facts + tuple(fact for fact in rest if fact[1] not in shown))[: document.MOST_FACTS]


def _links(entry: Known, source: Source, arrival: Arrival) -> tuple[tuple[str, str], ...]:
    links = []
    console = Console.of(arrival.origin.region)
    if console and entry.link and (page := source.fill(entry.link, quoted=True)):
        links.append((entry.service, console.page(page)))
    url = source.text(entry.url) if entry.url else None
    if url and url.startswith("https://"):
        links.append(("Details", url))
    return tuple(links)


def _located(arrival: Arrival, source: Source) -> Arrival:
    """Return the arrival with the region and account that the message itself names."""
    if source.text("/detail-type"):
        return arrival
    arns = ("Source ARN", "AutoScalingGroupARN", "StackId", "requestContext/functionArn")
    named = [origin_of_arn(source.text(path)) for path in arns]
    said = origin(source.text("awsRegion"), source.text("AccountId"))
    for each in named:
        said = said.or_else(each)
    return Arrival(arrival.sent_at, arrival.subject, said.or_else(arrival.origin))
