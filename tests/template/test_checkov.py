"""What checkov is told to pass over, and that somebody says why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.paths import ROOT, TEMPLATES
from local.templates import parsed, written

CONFIG = ROOT / ".checkov.yaml"


def skips(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return each skip beside a resource of a template, with the resource's name."""
    resources = written(name)["Resources"]
    return [
        (resource, skip)
        for resource, written in resources.items()
        for skip in written.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]


def test_every_template_is_looked_at() -> None:
    there = {path.name for path in ROOT.glob("[!.]*.yaml")}
    assert set(TEMPLATES) == there
    assert set(parsed(CONFIG.read_text())["file"]) == there
    makefile = (ROOT / "Makefile").read_text()
    assert "checkov --config-file .checkov.yaml" in makefile
    linted = " ".join(re.findall(r"\$\(BIN\)/cfn-lint .* -- (.+)$", makefile, re.MULTILINE))
    assert sorted(linted.split()) == sorted(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_skip_beside_a_resource_has_its_reason(name: str) -> None:
    for resource, skip in skips(name):
        assert skip["id"].startswith("CKV"), resource
        assert len(skip["comment"]) > 20, (resource, skip["id"])


def test_a_skip_for_all_has_its_reason_above_or_beside_it() -> None:
    lines = CONFIG.read_text().splitlines()
    listed = [number for number, line in enumerate(lines) if line.strip().startswith("- CKV")]
    assert listed
    for number in listed:
        before = lines[number - 1].strip()
        assert "#" in lines[number] or before.startswith("#"), lines[number]


def test_nothing_is_skipped_twice() -> None:
    everywhere = set(parsed(CONFIG.read_text())["skip-check"])
    beside = [skip["id"] for name in TEMPLATES for _, skip in skips(name)]
    assert not everywhere & set(beside)
