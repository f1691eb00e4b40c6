"""What a measurement comes to: its key figures beside their goals, kept with machine and date.

Each benchmark says by ``key_figures`` which of its figures somebody would ask for. They are kept in
``out/bench/<name>.json``; `table` prints them and `page` writes ``benchmarks/results.md`` from all
that this machine has measured, each with its own date.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from local.paths import OUT, ROOT

FOLDER = OUT / "bench"
PAGE = ROOT / "benchmarks" / "results.md"
_HEADINGS = ("measurement", "figure", "found", "goal", "beside", "")
_MARKS = {None: "", True: "met", False: "missed"}
_DIGITS = 3  # that mean something, of a measured figure


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, its value and unit, and the goal that it is held to.

    ``at_most`` or ``at_least`` is the goal, neither for a figure that only informs; ``beside`` says
    what the peer or baseline came to in the same run, or why a goal is missed.
    """

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    beside: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def goal(self) -> str:
        """The goal in words."""
        if self.at_most is not None:
            return f"at most {_number(self.at_most)}"
        return "" if self.at_least is None else f"at least {_number(self.at_least)}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row after the measurement's name, as `_HEADINGS` names its columns."""
        found = f"{_number(self.value)} {self.unit}".strip()
        return (self.what, found, self.goal, self.beside, _MARKS[self.is_met])


@dataclass(frozen=True, slots=True)
class Measured:
    """What one measurement found, when, and on which machine; ``failure`` where it broke."""

    name: str
    at: str
    machine: str
    figures: tuple[Figure, ...]
    details: Any = None
    failure: str = ""

    @classmethod
    def now(
        cls, name: str, figures: Iterable[Figure] = (), details: Any = None, failure: str = ""
    ) -> Measured:
        """Say that it was measured now and here."""
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
        return cls(name, at, machine(), tuple(figures), details, failure)

    def save(self) -> None:
        """Keep it; a failed run leaves an earlier one's figures where they are."""
        if not self.failure:
            FOLDER.mkdir(parents=True, exist_ok=True)
            text = json.dumps(asdict(self), indent=2, default=str)
            (FOLDER / f"{self.name}.json").write_text(text + "\n")

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """Each figure's row, or the failure's."""
        if self.failure:
            yield (self.name, "not measured", "", "", self.failure, "failed")
        for figure in self.figures:
            yield (self.name, *figure.cells)


def kept(names: Iterable[str]) -> list[Measured]:
    """Return what this machine has measured of these, leaving out what cannot be read."""
    found = []
    for name in names:
        try:
            read = json.loads((FOLDER / f"{name}.json").read_text())
            figures = tuple(Figure(**each) for each in read.pop("figures"))
            found.append(Measured(**read, figures=figures))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            continue
    return found


def machine() -> str:
    """Return the processor, its cores, the memory and the Python of this machine."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB,"
        f" {platform.system()}, Python {platform.python_version()}"
    )


def table(found: Iterable[Measured]) -> Table:
    """Return all figures as one table."""
    shown = Table(title="All figures", title_justify="left")
    for heading in _HEADINGS:
        shown.add_column(heading, justify="right" if heading == "found" else "left")
    for measured in found:
        for row in measured.rows:
            shown.add_row(*row)
    return shown


def page(found: Iterable[Measured]) -> str:
    """Return benchmarks/results.md."""
    all_found = list(found)
    lines = [
        "# Results",
        "",
        "Made by `make bench`: the module of that name says what is measured, and how.",
        "Ratios are to a peer or a baseline in the same run; seconds are this machine's.",
        "",
        f"| {' | '.join(_HEADINGS)} |",
        f"|{'---|' * len(_HEADINGS)}",
        *(f"| {' | '.join(_cell(c) for c in row)} |" for each in all_found for row in each.rows),
        "",
        *(f"- {each.name}: {each.at} UTC, {each.machine}" for each in all_found),
        "",
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 10**_DIGITS:
        return f"{value:,.0f}"
    return f"{value:.{_DIGITS}g}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # macOS
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return done.stdout.strip() or platform.machine()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
