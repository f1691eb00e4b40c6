"""The guide's checklists, line by line: each stands in a report, answered or with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld
from reporting.judging.checklist import CHECKLISTS, asked
from reporting.spans import Kind

GUIDE = Path(__file__).with_name("guide-checklists.md").read_text()
HEADS = {"Daily": Kind.DAILY, "Weekly": Kind.WEEKLY, "Monthly": Kind.MONTHLY}


def guide() -> dict[Kind, list[str]]:
    """Return the lines of the guide's own text by their list."""
    found: dict[Kind, list[str]] = {}
    kind = Kind.DAILY
    for line in GUIDE.splitlines():
        if head := re.match(r"#+ (?:📋 )?\*\*(Daily|Weekly|Monthly)", line):
            kind = HEADS[head[1]]
            found.setdefault(kind, [])
        elif line.startswith("✅"):
            found[kind].append(line.removeprefix("✅").strip())
    return found


def test_the_guides_fifteen_lines_are_ours() -> None:
    assert sum(map(len, guide().values())) == 15
    assert guide() == {kind: [each.text for each in of] for kind, of in CHECKLISTS.items()}


@pytest.mark.parametrize("world", [scenes.rich, scenes.sparse, scenes.empty])
def test_each_stands_in_its_report_with_an_answer(world: Callable[[], ReportWorld]) -> None:
    for kind, questions in guide().items():
        report = made(world(), kind)
        lines = {line["question"]: line for line in report["lines"]}
        assert list(dict.fromkeys(lines)) == [each.text for each in asked(kind)]
        for question in questions:
            line = lines[question]
            assert line["state"] in {"done", "needs a person", "no data"}
            assert len(line["text"]) > 5, line
            if line["state"] == "needs a person":  # what to look at, and where
                assert line["details"] or line["links"] or "parameter" in line["text"], line


def test_the_month_answers_all_of_them() -> None:
    every = [line for lines in guide().values() for line in lines]
    assert set(every) <= {each.text for each in asked(Kind.MONTHLY)}


def made(world: ReportWorld, kind: Kind) -> dict[str, Any]:
    world.run({"report": kind, "date": "2026-11-29"}, scenes.later(24 * 8))
    [text] = [file.text for name, file in world.kept.items() if name.endswith("report.json")]
    found: dict[str, Any] = json.loads(text)
    return found
