"""The steps of an invocation that leave a trace outside, and a way to be killed at each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Killed(BaseException):
    """The process ended here; nothing after this line ran."""


def _nothing(number: int, what: str) -> None:
    del number, what


@dataclass(slots=True)
class Steps:
    """Count effects; at number ``kill_at`` the process ends before the effect takes place.

    A killed process runs no ``finally`` to any effect: every later step raises as well, until
    ``revive``. ``before`` is called before each step, for what happens in between elsewhere.
    """

    kill_at: int | None = None
    taken: list[str] = field(default_factory=list)
    before: Callable[[int, str], None] = _nothing
    _dead: bool = False

    def take(self, what: str) -> None:
        """Note the next effect; raises Killed where the process ends."""
        number = len(self.taken)
        if self._dead or number == self.kill_at:
            self._dead = True
            raise Killed(what)
        self.taken.append(what)
        self.before(number, what)

    def revive(self) -> None:
        """Start a new process, which nobody kills."""
        self.kill_at, self._dead = None, False
