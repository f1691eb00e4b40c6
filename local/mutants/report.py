"""What lived, by area, and which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from local.mutants.areas import WORDS, area
from local.mutants.running import Fate, Trial

GOAL = 5.0
"""Per cent that may live outside of pages and words."""


def area_of(trial: Trial) -> str:
    """Name the area of a mutant."""
    return area(trial.mutation.path, words=trial.mutation.words)


def share(trials: Sequence[Trial]) -> float:
    """Return how many of a hundred live; 0 of none."""
    return 100 * sum(each.lives for each in trials) / len(trials) if trials else 0.0


def outside(trials: Sequence[Trial]) -> list[Trial]:
    """Leave out pages and words."""
    return [each for each in trials if area_of(each) != WORDS]


def table(trials: Sequence[Trial]) -> Table:
    """Show how many of each area had which fate."""
    shown = Table("area", "mutants", *Fate, "% alive")
    areas = sorted({area_of(each) for each in trials} - {WORDS})
    for name in [*areas, WORDS]:
        _row(shown, name, [each for each in trials if area_of(each) == name])
    shown.add_section()
    _row(shown, f"all but {WORDS}", outside(trials))
    return shown


def _row(shown: Table, name: str, trials: Sequence[Trial]) -> None:
    fates = [str(sum(each.fate is fate for each in trials)) for fate in Fate]
    shown.add_row(name, str(len(trials)), *fates, f"{share(trials):.1f}")


def line(trial: Trial) -> str:
    """Say what became of a mutant; of one that lives, its change."""
    if trial.lives:
        return survivors([trial])[0]
    return f"{trial.fate.value}: {trial.mutation.path}:{trial.mutation.line} {trial.mutation.kind}"


def survivors(trials: Sequence[Trial]) -> list[str]:
    """Name those that live, with their change."""
    return [
        f"{each.mutation.path}:{each.mutation.line}  {each.mutation.kind}, {each.fate.value}"
        f" ({each.ran} tests): {_short(each.mutation.old)} -> {_short(each.mutation.new)}"
        for each in sorted(trials, key=lambda each: each.mutation)
        if each.lives
    ]


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 120 else f"{line[:119]}…"


def record(trials: Sequence[Trial], *, seed: int, seconds: float) -> dict[str, Any]:
    """Return the run as JSON holds it."""
    return {
        "seed": seed,
        "seconds": round(seconds),
        "alive_percent_outside_words": round(share(outside(trials)), 2),
        "mutants": [
            {
                "path": each.mutation.path,
                "line": each.mutation.line,
                "kind": each.mutation.kind,
                "area": area_of(each),
                "old": each.mutation.old,
                "new": each.mutation.new,
                "fate": each.fate.value,
                "tests": each.ran,
                "could": each.could,
                "by": each.by,
            }
            for each in trials
        ],
    }
