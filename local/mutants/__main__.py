"""`python -m local.mutants [--sample 200] [--seed 1] [--path GLOB] [--tests PATH …] [--workers 2]`.

0 when no more of the sample live than the goal allows, outside of pages and words.
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

from rich.console import Console

from local.mutants import choosing, equivalent, report, running, trees
from local.mutants.areas import SOURCES
from local.mutants.mutations import Mutation, mutations
from local.paths import OUT, ROOT

FOLDER = OUT / "mutants"
WORKERS = 2
EVERY = ["tests"]


def sample(root: Path, size: int, seed: int, path: str = "*") -> list[Mutation]:
    """Draw mutants of a checkout, the same ones for the same seed and state of the code."""
    found = [
        mutation
        for source in SOURCES
        for file in sorted((root / source).rglob("*.py"))
        if fnmatch(name := str(file.relative_to(root)), path)
        for mutation in mutations(name, file.read_text())
    ]
    random.Random(seed).shuffle(found)  # noqa: S311 - drawn again the same, no secret
    drawn: list[Mutation] = []
    for each in found:
        if len(drawn) == size:
            break
        if _sound(each, root):
            drawn.append(each)
    return drawn


def _sound(mutation: Mutation, root: Path) -> bool:
    source = (root / mutation.path).read_text()
    try:
        mutation.applied(source)
    except SyntaxError:
        return False
    return not equivalent.is_known(mutation, source)


def trials(
    drawn: Sequence[Mutation], reach: choosing.Reach, copies: Sequence[Path], console: Console
) -> list[running.Trial]:
    """Try each mutant, as many at once as there are copies; says each as it comes."""
    tried: dict[Mutation, running.Trial] = {}

    def told(trial: running.Trial) -> None:
        tried[trial.mutation] = trial
        console.print(report.line(trial))

    cold: list[Mutation] = []
    for each in running.warm(copies[0], drawn, reach, workers=len(copies)):
        if isinstance(each, Mutation):
            cold.append(each)
        else:
            told(each)
    free: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for tree in copies:
        free.put(tree)

    def attempt(mutation: Mutation) -> None:
        tree = free.get()
        try:
            told(running.attempt(tree, mutation, reach))
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(attempt, cold))
    return [tried[each] for each in drawn]


def recorded(
    copies: Sequence[Path], tests: Sequence[str], console: Console, *, kept: bool
) -> choosing.Reach:
    """Return what the tests reach in this state of the project, from the last run if it is that.

    ``kept``: from the last run whatever the state, and anew of the tests alone that are named.
    """
    folder, mark = FOLDER / "reach", FOLDER / "state"
    state = " ".join([trees.state(ROOT), *tests])
    if (kept and tests != EVERY) or not (kept or (mark.exists() and mark.read_text() == state)):
        console.print("recording what each test calls …")
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
        running.record(copies[0], folder, tests, workers=len(copies))
        mark.write_text(state)
    return choosing.read_reach(folder, copies[0])


def main(arguments: Sequence[str]) -> int:
    """Draw, record, try, and say what lives."""
    parser = argparse.ArgumentParser("mutants", description="Change the functions, run the tests.")
    parser.add_argument("--sample", type=int, default=200, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--path", default="*", help="only of files like this")
    parser.add_argument("--tests", nargs="*", default=EVERY, help="tried with these alone")
    parser.add_argument("--workers", type=int, default=WORKERS, help="how many at once")
    parser.add_argument("--kept", action="store_true", help="trust the last record but for --tests")
    options = parser.parse_args(arguments)
    console, begun = Console(highlight=False, markup=False, soft_wrap=True), time.monotonic()
    drawn = sample(ROOT, options.sample, options.seed, options.path)
    copies = [trees.copy(ROOT, FOLDER / f"tree-{number}") for number in range(options.workers)]
    reach = recorded(copies, options.tests, console, kept=options.kept)
    tried = trials(drawn, reach, copies, console)
    seconds = time.monotonic() - begun
    found = report.record(tried, seed=options.seed, seconds=seconds)
    (FOLDER / "mutants.json").write_text(json.dumps(found, indent=1))
    console.print(report.table(tried), *report.survivors(tried), sep="\n")
    alive = report.share(report.outside(tried))
    console.print(f"{alive:.1f} % alive outside of pages and words (goal: ≤ {report.GOAL:g} %),"
          f" {len(tried)} mutants in {seconds / 60:.0f} min, seed {options.seed}")  # fmt: skip
    return int(alive > report.GOAL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
