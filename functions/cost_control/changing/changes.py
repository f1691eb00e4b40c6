"""Put our rules into one bucket and take them out, remembering the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from avatarwatch.state_table.documents import Json
from cost_control.changing.backups import BackupError, Backups
from cost_control.changing.store import BucketStore
from cost_control.changing.writing import Change, Changer, Result
from cost_control.lifecycle.merge import is_ours, merge, restored
from cost_control.lifecycle.model import Configuration, Rule
from cost_control.memory import Memory


@dataclass(frozen=True, slots=True)
class BucketChanges:
    """The changes to one bucket."""

    store: BucketStore
    backups: Backups
    memory: Memory
    sleep: Callable[[float], None]
    ia_minimum_days: int

    def apply(self, rules: tuple[Rule, ...], reason: str) -> Change:
        """Put these rules beside the others; nothing happens where they are already."""
        return self._changer().change(lambda now: merge(now, rules), reason)

    def revert(self, reason: str) -> Change:
        """Take our rules out: to the backup where nobody else changed theirs since.

        A backup that cannot be read leaves the rules of others as they are now: ours go all the
        same, and the reason says so.
        """
        backup, trouble = self._way_back()
        reason += trouble
        return self._changer().change(lambda now: _without_ours(now, backup), reason)

    def _way_back(self) -> tuple[Configuration | None, str]:
        kept = self._remembered.get("backup")
        if not kept:
            return None, ""
        try:
            return self.backups.load(kept), ""
        except BackupError as error:
            return None, f"; only our rule was taken away: {error}"

    @property
    def held_since(self) -> str | None:
        """Return since when a rollback by hand keeps our rules out, None when none does."""
        held: str | None = self._remembered.get("held_since")
        return held

    def hold(self, since: str | None) -> None:
        """Keep our rules out from now on, or let them in again (None)."""
        if self.held_since != since:
            self._remember({"held_since": since})

    def untold(self, now: Configuration) -> Change | None:
        """Return a change of ours that nobody was told of, None where there is none.

        A run that died after its writing, or whose message could not be published, leaves one.
        """
        kept = self._remembered.get("untold")
        if not kept:
            return None
        try:
            before = self.backups.load(kept["backup"])
        except BackupError as error:
            return Change(Result.CHANGED, f"{kept['reason']}; {error}", now, now, kept["backup"])
        if _ours(before) == _ours(now):  # it was not written after all
            self._remember({"untold": None})
            return None
        return Change(Result.CHANGED, kept["reason"], before, now, kept["backup"])

    def _changer(self) -> Changer:
        return Changer(self.store, self._keep, self.sleep, self.ia_minimum_days)

    def _keep(self, before: Configuration, reason: str) -> str:
        """Back up; the way back, and what is to be told, are known before anything is written."""
        key = self.backups.keep(self.store.name, before, reason)
        is_way_back = not _ours(before)
        self._remember(
            {"untold": {"backup": key, "reason": reason}} | ({"backup": key} if is_way_back else {})
        )
        return key

    @property
    def _remembered(self) -> Json:
        return self.memory.bucket(self.store.name)

    def _remember(self, changed: Json) -> None:
        self.memory.set_bucket(self.store.name, self._remembered | changed)


def _ours(configuration: Configuration) -> tuple[Rule, ...]:
    return tuple(filter(is_ours, configuration.rules))


def _without_ours(now: Configuration, backup: Configuration | None) -> Configuration:
    if not _ours(now):
        return now
    return merge(now, ()) if backup is None else restored(now, backup)
