"""A pytest plugin: collect the tests once, and try each mutant in a process split off from there.

`MUTANTS_TASKS` names the file of tasks, `MUTANTS_FATES` the number of the pipe that takes a line
for each as it ends. What cannot be tried so (`patching`) ends as ``COLD``: modules are to be
imported anew for it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType

import pytest

from local.mutants import patching
from local.mutants.areas import SOURCES
from local.mutants.bounds import bound, end_with_parent

TOOL = 4
"""Free for whoever asks, by the table in ``sys.monitoring``'s documentation."""
COLD = 77
"""Exit code of a process that could not put its mutant into what is there."""
OVERDUE = {-signal.SIGXCPU, -signal.SIGKILL}
"""Of a process that has used up its time."""
PATIENCE = 6


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant, as its file's changed text, and the tests to try it with, in their order."""

    number: int
    path: str
    text: str
    """Empty: no mutant, the tests are to pass."""
    scope: int
    tests: Sequence[str]
    limit: float
    """Seconds of a processor; by the clock ``PATIENCE`` times as many."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a task ended: its exit code, None when its time ran out, and what failed."""

    number: int
    code: int | None
    failed: str = ""


class Imported:
    """The functions of ours that are called while tests are collected, by `path:first line`."""

    def __init__(self, root: Path) -> None:
        self.roots = tuple(f"{root / each}{os.sep}" for each in SOURCES)
        self.called: set[tuple[str, int]] = set()

    def start(self) -> None:
        """Watch every function's start, each until it is known."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(TOOL, "mutants")
        monitoring.register_callback(TOOL, monitoring.events.PY_START, self._started)
        monitoring.set_events(TOOL, monitoring.events.PY_START)

    def _started(self, code: CodeType, _offset: int) -> object:
        if code.co_filename.startswith(self.roots):
            self.called.add((code.co_filename, code.co_firstlineno))
        return sys.monitoring.DISABLE

    def stop(self) -> None:
        """Watch no more."""
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)


class Trials:
    """Tries the tasks, several at once, each in a process of its own."""

    def __init__(self, root: Path, tasks: Sequence[Task], fates: int, workers: int) -> None:
        self._root, self._tasks, self._fates, self._workers = root, tasks, fates, workers
        self._running: dict[int, tuple[Task, float, int]] = {}
        self._imported = Imported(root)
        self._imported.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the tests' own run."""
        self._imported.stop()
        known = patching.functions(self._imported.roots)
        items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()  # what all share is not copied by being looked at
        for task in self._tasks:
            while len(self._running) >= self._workers:
                self._ends()
            self._begin(task, [items[each] for each in task.tests if each in items], known)
        while self._running:
            self._ends()
        return True

    def _begin(self, task: Task, items: list[pytest.Item], known: patching.Functions) -> None:
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            self._running[process] = (task, time.monotonic() + PATIENCE * task.limit, reading)
            return
        code = 3
        try:
            end_with_parent()
            os.setsid()  # what the tests start ends with them
            os.close(reading)
            bound(task.limit)
            code = COLD if not items or not self._changed(task, known) else _tried(items, writing)
        finally:
            os._exit(code)

    def _changed(self, task: Task, known: patching.Functions) -> bool:
        if not task.text:
            return True
        path = str(self._root / task.path)
        if (path, task.scope) in self._imported.called:
            return False
        return patching.patched(path, Path(path).read_text(), task.text, known)

    def _ends(self) -> None:
        """Wait until one has ended or its time has."""
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process:
                code = os.waitstatus_to_exitcode(status)
                return self._write(process, None if code in OVERDUE else code)
            now = time.monotonic()
            for process, (_, deadline, _) in list(self._running.items()):
                if now > deadline:
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
                    return self._write(process, None)
            time.sleep(0.01)

    def _write(self, process: int, code: int | None) -> None:
        task, _, reading = self._running.pop(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            failed = pipe.read()
        line = json.dumps(asdict(Ended(task.number, code, failed)))
        os.write(self._fates, f"{line}\n".encode())


def _tried(items: Sequence[pytest.Item], writing: int) -> int:
    """Run tests until one fails: 1, else 0."""
    with Path(os.devnull).open("w") as nothing:
        for number in (1, 2):
            os.dup2(nothing.fileno(), number)
    session = items[0].session
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os.write(writing, item.nodeid.encode())
            return 1
    return 0


def pytest_configure(config: pytest.Config) -> None:
    """Read the tasks."""
    end_with_parent()
    found = json.loads(Path(os.environ["MUTANTS_TASKS"]).read_text())
    tasks = [Task(**each) for each in found["tasks"]]
    fates = int(os.environ["MUTANTS_FATES"])
    os.set_inheritable(fates, False)  # noqa: FBT003 - its only way to be called
    trials = Trials(config.rootpath, tasks, fates, found["workers"])
    config.pluginmanager.register(trials, "mutants-warm")
