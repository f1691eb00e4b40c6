"""How many calls of S3 a bucket may still take in this run."""

from __future__ import annotations

from dataclasses import dataclass

CALLS = 12
"""For one bucket in one run, whatever it holds: metrics, rules, setup, sizes and a change."""
WRITING = 5
"""Of them for a change: two more readings of the rules, the backup, the write, the reading back."""


class NoCallsLeftError(Exception):
    """A bucket has had its calls of this run."""


@dataclass(slots=True)
class Calls:
    """The calls that are left."""

    left: int = CALLS

    def spend(self, calls: int = 1) -> None:
        """Count calls that are about to be made; NoCallsLeftError where there are none left."""
        if self.left < calls:
            raise NoCallsLeftError(f"a bucket takes {CALLS} calls a run at most")
        self.left -= calls

    @property
    def can_write(self) -> bool:
        """Whether a change is still possible in this run."""
        return self.left >= WRITING
