"""Windows in StateTable: each claimed by a conditional write, so that two runs never share one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch.kpi.readings import Window
from avatarwatch.kpis import Cadence
from avatarwatch.state import ConflictError, Document, DocumentStore, Json, Key
from kpi_aggregation.sets import Amount
from kpi_aggregation.windows import Record

LEASE = timedelta(minutes=3)  # longer than the function can run
KEPT = timedelta(days=16)  # longer than a window can be published


@dataclass(frozen=True, slots=True)
class Claims:
    """The records of one cadence's windows."""

    store: DocumentStore
    cadence: Cadence

    def load(self, windows: Iterable[Window]) -> dict[Window, Record]:
        """Read the records of windows; those that exist."""
        by_key = {self._key(window): window for window in windows}
        return {
            by_key[key]: _record(document) for key, document in self.store.get_many(by_key).items()
        }

    def claim(self, window: Window, record: Record | None, now: datetime) -> Record | None:
        """Take a window for this run; None when another was faster."""
        return self._put(window, replace(record or Record(), claimed_until=now + LEASE), now)

    def note(self, window: Window, record: Record, now: datetime) -> Record:
        """Write down something about a window that is claimed, and keep the claim.

        Raises
        ------
        ConflictError
            The claim had run out and another run has the window.
        """
        document = Document(self._key(window), record.version, _body(record))
        return replace(record, version=self.store.put(document, now + KEPT).version)

    def finish(self, window: Window, record: Record, now: datetime) -> bool:
        """Write down what was published; False when the claim had run out and another has it."""
        return self._put(window, replace(record, claimed_until=None), now) is not None

    def watermark(self) -> datetime | None:
        """Return the start before which every window is settled, None before the first run."""
        document = self.store.get(self._mark)
        return datetime.fromisoformat(document.body["start"]) if document else None

    def advance(self, start: datetime, now: datetime) -> None:
        """Move the watermark on; never back."""
        document = self.store.get(self._mark) or Document(self._mark, 0, {})
        known = document.body.get("start")
        if known and datetime.fromisoformat(known) >= start:
            return
        try:
            self.store.put(replace(document, body={"start": start.isoformat()}), now + 100 * KEPT)
        except ConflictError:  # another run moves it; the next one goes on from there
            return

    def _put(self, window: Window, record: Record, now: datetime) -> Record | None:
        body = _body(record)
        try:
            document = self.store.put(Document(self._key(window), record.version, body), now + KEPT)
        except ConflictError:
            return None
        return replace(record, version=document.version)

    def _key(self, window: Window) -> Key:
        return (f"kpi#{self.cadence.value}", window.start.isoformat())

    @property
    def _mark(self) -> Key:
        return ("kpi-watermark", self.cadence.value)


# By hand: pydantic would do it as well, but its import is a quarter of a cold start.
def _body(record: Record) -> Json:
    return {
        "claimed_until": record.claimed_until and record.claimed_until.isoformat(),
        "looked_at": record.looked_at and record.looked_at.isoformat(),
        "published": {name: [put.count, put.total] for name, put in record.published.items()},
        "incomplete": record.incomplete,
        "query": record.query,
        "asked": record.asked,
        "costs_from": record.costs_from,
    }


def _record(document: Document) -> Record:
    body = document.body
    return Record(
        version=document.version,
        claimed_until=_moment(body["claimed_until"]),
        looked_at=_moment(body["looked_at"]),
        published={name: Amount(*put) for name, put in body["published"].items()},
        incomplete=body["incomplete"],
        query=body["query"],
        asked=body.get("asked", 0),  # what follows came later than the first records
        costs_from=body.get("costs_from"),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
