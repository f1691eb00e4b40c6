"""`--at 2026-12-31T23:40`: all tests at a UTC time of one's own, which goes on from there.

What depends on the machine's hour shows itself in the one hour of a day in which nobody looks.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--at", type=datetime.fromisoformat, help="the UTC time to begin the tests at")


def pytest_configure(config: pytest.Config) -> None:
    if at := config.getoption("--at"):
        travel = time_machine.travel(at.replace(tzinfo=UTC), tick=True)
        travel.start()
        config.add_cleanup(travel.stop)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.config.getoption("--at") and item.get_closest_marker("real_clock"):
        pytest.skip("it asks something that goes by the machine's clock, and --at was given")
