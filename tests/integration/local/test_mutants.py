"""Mutants of a small project, tried as those of this one are."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from local.mutants import __main__ as command
from local.mutants import choosing, report, running, trees
from local.mutants.__main__ import sample, trials
from local.mutants.mutations import Mutation
from local.mutants.running import Fate
from local.paths import ROOT

CODE = """
import functools
def over(value, limit):
    return value > limit

def spin(limit):
    count = 0
    while count < limit:
        count += 1
    return count

def unused(value):
    return value + 1

def limit(value, most=5):
    def inner():
        return min(value, most)
    return inner()

def worked_out():
    return 8

class Twice:
    @functools.cached_property
    def value(self):
        return LIMIT * 2

LIMIT = 7
NEXT = worked_out()
"""
TESTS = """
import pytest
from thing.work import NEXT, Twice, limit, over, spin, worked_out

@pytest.fixture(scope="module")
def made():
    return over(3, 2)

def test_shared(made):
    assert made is True

def test_spin():
    assert spin(3) == 3

def test_limits():
    assert limit(4) == 4
    assert limit(9) == 5

def test_what_is_worked_out():
    assert worked_out() and NEXT == 8

def test_twice():
    assert Twice().value == 14
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in {
        "functions/thing/__init__.py": "", "functions/thing/work.py": CODE,
        "layers/shared/empty.py": "", "tests/test_thing.py": TESTS,
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'
        'pythonpath = ["functions"]\nmarkers = ["e2e", "runtime", "browser"]\n',
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    shutil.copytree(ROOT / "local" / "mutants", root / "local" / "mutants")
    (root / "local" / "__init__.py").touch()
    if not shutil.which("git"):
        pytest.skip("there is no git here, which tells what belongs to the project")
    command = ["git", "init", "-q", str(root)]
    subprocess.run(command, check=True)
    return root


def test_who_calls_what_is_known_and_who_checks_it_kills(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trees.state(project)
    tree = trees.copy(project, tmp_path / "tree")
    running.record(tree, tmp_path / "reach", ["tests"], workers=1)
    reach = choosing.read_reach(tmp_path / "reach", tree)
    [seen] = (json.loads(each.read_text()) for each in (tmp_path / "reach").glob("*.json"))
    assert "made" in seen["made"]
    name = "functions/thing/work.py"
    assert reach.calling(f"{name}:3") == {"tests/test_thing.py::test_shared"}
    assert reach.calling(f"{name}:6") == {"tests/test_thing.py::test_spin"}
    drawn = sample(project, 99, 1)
    assert drawn == sample(project, 99, 1) != sample(project, 99, 2)
    assert len(sample(project, 2, 1)) == 2
    monkeypatch.setattr(running, "GRACE", 2)
    cold: list[Mutation] = []
    attempt = running.attempt

    def counted(tree: Path, mutation: Mutation, reach: choosing.Reach) -> running.Trial:
        cold.append(mutation)
        return attempt(tree, mutation, reach)

    monkeypatch.setattr(running, "attempt", counted)
    tried = {
        f"{each.mutation.old} -> {each.mutation.new}": each.fate
        for each in trials(drawn, reach, [tree], Console(quiet=True))
    }
    assert tried["return value > limit -> return None"] is Fate.KILLED
    assert tried["value > limit -> (value >= limit)"] is Fate.ALIVE
    assert tried["count < limit -> (count <= limit)"] is Fate.KILLED
    assert tried["count += 1 -> count -= 1"] is Fate.TIMEOUT
    assert tried["value + 1 -> (value - 1)"] is Fate.ALIVE
    assert tried["min(value, most) -> (max(value, most))"] is Fate.KILLED
    assert tried["LIMIT * 2 -> (LIMIT / 2)"] is Fate.KILLED
    for each in ("5 -> (6)", "8 -> (9)", "7 -> (8)"):  # what modules make when they are imported
        assert tried[each] is Fate.KILLED
    assert len(cold) == 7
    assert trees.state(project) == before
    assert (tree / name).read_text() == CODE


def test_one_at_a_time_where_that_is_asked_for(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "ROOT", project)
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(running, "GRACE", 2)
    asked = ["--sample", "2", "--seed", "5", "--path", "functions/*", "--workers", "1"]
    lives = command.main(asked)
    assert [each.name for each in tmp_path.glob("tree-*")] == ["tree-0"]
    found = json.loads((tmp_path / "mutants.json").read_text())["mutants"]
    assert len(found) == 2
    alive = [each["new"] for each in found if each["fate"] in {"alive", "unreached"}]
    assert alive
    assert lives
    said = " ".join(capsys.readouterr().out.split())
    for new in alive:  # as it comes, and at the end
        assert said.count(f" -> {new}") == 2


def test_a_project_whose_tests_fail_is_not_tried(project: Path, tmp_path: Path) -> None:
    tree = trees.copy(project, tmp_path / "tree")
    (tree / "tests" / "test_thing.py").write_text("def test_spin():\n    assert False\n")
    test = "tests/test_thing.py::test_spin"
    reach = choosing.Reach({test: 0.1}, {"functions/thing/work.py:6": frozenset({test})})
    drawn = sample(project, 99, 1)
    with pytest.raises(running.MutantsError, match="without a mutant"):
        list(running.warm(tree, drawn, reach, workers=1))


@pytest.mark.parametrize(
    ("ends", "fate"),
    [
        ("assert False", Fate.KILLED),
        ("pytest.exit('enough', returncode=3)", Fate.UNDECIDED),
        ("os.kill(os.getpid(), signal.SIGXCPU)", Fate.TIMEOUT),
        ("os.kill(os.getpid(), signal.SIGTERM)", Fate.UNDECIDED),
    ],
)
def test_what_proves_nothing_of_a_mutant_is_not_its_death(
    project: Path, tmp_path: Path, ends: str, fate: Fate
) -> None:
    tree = trees.copy(project, tmp_path / "tree")
    text = f"import os, signal, pytest\ndef test_spin():\n    {ends}\n"
    (tree / "tests" / "test_thing.py").write_text(text)
    test = "tests/test_thing.py::test_spin"
    reach = choosing.Reach({test: 0.1}, {"functions/thing/work.py:6": frozenset({test})})
    trial = running.attempt(tree, sample(project, 1, 1)[0], reach)
    assert trial.fate is fate
    assert trial.lives is (fate is Fate.UNDECIDED)


def test_a_mutant_that_stops_the_import_is_dead(project: Path, tmp_path: Path) -> None:
    tree = trees.copy(project, tmp_path / "tree")
    [mutant] = [each for each in sample(project, 99, 1) if each.new == "(8)"]
    of_module = {"thing.work": frozenset({"tests/test_thing.py"})}
    reach = choosing.Reach({"tests/test_thing.py::test_spin": 0.1}, {}, of_module)
    broken = replace(mutant, new="raise_of_nothing")
    assert running.attempt(tree, broken, reach).fate is Fate.KILLED


def test_the_table_counts_by_area() -> None:
    drawn = sample(ROOT, 3, 1, "functions/*/judge.py")
    tried = [
        running.Trial(each, fate)
        for each, fate in zip(drawn, (Fate.KILLED, Fate.ALIVE, Fate.TIMEOUT), strict=True)
    ]
    outside = report.outside(tried)
    assert report.share(outside) == 100 * sum(each.lives for each in outside) / len(outside)
    assert len(report.survivors(tried)) == 1
    found = report.record(tried, seed=1, seconds=2.4)
    assert [each["fate"] for each in found["mutants"]] == ["killed", "alive", "timeout"]
    assert report.table(tried).row_count >= 2
