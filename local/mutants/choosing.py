"""Which tests can notice a mutant, the quickest first."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.mutants.areas import SOURCES
from local.mutants.mutations import Mutation

GENERATED = "tests/unit/local/test_generate.py::test_what_is_committed_is_what_would_be_made"
IMPORTS = re.compile(r"^\s*(?:from|import) ([\w.]+)(?: import ([\w, ()\n]+?)$)?", re.MULTILINE)
"""A module, and the names that are taken from it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which tests pass without any mutant, in how many seconds, and what each calls."""

    seconds: Mapping[str, float]
    callers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By function, as `path:first line`: the tests that call it."""
    importers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By dotted name of a module, or of what it holds: the files of tests that name it."""
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The same: the modules that name it."""

    def calling(self, function: str) -> frozenset[str]:
        """Return the tests that call a function."""
        return self.callers.get(function, frozenset())

    def ordered(self, tests: Iterable[str]) -> list[str]:
        """Put the quickest first; drop those that fail or are skipped without any mutant."""
        return sorted(
            (each for each in tests if each in self.seconds),
            key=lambda each: (self.seconds[each], each),
        )


def read_reach(folder: Path, tree: Path) -> Reach:
    """Read what the processes of a run recorded, and what the files of a tree import."""
    callers: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = {}
    for seen in (json.loads(each.read_text()) for each in sorted(folder.glob("*.json"))):
        users: dict[str, list[str]] = defaultdict(list)
        for test, fixtures in seen["fixtures"].items():
            for fixture in fixtures:
                users[f"fixture:{fixture}"].append(test)
        for context, functions in seen["called"].items():
            for function in functions:
                callers[function].update(users.get(context, [context]))
        failed = set(seen["failed"])
        shared = {
            test: sum(seen["made"].get(each, 0.0) for each in fixtures)
            for test, fixtures in seen["fixtures"].items()
        }
        # by the record the first test of several has made what they share: each may be the first
        seconds |= {
            test: max(each, shared.get(test, 0.0))
            for test, each in seen["seconds"].items()
            if test not in failed
        }
    files = {str(each.relative_to(tree)): each for each in sorted(tree.rglob("*.py"))}
    tests = {name: each for name, each in files.items() if name.startswith("tests/")}
    modules = {
        module_name(name): each
        for name, each in files.items()
        if name.startswith((*(f"{source}/" for source in SOURCES), "local/"))
    }
    return Reach(
        seconds,
        {name: frozenset(each) for name, each in callers.items()},
        named(tests),
        named(modules),
    )


def named(files: Mapping[str, Path]) -> dict[str, frozenset[str]]:
    """Say for each module which of the files, by their names, import it or a name from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, file in files.items():
        for module, names in IMPORTS.findall(file.read_text()):
            found[module].add(name)
            for each in re.findall(r"\w+", names):
                found[f"{module}.{each}"].add(name)
    return {module: frozenset(each) for module, each in found.items()}


def module_name(path: str) -> str:
    """Return the dotted name by which a file of the product is imported."""
    [root] = [f"{each}/" for each in SOURCES if path.startswith(f"{each}/")] or [""]
    inner = path.removeprefix(root).removesuffix(".py").removesuffix("/__init__")
    return inner.replace("/", ".")


def reaching(mutation: Mutation, reach: Reach) -> list[str]:
    """Return the tests that run a mutant's function.

    Of a module's own line, and of a function that runs while modules are imported or never, all
    that know the module.
    """
    calling = reach.calling(f"{mutation.path}:{mutation.scope}")
    return reach.ordered(calling or {*_knowing_or_calling(mutation.path, reach)})


def _knowing_or_calling(path: str, reach: Reach) -> Iterator[str]:
    for function, tests in reach.callers.items():
        if function.startswith(f"{path}:"):
            yield from tests
    yield from _knowing(module_name(path), reach)


def _knowing(module: str, reach: Reach) -> list[str]:
    """Return the tests that name a module; where none does, those of its nearest package."""
    tests = _tests_of(reach.importers.get(module, frozenset()), reach)
    if tests or module.count(".") < 2:
        return tests
    return _knowing(module.rpartition(".")[0], reach)


def beside(tests: Iterable[str], reach: Reach) -> list[str]:
    """Return the other tests of the same files.

    What is kept from one test to the next (a cache) is called by the first alone, as far as
    the record knows.
    """
    known = set(tests)
    files = {each.split("::")[0] for each in known}
    return [each for each in reach.ordered(_tests_of(files, reach)) if each not in known]


def rounds(mutation: Mutation, reach: Reach, seconds: float) -> list[list[str]]:
    """Return the tests that run a mutant's function, then others, each as many as may run.

    What a catalogue says stands in pages and templates, and one test holds those.
    """
    could = reaching(mutation, reach)
    others = beside(could, reach)
    of_pages: list[str] = []
    if is_of_module(mutation, reach):
        others += farther(module_name(mutation.path), reach, {*could, *others})
        of_pages = [GENERATED] if GENERATED in {*could, *others} else []
    return [together(within(each, reach, seconds)) for each in (could, of_pages, others) if each]


def is_of_module(mutation: Mutation, reach: Reach) -> bool:
    """Whether it is of what a module does when it is imported, as far as tests call it."""
    return not reach.calling(f"{mutation.path}:{mutation.scope}")


def farther(module: str, reach: Reach, tests: Iterable[str]) -> list[str]:
    """Return the other tests that name a module which imports this one, the nearest first.

    What a catalogue says is noticed by who writes pages of it.
    """
    known, seen, nearest = set(tests), {module}, [module]
    found: list[str] = []
    while nearest:
        files = {file for each in nearest for file in reach.importers.get(each, ())}
        new = set(_tests_of(files, reach)) - known
        found += reach.ordered(new)
        known |= new
        nearest = sorted({user for each in nearest for user in reach.users.get(each, ())} - seen)
        seen.update(nearest)
    return found


def together(tests: Iterable[str]) -> list[str]:
    """Bring the tests of a file together, where its first stands: what they share is made once."""
    files: dict[str, list[str]] = defaultdict(list)
    for each in tests:
        files[each.split("::")[0]].append(each)
    return [each for tests_of_file in files.values() for each in tests_of_file]


def within(tests: Iterable[str], reach: Reach, seconds: float) -> list[str]:
    """Cut a list of tests where their own time is used up; at least one stays."""
    chosen: list[str] = []
    for each in tests:
        seconds -= reach.seconds[each]
        if chosen and seconds < 0:
            break
        chosen.append(each)
    return chosen


def _tests_of(files: Iterable[str], reach: Reach) -> list[str]:
    wanted = set(files)
    return [each for each in reach.seconds if each.split("::")[0] in wanted]
