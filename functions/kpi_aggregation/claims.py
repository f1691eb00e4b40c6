"""Windows in StateTable: each leased to one run, so that two runs never share one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.readings import Window
from avatarwatch.kpis import Cadence
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.lease import Lease, Leased, Leases
from avatarwatch.state_table.partition import Partition
from kpi_aggregation.windows import Record

LEASE = timedelta(minutes=3)  # longer than the function can run
KEPT = timedelta(days=16)  # longer than a window can be published


@dataclass(frozen=True, slots=True)
class _Watermark:
    start: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """The records of one cadence's windows."""

    store: DocumentStore
    cadence: Cadence

    def load(self, windows: Iterable[Window]) -> dict[Window, Lease[Record]]:
        """Read what is known of windows, also where nothing is."""
        names = {window: window.start.isoformat() for window in windows}
        found = self._windows.read(names.values())
        return {window: found[name] for window, name in names.items()}

    def claim(self, window: Lease[Record], now: datetime) -> Lease[Record] | None:
        """Take a window for this run; None while another has it, or when it was faster."""
        return self._windows.take(window, now)

    def note(self, window: Lease[Record], record: Record, now: datetime) -> Lease[Record]:
        """Write down something about a window that is claimed, and keep the claim.

        Raises
        ------
        ConflictError
            The claim had run out and another run has the window.
        """
        return self._windows.write(window, record, now)

    def finish(self, window: Lease[Record], record: Record, now: datetime) -> bool:
        """Write down what was published; False when the claim had run out and another has it."""
        return self._windows.release(window, record, now)

    def watermark(self) -> datetime | None:
        """Return the start before which every window is settled, None before the first run."""
        mark = self._watermarks.get(self.cadence.value)
        return mark.start if mark else None

    def advance(self, start: datetime, now: datetime) -> None:
        """Move the watermark on; never back."""

        def decide(known: _Watermark | None) -> tuple[_Watermark, None]:
            mark = _Watermark(start)
            return known if known and known.start >= start else mark, None

        self._watermarks.change(self.cadence.value, decide, now)

    @property
    def _windows(self) -> Leases[Record]:
        key = f"kpi#{self.cadence.value}"
        return Leases(Partition(self.store, key, Leased[Record], KEPT), LEASE)

    @property
    def _watermarks(self) -> Partition[_Watermark]:
        return Partition(self.store, "kpi-watermark", _Watermark, 100 * KEPT)
