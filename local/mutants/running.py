"""Record what the tests reach, and try mutants."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from local.mutants import choosing, trees
from local.mutants.mutations import Mutation

TESTS = ["-m", "not e2e and not runtime and not browser"]
"""Deployments and browsers take minutes a test; what they alone would notice counts as alive."""
BUDGET = 40.0
"""Seconds of tests' own time that a mutant is tried with, and as many again beside them."""
GRACE = 30.0
"""Seconds that a run may take besides three times the tests' own time."""
NOTHING = 5
"""pytest's exit code when it has collected nothing."""


class MutantsError(Exception):
    """The sample cannot be tried; the message says why."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    ALIVE = "alive"
    UNREACHED = "unreached"


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
        """Whether nobody noticed."""
        return self.fate in {Fate.ALIVE, Fate.UNREACHED}


def record(tree: Path, folder: Path, tests: Sequence[str], *, workers: int) -> None:
    """Run tests once without a mutant; raises MutantsError when they cannot run."""
    shutil.rmtree(folder, ignore_errors=True)
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


def check(tree: Path, reach: choosing.Reach, mutations: Sequence[Mutation]) -> None:
    """Raise MutantsError when tests fail here without any mutant: each would look killed."""
    tests = [each for mutation in mutations for each in choosing.reaching(mutation, reach)[:1]]
    code, said = _tests(tree, sorted(set(tests)), 300)
    if code:
        raise MutantsError(f"tests fail without a mutant: {said}")


def attempt(tree: Path, mutation: Mutation, reach: choosing.Reach) -> Trial:
    """Try one mutant in a tree of its own, and put the tree back."""
    could = choosing.reaching(mutation, reach)
    if not could:
        return Trial(mutation, Fate.UNREACHED)
    near = choosing.beside(could, reach)
    file = tree / mutation.path
    source, times = file.read_bytes(), file.stat()
    file.write_text(mutation.applied(source.decode()))
    try:
        ran = 0
        for tests in (could, near):
            chosen = choosing.within(tests, reach, BUDGET) if tests else []
            if not chosen:
                continue
            ran += len(chosen)
            own = sum(reach.seconds[each] for each in chosen)
            code, said = _tests(tree, chosen, GRACE + 3 * own)
            if code != 0:
                fate = Fate.KILLED if code is not None else Fate.TIMEOUT
                return Trial(mutation, fate, ran, len(could), said)
        return Trial(mutation, Fate.ALIVE, ran, len(could))
    finally:
        file.write_bytes(source)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _tests(tree: Path, tests: Sequence[str], limit: float) -> tuple[int | None, str]:
    """Run tests until one fails: the exit code, None when time ran out, and the one that failed."""
    list_of_tests = tree / "out" / "chosen.json"
    list_of_tests.parent.mkdir(exist_ok=True)
    list_of_tests.write_text(json.dumps(list(tests)))
    files = sorted({each.split("::")[0] for each in tests})
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--tb=no",
               "-p", "local.mutants.chosen", "-p", "no:cacheprovider", "-p", "no:xdist",
               "--hypothesis-seed=0", *files]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=trees.environment(tree, MUTANTS_CHOSEN=str(list_of_tests)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # what the tests start ends with them
    )
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return None, f"none in {limit:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if process.returncode == NOTHING:
        raise MutantsError(f"pytest found none of {tests[:3]}")
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return process.returncode, failed[0] if failed else said.strip()[-200:]
