"""How the tests are spread over workers: file by file, those that wait for others first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

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
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide | None:
    """Spread files over workers in our order; another ``--dist`` is xdist's own."""
    return SideBySide(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Collect on a worker in the order that its tests are handed out in."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


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
