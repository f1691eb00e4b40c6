"""Several processes that share something, run in the order that a test chooses.

Each is a thread, and one runs at a time: up to its next turn, where it waits until it is chosen
again. So a test sees every order in which their steps can fall, and the same choices give the
same run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


class Died(BaseException):
    """The process ended here; no handler of ordinary errors may catch it."""


@dataclass(slots=True)
class _Process:
    work: Callable[[], None]
    may_run: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_over: bool = False
    is_killed: bool = False
    error: Exception | None = None


@dataclass(slots=True)
class Interleaving:
    """Runs processes; they call ``turn`` wherever another may come in between."""

    _current: _Process | None = None
    _stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def turn(self, what: str = "") -> None:
        """Let the others have their turns; raises Died where the process is killed."""
        del what
        process = self._current
        if process is None:  # outside of a run
            return
        self._stopped.release()
        process.may_run.acquire()
        if process.is_killed:
            raise Died

    def run(
        self,
        works: Sequence[Callable[[], None]],
        choices: Iterable[int],
        killed: frozenset[int] = frozenset(),
    ) -> None:
        """Run all to their ends: by the choices, and when those run out one after the other.

        At the choices whose positions are in ``killed`` the chosen process dies instead. What a
        process raises is raised here once all are over.
        """
        processes = [_Process(work) for work in works]
        threads = [
            threading.Thread(target=self._live, args=(each,), daemon=True) for each in processes
        ]
        for thread in threads:
            thread.start()
        for position, choice in enumerate(choices):
            left = [each for each in processes if not each.is_over]
            if not left:
                break
            chosen = left[choice % len(left)]
            chosen.is_killed = position in killed
            self._step(chosen)
        for each in processes:
            while not each.is_over:
                self._step(each)
        for thread in threads:
            thread.join()
        self._current = None
        for each in processes:
            if each.error:
                raise each.error

    def _step(self, process: _Process) -> None:
        self._current = process
        process.may_run.release()
        self._stopped.acquire()

    def _live(self, process: _Process) -> None:
        process.may_run.acquire()
        try:
            if not process.is_killed:
                process.work()
        except Died:
            pass
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            process.error = error
        finally:
            process.is_over = True
            self._stopped.release()
