"""What is installed is what was pinned: every package by version and hash, from no address here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.lock import ALL
from local.paths import ROOT
from local.sam import deployed
from local.security import Audit, read_audit, summary

PINNED = sorted({*ROOT.glob("requirements/*.txt"), *deployed()})


def test_every_file_is_made_by_make_lock() -> None:
    assert {pins.target for pins in ALL} == set(PINNED)


@pytest.mark.parametrize("file", PINNED, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_package_has_a_version_and_a_hash(file: Path) -> None:
    text = re.sub(r"#.*", "", file.read_text())
    requirements = [each.strip() for each in re.split(r"(?<!\\)\n", text) if each.strip()]
    assert requirements
    for each in requirements:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==[^\s;]+", each), each
        assert "--hash=sha256:" in each, each
    assert "://" not in text, "no address of an index: the machine says where from"


def test_each_installation_asks_for_hashes() -> None:
    """Of pip and uv: what comes of it is tried in test_bootstrap.py and test_build.py."""
    for program, many in (("bootstrap", 2), ("sam", 1)):  # uv itself, and what uv installs
        text = (ROOT / "local" / f"{program}.py").read_text()
        assert text.count('"--require-hashes"') == many


def test_a_package_that_nobody_knows_is_not_clean() -> None:
    report = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": []},
            {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]},
            {"name": "c", "skip_reason": "Dependency not found on PyPI"},
        ]
    }
    assert read_audit(report) == Audit(3, {"b 2": ["PYSEC-1", "PYSEC-2"]}, 1)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Audit(3, {}, 0), "3 of 3 packages were looked up"),
        (Audit(3, {}, 3), "0 of 3 packages were looked up; not audited: 3 unknown to the registry"),
        ("no way", "0 of 0 packages were looked up; not audited, as nobody answered: one"),
    ],
)
def test_an_audit_says_of_how_many_it_knows(found: Audit | str, told: str) -> None:
    assert summary({"one": found}).startswith(f"advisories: {told}")
