"""How tests are spread over workers: no stack is deployed twice, and nothing named is gone."""

from __future__ import annotations

import ast
import os

import pytest

from local.paths import ROOT
from side_by_side import (
    ORDER,
    OWN_STACK,
    STACK,
    place,
    pytest_xdist_auto_num_workers,
    scope,
)

E2E = sorted((ROOT / "tests" / "e2e").glob("test_*.py"))


@pytest.mark.parametrize("file", E2E, ids=lambda file: file.stem)
def test_what_takes_the_shared_stack_is_kept_together(file: object) -> None:
    path = ROOT / str(file)
    functions = [
        each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.FunctionDef)
    ]
    made = {each.name for each in functions}
    taken = {argument.arg for each in functions for argument in each.args.args} - made
    shares = "deployed" not in made and bool(taken & {"deployed", "scene"})
    name = str(path.relative_to(ROOT))
    assert scope(f"{name}::test_it[a::b]") == (STACK if shares else name)


def test_what_is_named_is_there() -> None:
    assert all((ROOT / name).is_file() for name in OWN_STACK)
    assert all((ROOT / name).exists() for name in ORDER if name != STACK)


def test_what_deploys_begins_before_what_does_not() -> None:
    assert place("tests/e2e/test_doctor.py::test_it") == 0
    assert place("tests/e2e/test_upgrade.py::test_it") < place(
        "tests/unit/local/test_x.py::test_it"
    )


@pytest.mark.parametrize(("processors", "workers"), [(2, 3), (7, 8), (64, 8), (None, 2)])
def test_there_is_a_worker_more_than_processors(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, workers: int
) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: processors)
    assert pytest_xdist_auto_num_workers() == workers
