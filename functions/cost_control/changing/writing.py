"""Change a bucket's rules so that nobody's work is lost.

Read, merge, check, back up, read again and compare, write once, read back and compare. Between the
second reading and the writing another writer can still come: S3 offers no condition on the write.
The window is one request long, and the backup holds what was there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from botocore.exceptions import BotoCoreError

from cost_control.changing.store import BucketError, ChangedMeanwhileError
from cost_control.lifecycle.checks import IA_MINIMUM_DAYS, violations
from cost_control.lifecycle.compare import difference, same
from cost_control.lifecycle.model import Configuration

ATTEMPTS = 4
_PAUSES = (1.0, 2.0, 4.0, 8.0)
_READ_BACKS = 3


class Result(StrEnum):
    """What came of a change."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"  # it was so already
    UNVERIFIED = "unverified"  # written, but not seen yet: the next run looks again
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a bucket's rules; ``backup`` is the key in ReportsBucket, if any."""

    result: Result
    reason: str
    before: Configuration
    after: Configuration
    backup: str | None = None

    @property
    def diff(self) -> str:
        """Return the difference for people."""
        return difference(self.before, self.after)


class Rules(Protocol):
    """A bucket's rules in S3."""

    def lifecycle(self) -> tuple[Configuration, tuple[str, ...]]:
        """Return the configuration, and the elements that this version does not know."""

    def replace(self, configuration: Configuration) -> None:
        """Write it once."""


@dataclass(frozen=True, slots=True)
class Changer:
    """Make changes. ``backup`` keeps a configuration with the reason and returns its key."""

    rules: Rules
    backup: Callable[[Configuration, str], str]
    sleep: Callable[[float], None]
    ia_minimum_days: int = IA_MINIMUM_DAYS

    def change(self, wanted: Callable[[Configuration], Configuration], reason: str) -> Change:
        """Bring the rules to what ``wanted`` makes of them, starting over when they change.

        BucketError where S3 refuses; every other end is a Change.
        """
        before = Configuration()
        after = before
        for attempt in range(ATTEMPTS):
            if attempt:
                self.sleep(_PAUSES[attempt - 1])
            before, unknown = self.rules.lifecycle()
            after = wanted(before)
            settled = self._settled(before, after, unknown)
            if settled:
                return settled
            key = self.backup(before, reason)
            again, _ = self.rules.lifecycle()
            if not same(again, before):
                continue  # somebody else wrote in between: their rules count
            if self._written(after):
                return self._verified(Change(Result.CHANGED, reason, before, after, key))
        return Change(
            Result.REFUSED, f"the rules kept changing in {ATTEMPTS} attempts", before, after
        )

    def _settled(
        self, before: Configuration, after: Configuration, unknown: tuple[str, ...]
    ) -> Change | None:
        if same(before, after):
            return Change(Result.UNCHANGED, "the rules are so already", before, after)
        if unknown:
            why = f"writing would lose what this version does not know: {', '.join(unknown)}"
            return Change(Result.REFUSED, why, before, before)
        illegal = violations(after, ia_minimum_days=self.ia_minimum_days) if after.rules else ()
        if illegal:
            return Change(Result.REFUSED, f"S3 would refuse it: {illegal[0]}", before, before)
        return None

    def _written(self, after: Configuration) -> bool:
        """Write once; False to start over. Without an answer it is read what came of it."""
        try:
            self.rules.replace(after)
        except ChangedMeanwhileError:
            return False
        except BotoCoreError:
            now, _ = self.rules.lifecycle()
            return same(now, after)
        return True

    def _verified(self, change: Change) -> Change:
        for attempt in range(_READ_BACKS):
            if attempt:
                self.sleep(_PAUSES[attempt - 1])
            now, _ = self.rules.lifecycle()
            if same(now, change.after):
                return change
        reason = "written, but S3 shows other rules: another writer came, or it takes time"
        return Change(Result.UNVERIFIED, reason, change.before, change.after, change.backup)


__all__ = ["BucketError", "Change", "Changer", "Result", "Rules"]
