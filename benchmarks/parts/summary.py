"""What a measurement comes to: its key figures beside their goals, kept with machine and date.

Each benchmark says by ``key_figures`` which of its figures somebody would ask for. All its figures
are written to ``out/bench/<name>.json``; `table` prints those of a run, and `page` puts them into
``benchmarks/results.md`` in place of the same measurement's, each with its own date and machine.
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
UNEXPLAINED = "nobody has said why"
_DIGITS = 3  # that mean something, of a measured figure


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, its value and unit, and the goal that it is held to.

    ``at_most`` or ``at_least`` is the goal, neither for a figure that only informs; ``beside`` says
    what the peer or baseline came to in the same run; ``why``, what a miss comes from where its
    goal has been missed.
    """

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    beside: str = ""
    why: str = ""

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
        """Write all of it down; a failed run leaves an earlier one's figures where they are."""
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

    @property
    def lines(self) -> list[str]:
        """The rows as they stand in the page."""
        return [f"| {' | '.join(_cell(text) for text in row)} |" for row in self.rows]

    @property
    def missed(self) -> list[str]:
        """Each missed goal, with what it comes from."""
        return [
            f"- {self.name}, {figure.what}: {figure.why or UNEXPLAINED}"
            for figure in self.figures
            if figure.is_met is False
        ]

    @property
    def date(self) -> str:
        """When it was measured, and on what."""
        return f"- {self.name}: {self.at} UTC, {self.machine}"


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


def page(found: Iterable[Measured], before: str, names: Iterable[str]) -> str:
    """Return benchmarks/results.md: what was found now, else what stood there ``before``.

    ``names`` are the measurements that there are, in their order. One that broke now keeps the
    figures that it had; one that is no more loses them.
    """
    now = {each.name: each for each in found if not each.failure}
    rows, missed, dates = [], [], []
    for name in names:
        rows += now[name].lines if name in now else _lines(before, f"| {name} | ")
        missed += now[name].missed if name in now else _lines(before, f"- {name}, ")
        dates += [now[name].date] if name in now else _lines(before, f"- {name}: ")
    return "\n".join(
        [
            "# Results",
            "",
            "Made by `make bench`: the module of that name says what is measured, and how.",
            "Ratios are to a peer or a baseline in the same run; seconds are this machine's.",
            "",
            f"| {' | '.join(_HEADINGS)} |",
            f"|{'---|' * len(_HEADINGS)}",
            *rows,
            "",
            *(["Missed, and why:", "", *missed, ""] if missed else []),
            *dates,
            "",
        ]
    )


def _lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


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
