"""The threat model names tests: they are there, and `make security` runs them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from local.paths import ROOT

TESTS = ROOT / "tests"


def held_by() -> Iterator[str]:
    """Yield the tests that the page names in its last column."""
    for line in (ROOT / "docs" / "threat-model.md").read_text().splitlines():
        if line.startswith("| "):
            last = line.strip("| ").split(" | ")[-1]
            yield from re.findall(r"`((?:tests/[\w/]+|test_\w+)(?:\.py)?)`", last)


def files(name: str) -> list[Path]:
    """Return the files or folders that a name stands for."""
    return [ROOT / name] if "/" in name else sorted(TESTS.rglob(name))


def test_make_security_runs_what_the_threat_model_names() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "security"], cwd=ROOT, check=True, capture_output=True, text=True  # noqa: S607
    ).stdout  # fmt: skip
    run = [ROOT / each for each in re.findall(r"tests/\S+", told)]
    assert all(each.exists() for each in run)
    named = sorted(set(held_by()))
    assert len(named) > 10
    for name in named:
        assert files(name), f"{name} is not there"
        for file in files(name):
            assert any(file.is_relative_to(each) for each in run), f"it leaves out {file}"
