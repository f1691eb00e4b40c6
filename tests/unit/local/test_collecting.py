"""Of workers that would all compile the tests, one does while the others wait."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.paths import ROOT

CONFTEST = """
from side_by_side import *
"""
TESTS = """
import os, time
import pytest

worker = os.environ.get("PYTEST_XDIST_WORKER")
with open("events.txt", "a") as events:
    events.write(f"begins {worker}\\n")
if worker == "gw0":
    time.sleep(0.5)
with open("events.txt", "a") as events:
    events.write(f"ends {worker}\\n")

@pytest.mark.parametrize("number", range(3))
def test_it(number):
    assert number < 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "tests" / "test_it.py").write_text(TESTS)
    return tmp_path


def events(project: Path) -> list[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        command, cwd=project, env=environment | {"PYTHONPATH": path}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    written = (project / "events.txt").read_text().splitlines()
    (project / "events.txt").unlink()
    return written


def test_the_first_compiles_alone(project: Path) -> None:
    assert events(project) == ["begins gw0", "ends gw0", "begins gw1", "ends gw1"]


def test_what_is_compiled_is_collected_by_all_at_once(project: Path) -> None:
    events(project)
    compiled = events(project)
    assert {"begins gw0", "begins gw1"} == {line for line in compiled if line.startswith("begins")}
