"""Windows in StateTable: each claimed by a conditional write, so that two runs never share one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from avatarwatch.kpi.readings import Window
from avatarwatch.kpis import Cadence
from avatarwatch.state import ConflictError, Document, DocumentStore, Key
from kpi_aggregation.windows import Record

LEASE = timedelta(minutes=3)  # longer than the function can run
KEPT = timedelta(days=16)  # longer than a window can be published

_RECORD = TypeAdapter(Record)
_START = TypeAdapter(datetime)


@dataclass(frozen=True, slots=True)
class Claims:
    """The records of one cadence's windows."""

    store: DocumentStore
    cadence: Cadence

    def load(self, windows: Iterable[Window]) -> dict[Window, Record]:
        """Read the records of windows; those that exist."""
        by_key = {self._key(window): window for window in windows}
        return {
            by_key[key]: replace(_RECORD.validate_python(document.body), version=document.version)
            for key, document in self.store.get_many(by_key).items()
        }

    def claim(self, window: Window, record: Record | None, now: datetime) -> Record | None:
        """Take a window for this run; None when another was faster."""
        return self._put(window, replace(record or Record(), claimed_until=now + LEASE), now)

    def finish(self, window: Window, record: Record, now: datetime) -> bool:
        """Write down what was published; False when the claim had run out and another has it."""
        return self._put(window, replace(record, claimed_until=None), now) is not None

    def watermark(self) -> datetime | None:
        """Return the start before which every window is settled, None before the first run."""
        document = self.store.get(self._mark)
        return _START.validate_python(document.body["start"]) if document else None

    def advance(self, start: datetime, now: datetime) -> None:
        """Move the watermark on; never back."""
        document = self.store.get(self._mark) or Document(self._mark, 0, {})
        known = document.body.get("start")
        if known and _START.validate_python(known) >= start:
            return
        try:
            self.store.put(replace(document, body={"start": start.isoformat()}), now + 100 * KEPT)
        except ConflictError:  # another run moves it; the next one goes on from there
            return

    def _put(self, window: Window, record: Record, now: datetime) -> Record | None:
        body = _RECORD.dump_python(replace(record, version=0), mode="json")
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
