"""A version is cut once, from what is unreleased, and the template names it."""

from __future__ import annotations

from datetime import date

import pytest

from local.paths import ROOT
from local.release import CHANGELOG, ReleaseError, cut, named

DAY = date(2026, 12, 1)
BEFORE = (
    "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n"
    "## [0.9.0] - 2026-01-01\n\n- Old.\n"
)


def test_what_was_unreleased_is_the_versions() -> None:
    after = cut(BEFORE, "0.10.0", DAY)
    assert (
        after.index("[Unreleased]") < after.index("[0.10.0] - 2026-12-01") < after.index("- A th")
    )
    assert after.index("- A thing.") < after.index("[0.9.0]")
    assert after.replace("\n## [0.10.0] - 2026-12-01\n", "", 1) == BEFORE


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("0.9.0", "not newer"), ("0.8.9", "not newer"), ("1.0", "MAJOR.MINOR.PATCH"),
        ("", "MAJOR.MINOR.PATCH"), ("01.0.0", "MAJOR.MINOR.PATCH"),
    ],
)  # fmt: skip
def test_what_is_no_next_version_is_refused(version: str, why: str) -> None:
    with pytest.raises(ReleaseError, match=why):
        cut(BEFORE, version, DAY)


def test_nothing_is_no_release() -> None:
    with pytest.raises(ReleaseError, match="nothing is unreleased"):
        cut(cut(BEFORE, "1.0.0", DAY), "1.0.1", DAY)


def test_the_projects_own_files_can_be_cut() -> None:
    assert "## [9.0.0] - 2026-12-01" in cut(CHANGELOG.read_text(), "9.0.0", DAY)
    template = (ROOT / "template.yaml").read_text()
    assert "    SemanticVersion: 9.0.0\n" in named(template, "9.0.0")
    assert len(named(template, "9.0.0").splitlines()) == len(template.splitlines())
