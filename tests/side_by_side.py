"""How the tests are spread over workers: file by file, those that wait for others first.

Where nothing is compiled yet, one worker collects first, and the build goes on beside it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Generator
from typing import IO, TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

from local.paths import EMULATOR_HOME, ROOT

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

STACK = "the deployed stack"
"""What shares ``e2e/conftest.py``'s stack runs on one worker, so that it is deployed once."""
OWN_STACK = {
    "tests/e2e/test_alarm_evaluators.py",
    "tests/e2e/test_alarm_to_slack.py",
    "tests/e2e/test_demo_interrupted.py",
    "tests/e2e/test_deployments.py",
    "tests/e2e/test_rehearsal_on_the_emulator.py",
    "tests/e2e/test_upgrade.py",
}
# Longest first, or the last file is waited for: a hint, on which nothing but the time depends.
# What deploys, or runs in containers, leaves much of its worker's time to others.
ORDER = (
    STACK,
    "tests/e2e/test_deployments.py",
    "tests/runtime/",
    "tests/e2e/",
    "tests/browser/",
    "tests/integration/alarm_fanout/test_storm.py",
    "tests/integration/rights/",
    "tests/integration/kpi_aggregation/",
    "tests/integration/local/test_mutants.py",
    "tests/integration/",
    "tests/unit/local/test_generate.py",
    "tests/unit/health_polling/test_page.py",
    "tests/template/",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Take one more than there are processors: what deploys a stack waits half of its time."""
    return min(MOST, (os.process_cpu_count() or 1) + 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide | None:
    """Spread files over workers in our order; another ``--dist`` is xdist's own."""
    return SideBySide(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Collect on a worker in the order that its tests are handed out in."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


MOST = 8
"""Workers: the longest file bounds a run of more, and each collects all tests."""

HELD = pytest.StashKey[IO[str]]()
BUILDS = pytest.StashKey[subprocess.Popen[bytes]]()


def _lock(config: pytest.Config) -> IO[str]:
    folder = config.rootpath / "out"
    folder.mkdir(exist_ok=True)
    return (folder / "collecting.lock").open("w")


def is_cold(config: pytest.Config) -> bool:
    """Tell whether pytest has not compiled the tests yet, which takes longer than to collect."""
    tests = config.rootpath / "tests"
    return next(tests.rglob("__pycache__/test_*-pytest-*.pyc"), None) is None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Before there are workers: hold all but one back where all would compile, begin to build."""
    if is_cold(config):
        config.stash[HELD] = _lock(config)
        fcntl.flock(config.stash[HELD], fcntl.LOCK_EX)
    whole = config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword
    if whole and config.rootpath == ROOT and EMULATOR_HOME.exists():
        command = [sys.executable, "-m", "local.sam"]
        config.stash[BUILDS] = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: WorkerController) -> None:
    """Let the others collect, which find compiled what the first one has compiled."""
    if held := node.config.stash.get(HELD, None):
        held.close()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no build behind."""
    if build := config.stash.get(BUILDS, None):
        build.wait()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect on the first worker at once, on another when nobody is compiling."""
    worker = getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"]
    if worker != "gw0":
        with _lock(session.config) as shared:
            fcntl.flock(shared, fcntl.LOCK_SH)
    return (yield)


class SideBySide(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """As ``--dist loadfile``, in the order that the workers collected in."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def scope(nodeid: str) -> str:
    """Return what a test is kept together with: its file, or all that share a stack."""
    file = nodeid.split("::", 1)[0]
    return STACK if file.startswith("tests/e2e/") and file not in OWN_STACK else file


def place(nodeid: str) -> int:
    """Return where a test's file stands in the order, the last place for what is not named."""
    return next((n for n, begins in enumerate(ORDER) if scope(nodeid).startswith(begins)), 99)
