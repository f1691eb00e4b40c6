"""A pytest plugin: record which function of ours each test calls, and how long the test takes.

`MUTANTS_REACH` names the folder that takes one file of each process. A function that a fixture of
wider scope than a test calls counts for every test that uses the fixture. What is called while
modules are imported, or in another process, is not seen.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from local.mutants.areas import SOURCES

TOOL = 4
"""Free for whoever asks, by the table in ``sys.monitoring``'s documentation."""


class Recorder:
    """What was called in which context: a test's id, or `fixture:NAME`."""

    def __init__(self, root: Path) -> None:
        self._roots = tuple(f"{root / each}{os.sep}" for each in SOURCES)
        self._root = f"{root}{os.sep}"
        self.context: str | None = None
        self.called: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = defaultdict(float)
        self.made: dict[str, float] = {}
        self.fixtures: dict[str, list[str]] = {}
        self.failed: set[str] = set()

    def start(self) -> None:
        """Watch every function's start; those of others are let go at their first."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(TOOL, "mutants")
        monitoring.register_callback(TOOL, monitoring.events.PY_START, self._started)
        monitoring.set_events(TOOL, monitoring.events.PY_START)

    def _started(self, code: CodeType, _offset: int) -> object:
        if not code.co_filename.startswith(self._roots):
            return sys.monitoring.DISABLE
        if self.context is not None:
            name = code.co_filename.removeprefix(self._root)
            self.called[self.context].add(f"{name}:{code.co_firstlineno}")
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Make the test the context."""
        self.fixtures[item.nodeid] = list(getattr(item, "fixturenames", []))
        self.context = item.nodeid
        try:
            return (yield)
        finally:
            self.context = None

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        """Make a fixture that several tests share a context of its own, and time it.

        Whichever of them runs alone, or first, has to make it.
        """
        if fixturedef.scope == "function":
            return (yield)
        before, begun, name = self.context, time.monotonic(), fixturedef.argname
        self.context = f"fixture:{name}"
        try:
            return (yield)
        finally:
            self.context = before
            self.made[name] = max(time.monotonic() - begun, self.made.get(name, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time, and note what fails without any mutant."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write what this process saw."""
        sys.monitoring.free_tool_id(TOOL)
        folder = Path(os.environ["MUTANTS_REACH"])
        folder.mkdir(parents=True, exist_ok=True)
        seen = {
            "called": {context: sorted(each) for context, each in self.called.items()},
            "fixtures": self.fixtures,
            "seconds": {each: self.seconds[each] for each in self.fixtures},
            "made": self.made,
            "failed": sorted(self.failed),
        }
        (folder / f"{os.getpid()}.json").write_text(json.dumps(seen))


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that runs tests: not in the one that hands them to others."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    recorder = Recorder(config.rootpath)
    recorder.start()
    config.pluginmanager.register(recorder, "mutants-reach")
