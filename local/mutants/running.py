"""Record what the tests reach, and try mutants."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

from local.mutants import choosing, trees
from local.mutants.mutations import Mutation
from local.mutants.warm import OVERDUE, PATIENCE, Ended, Task

TESTS = ["-m", "not e2e and not runtime and not browser"]
"""Deployments and browsers take minutes a test; what they alone would notice counts as alive."""
BUDGET = 40.0
"""Seconds of tests' own time that a mutant is tried with, and as many again beside them."""
GRACE = 30.0
"""Seconds of a processor that a run may take besides three times the tests' own time.

By the clock ``PATIENCE`` times as many: a busy machine would look like a loop without an end.
"""
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--tb=no",
          "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "local.mutants.unshrunk",
          # the process that others are split off from runs no test, and so uses no snapshot
          "--snapshot-warn-unused", "--hypothesis-seed=0"]  # fmt: skip
NOTHING = 5
"""pytest's exit code when it has collected nothing."""
SOUND = -1
"""Number of the task that has no mutant."""


class MutantsError(Exception):
    """The sample cannot be tried; the message says why."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    ALIVE = "alive"
    UNREACHED = "unreached"
    UNDECIDED = "undecided"


FATES = {0: Fate.ALIVE, 1: Fate.KILLED, None: Fate.TIMEOUT}
"""By how the tests ended: their exit code, or None when they did not."""
UNCOLLECTED = 2
"""pytest's exit code when a module of tests could not be imported, as when it was interrupted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant's fate, by how many tests out of those that could, and which killed it."""

    mutation: Mutation
    fate: Fate
    ran: int = 0
    could: int = 0
    by: str = ""

    @property
    def lives(self) -> bool:
        """Whether nobody is known to have noticed."""
        return self.fate in {Fate.ALIVE, Fate.UNREACHED, Fate.UNDECIDED}


def record(tree: Path, folder: Path, tests: Sequence[str], *, workers: int) -> None:
    """Run tests once without a mutant; raises MutantsError when they cannot run."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "local.mutants.reach",
               "-p", "no:cacheprovider", "-n", str(workers), "--dist", "loadfile",
               *TESTS, *tests]  # fmt: skip
    environment = trees.environment(tree, MUTANTS_REACH=str(folder))
    del environment["PYTHONDONTWRITEBYTECODE"]  # compiled once for all mutants
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 1} or not folder.exists():
        raise MutantsError(f"the tests do not run: {(done.stdout + done.stderr)[-800:]}")


def warm(
    tree: Path, mutations: Sequence[Mutation], reach: choosing.Reach, *, workers: int
) -> Iterator[Trial | Mutation]:
    """Try mutants, each in a process split off from one that has collected the tests.

    Gives each as it ends: its trial, or the mutant itself where modules are to be imported anew
    for it. Raises MutantsError when tests fail without any mutant: each would look killed.
    """
    tasks = [_sound(mutations, reach)]
    for number, each in enumerate(mutations):
        tests = list(chain.from_iterable(choosing.rounds(each, reach, BUDGET)))
        if not tests:
            yield Trial(each, Fate.UNREACHED)
        elif each.scope is None or choosing.is_of_module(each, reach):
            yield each
        else:
            text = each.applied((tree / each.path).read_text())
            tasks.append(Task(number, each.path, text, each.scope, tests, _limit(tests, reach)))
    of_number = {each.number: each for each in tasks}
    for ended in _ended(tree, tasks, workers):
        if ended.number == SOUND:
            if ended.code:
                raise MutantsError(f"a test fails without a mutant: {ended.failed}")
            continue
        mutation, ran = mutations[ended.number], len(of_number[ended.number].tests)
        could = len(choosing.reaching(mutation, reach))
        fate = FATES.get(ended.code)
        yield mutation if fate is None else Trial(mutation, fate, ran, could, ended.failed)


def _sound(mutations: Sequence[Mutation], reach: choosing.Reach) -> Task:
    """Return the task that changes nothing: the quickest test of each mutant."""
    quickest = {each for one in mutations for each in choosing.reaching(one, reach)[:1]}
    tests = choosing.together(reach.ordered(quickest))
    return Task(SOUND, "", "", 0, tests, _limit(tests, reach))


def _limit(tests: Sequence[str], reach: choosing.Reach) -> float:
    return GRACE + 3 * sum(reach.seconds[each] for each in tests)


def _ended(tree: Path, tasks: Sequence[Task], workers: int) -> Iterator[Ended]:
    files = sorted({each.split("::")[0] for task in tasks for each in task.tests})
    command = [*PYTEST, "--capture=sys", "-p", "local.mutants.warm", *TESTS, *files]
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory() as folder:  # what a trial leaves behind goes with it
        given = Path(folder) / "tasks.json"
        told = {"tasks": [asdict(each) for each in tasks], "workers": workers}
        given.write_text(json.dumps(told))
        environment = trees.environment(
            tree, MUTANTS_TASKS=str(given), MUTANTS_FATES=str(writing),
            PYTEST_DEBUG_TEMPROOT=folder,
        )  # fmt: skip
        said = Path(folder) / "said"
        with said.open("w") as output, subprocess.Popen(
            command, cwd=tree, env=environment, stdout=output, stderr=output, pass_fds=[writing]
        ) as process:  # fmt: skip
            os.close(writing)
            with os.fdopen(reading, encoding="utf-8") as lines:
                yield from (Ended(**json.loads(line)) for line in lines)
        if process.returncode:
            raise MutantsError(f"the tests are not collected: {said.read_text()[-800:]}")


def attempt(tree: Path, mutation: Mutation, reach: choosing.Reach) -> Trial:
    """Try one mutant in a tree of its own, and put the tree back."""
    could = len(choosing.reaching(mutation, reach))
    file = tree / mutation.path
    source, times = file.read_bytes(), file.stat()
    file.write_text(mutation.applied(source.decode()))
    try:
        ran = 0
        for tests in choosing.rounds(mutation, reach, BUDGET):
            ran += len(tests)
            code, said = _tests(tree, tests, _limit(tests, reach))
            if code != 0:
                return Trial(mutation, _fate(code, said), ran, could, said)
        return Trial(mutation, Fate.ALIVE, ran, could)
    finally:
        file.write_bytes(source)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _fate(code: int | None, said: str) -> Fate:
    """Say what became of a mutant; what pytest itself ended by proves nothing."""
    if code == UNCOLLECTED and said.startswith("ERROR"):
        return Fate.KILLED
    return FATES.get(code, Fate.UNDECIDED)


def _tests(tree: Path, tests: Sequence[str], limit: float) -> tuple[int | None, str]:
    """Run tests until one fails: the exit code, None when time ran out, and what failed or why."""
    list_of_tests = tree / "out" / "chosen.json"
    list_of_tests.parent.mkdir(exist_ok=True)
    list_of_tests.write_text(json.dumps(list(tests)))
    files = sorted({each.split("::")[0] for each in tests})
    command = [*PYTEST, "-p", "local.mutants.chosen", *files]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=trees.environment(tree, MUTANTS_CHOSEN=str(list_of_tests), MUTANTS_LIMIT=str(limit)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # what the tests start ends with them
    )
    try:
        said, _ = process.communicate(timeout=PATIENCE * limit)
    except subprocess.TimeoutExpired:
        return None, f"none in {PATIENCE * limit:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if process.returncode == NOTHING:
        raise MutantsError(f"pytest found none of {tests[:3]}")
    if process.returncode in OVERDUE:
        return None, f"none in {limit:.0f} s of a processor"
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return process.returncode, failed[0] if failed else said.strip()[-200:]
