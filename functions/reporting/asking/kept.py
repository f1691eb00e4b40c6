"""Read what other functions left in StateTable: episodes of alerts, and cost control's days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from avatarwatch.answers import Said
from avatarwatch.episodes import Episode, partition_of
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import DocumentStore
from reporting.spans import DAY, Span

COST_DAYS = "cost-control#daily"
"""Cost control's partition of the daily report's lines, by date (cost_control.memory)."""
_OPEN = "incident"


class _Alert(msgspec.Struct, frozen=True):
    """What a report needs to know of an incident's alert."""

    name: str
    kind: str
    alert_id: str | None = None


class _Incident(msgspec.Struct, frozen=True):
    """An incident as AlarmFanout keeps it, as far as it is read here."""

    key: str
    alert: _Alert
    is_open: bool = False
    opened_at: datetime | None = None
    flapping_since: datetime | None = None
    sentence: str = ""
    answers: tuple[Said, ...] = ()


def read_episodes(store: DocumentStore, span: Span) -> Iterator[Episode]:
    """Yield the episodes that touch a span; of those that are open, as they are now.

    One that is open now was open at the span's end when it began before it.
    """
    month = span.start
    while month < span.end + 32 * DAY:  # what ended after the span may have begun in it
        for document in store.query(partition_of(month)):
            episode = decode(document.body, Episode)
            if _touches(episode, span):
                yield episode
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    for document in store.query(_OPEN):
        incident = decode(document.body, _Incident)
        if incident.is_open and incident.opened_at and incident.opened_at < span.end:
            alert = incident.alert
            flaps = incident.flapping_since is not None
            first = next((said for said in incident.answers if not said.what.mutes), None)
            yield Episode(
                incident.key, alert.name, alert.kind, incident.opened_at, None, alert.alert_id,
                incident.sentence, flaps, acknowledged_at=first.at if first else None,
                acknowledged_by=first.by if first else "",
            )  # fmt: skip


def _touches(episode: Episode, span: Span) -> bool:
    begun = episode.opened_at or episode.closed_at
    over = episode.closed_at or episode.opened_at
    return begun is not None and over is not None and begun < span.end and over >= span.start


def read_cost_runs(store: DocumentStore, span: Span) -> dict[date, Mapping[str, Any]]:
    """Return what cost control found on each day of a span, or on the day after it."""
    days = [*span.days, span.end.date()]
    keys = {(COST_DAYS, f"{day:%Y-%m-%d}"): day for day in days}
    found = store.get_many(keys)
    return {keys[key]: document.body for key, document in sorted(found.items()) if document.version}
