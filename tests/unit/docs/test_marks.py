"""Each claim of docs/first-deploy.md names what it rests on, and that is there."""

from __future__ import annotations

import ast
import re

import pytest

from fakes.commands import PROGRAMS
from local.paths import ROOT

PAGE = (ROOT / "docs" / "first-deploy.md").read_text()
HEADING = "## What each mark rests on\n"
CLAIMS, TABLE = PAGE.split(HEADING)
MARK = re.compile(r"\b[CER]\d+\b")
ROWS = dict(re.findall(r"^\| ([CER]\d+) \| `(.+)` \|$", TABLE.split("\n## ")[0], re.MULTILINE))


def is_there(named: str) -> bool:
    """Whether a test is, as path::function."""
    path, _, name = named.partition("::")
    file = ROOT / path
    if not file.exists():
        return False
    tree = ast.parse(file.read_text())
    return any(isinstance(each, ast.FunctionDef) and each.name == name for each in tree.body)


def test_every_mark_has_a_row_and_every_row_a_claim() -> None:
    assert len(ROWS) > 20
    assert set(MARK.findall(CLAIMS)) == ROWS.keys()


SECTIONS = ("Before", "The rights of who deploys", "The first hour", "The first night")


def claims() -> dict[str, str]:
    """Return each claim of the lists and paragraphs, in one line, by its beginning."""
    found = {}
    for title in SECTIONS:
        section = CLAIMS.split(f"\n## {title}\n")[1].split("\n## ")[0].split("\n<details>")[0]
        for part in re.split(r"\n(?=- |\d+\. |\n)", section):
            if text := " ".join(part.split()):
                found[text[:50]] = text
    return found


@pytest.mark.parametrize("beginning", claims())
def test_no_claim_is_without_a_mark(beginning: str) -> None:
    assert MARK.search(claims()[beginning])


def test_there_are_claims() -> None:
    assert len(claims()) > 14


def test_each_step_has_its_mark() -> None:
    table = CLAIMS.split("\n## The steps")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 7
    assert [row for row in rows if not MARK.search(row.rsplit("|", 2)[1])] == []


def test_no_claim_has_a_mark_without_a_number() -> None:
    assert not re.search(r"\((?:[CER](?:, )?)+\)|\| [CER](?:, [CER])* \|$", CLAIMS, re.MULTILINE)


@pytest.mark.parametrize(("mark", "shown_by"), ROWS.items(), ids=ROWS)
def test_what_shows_it_is_there(mark: str, shown_by: str) -> None:
    if mark[0] == "R":
        # the command itself is checked in test_commands.py
        assert shown_by.partition(" ")[0] in PROGRAMS
        return
    assert is_there(shown_by)
    assert shown_by.startswith("tests/e2e/") == (mark[0] == "E")


@pytest.mark.parametrize(
    "named", ["tests/unit/docs/test_marks.py::test_nothing", "tests/e2e/test_nothing.py::test_it"]
)
def test_a_test_that_is_not_there_is_seen(named: str) -> None:
    assert not is_there(named)
