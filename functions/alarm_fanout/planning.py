"""Planned maintenance made into mutes, each some time before it begins.

The tick does it, so that an alert meets a mute like any other, and reads no rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alarm_fanout.ledger import Ledger
from avatarwatch.maintenance import Window, checked, coming, is_over
from avatarwatch.mutes import Mute
from avatarwatch.state_table.partition import Partition, forgotten

KEPT = timedelta(days=3650)  # what comes each week is to come as long as nobody takes it back


@dataclass(slots=True)
class Plans:
    """The windows of the settings, None where those cannot be read, and those of `maintain`."""

    ledger: Ledger
    of_settings: Sequence[Window] | None
    now: datetime
    _kept: Partition[Window] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partition."""
        self._kept = Partition(self.ledger.store, "maintenance", Window, KEPT, rescue=forgotten)

    def keep(self, window: Window) -> None:
        """Keep a window that somebody asked for; raises WindowError for one that is none."""
        self._kept.set(checked(window).name, window, self.now)

    def take_back(self, name: str) -> Window | None:
        """Forget a window that somebody asked for; None where there is none."""
        return self._kept.delete(name) if self._kept.get(name) else None

    def windows(self) -> dict[str, Window]:
        """Return all of them by name; of two of a name the settings' counts."""
        return self._with_settings(self._kept.all())

    def _with_settings(self, kept: dict[str, Window]) -> dict[str, Window]:
        return kept | {each.name: each for each in self.of_settings or ()}

    def mend(self) -> dict[str, str]:
        """Forget the windows that could not be read; return why, by the document's name."""
        self._kept.all()
        return {f"{self._kept.key}/{name}": why for name, why in self._kept.mend(self.now).items()}

    def renew(self) -> list[Mute]:
        """Write the mute of each window's time that is or comes next.

        Returns those that hold something back which their window does not cover any more. A window
        that never comes again is forgotten.
        """
        kept = self._kept.all()
        windows = self._with_settings(kept)
        known = {mute.key: mute for mute in self.ledger.mutes() if mute.window}
        over: list[Mute] = []
        for window in windows.values():
            span = coming(window, self.now)
            made = Mute(
                window.alarms, window.reason, span.start, span.end, window=window.name
            ) if span else None  # fmt: skip
            mute = known.pop(f"maintenance:{window.name}", None)
            # also one whose end no tick has seen yet: it must not go on as the next time's
            begun = mute is not None and (made is None or mute.since <= self.now)
            if mute and begun and not (made and made.covers(self.now)):
                over.append(mute)
            elif made and (mute is None or replace(mute, held=()) != made):
                self.ledger.save_mute(replace(made, held=mute.held if mute else ()))
            elif window.name in kept and is_over(window, self.now):
                self._kept.delete(window.name)
        if self.of_settings is not None:  # else nobody knows whether they still stand there
            over += known.values()
        return over
