"""What tests record to be read at the end of a run, whichever process they ran in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded, wherever they ran: each ``table``, and all ``counts`` as one.

    ``counts`` are a row's name and its numbers by column; a row's are added up.
    """
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    counted: dict[str, Counter[str]] = {}
    for report in [each for each in reports if each.when == "call"]:
        for name, value in report.user_properties:
            if name == "table":
                terminalreporter.section(report.nodeid.rsplit("::", 1)[-1], sep="-")
                terminalreporter.write_line(value)
            elif name == "counts":
                counted.setdefault(value[0], Counter()).update(value[1])
    if counted:
        terminalreporter.section("counted", sep="-")
        for line in _added_up(counted):
            terminalreporter.write_line(line)


def _added_up(counted: dict[str, Counter[str]]) -> Iterator[str]:
    """Yield a table's lines, the sum of all rows last."""
    total = sum(counted.values(), Counter[str]())
    columns = dict.fromkeys(name for each in counted.values() for name in each)
    width = max(map(len, counted))
    yield " | ".join([" " * width, *columns])
    for row, numbers in [*sorted(counted.items()), ("all", total)]:
        yield " | ".join([f"{row:{width}}", *(f"{numbers[c]:{len(c)}}" for c in columns)])
