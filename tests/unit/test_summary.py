"""What tests have counted is in one table, in how many processes they ran."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COUNTING = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_counts(number, record_property):
    record_property("counts", ["odd" if number % 2 else "even", {"cells": 1}])
    assert number != 4, "it is counted that it was tried"
    record_property("counts", ["odd" if number % 2 else "even", {"lost": number, "harmed": 0}])
"""


def test_counts_are_added_up_whoever_ran_the_tests(tmp_path: Path) -> None:
    tests = tmp_path / "test_counting.py"
    tests.write_text(COUNTING)
    options = ["-q", "-n2", "-p", "summary", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    command = [sys.executable, "-m", "pytest", *options, str(tests)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    counted = ran.stdout.split("- counted -")[1].splitlines()
    assert [[each.strip() for each in line.split("|")] for line in counted[1:5]] == [
        ["", "cells", "lost", "harmed"],
        ["even", "3", "2", "0"],
        ["odd", "3", "9", "0"],
        ["all", "6", "11", "0"],
    ]
