"""Every call of every function, failing in each way: nothing lost, harmed or told twice.

`make chaos` runs every cell and writes docs/faults.md (`make chaos CALL=sns:Publish` those of one
call); otherwise a sample of them is run, and held against the page.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from fakes.expanded import expanded_file
from integration.faults import page
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stories import STORIES
from integration.faults.table import ELSEWHERE, TWICE, cell, cells, clean, tell
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer
from local.paths import ROOT

CHAOS = os.environ.get("CHAOS")
SAMPLE, SEED = 1, 21


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxClient]:
    with InboxServer() as server, InboxClient(server.url) as client:
        yield client


def test_every_function_has_its_story() -> None:
    resources = expanded_file("template.yaml")["Resources"]
    functions = {n for n, each in resources.items() if each["Type"] == "AWS::Lambda::Function"}
    missing = functions - STORIES.keys()
    assert not missing, f"{missing}: add an entry to STORIES in faults/stories.py; `make chaos`"
    assert functions == STORIES.keys()


@pytest.mark.parametrize("function", STORIES)
def test_every_call_has_its_row(inbox: InboxClient, function: str) -> None:
    """Of the story's own run, and of what the function's role is used for."""
    calls = set(clean(function, inbox).calls)
    if CHAOS is None:
        rows = page.sections().get(function, {})
        assert calls == rows.keys(), "`make chaos` adds the rows of new calls, and drops others"
    left = used(function) - calls - ELSEWHERE.get(function, {}).keys()
    assert not left, f"{left}: let the story in faults/stories.py make these calls"


def used(function: str) -> set[str]:
    """Return the calls for which a function's rights are used (docs/permissions.md)."""
    text = (ROOT / "docs" / "permissions.md").read_text()
    [part] = [p for p in text.split("\n## ") if p.startswith(f"{function}\n")]
    last = [line.split("|")[-2] for line in part.splitlines() if line.startswith("| ")]
    return {each for cell in last for each in re.findall(r"[a-z0-9]+:[A-Z]\w+", cell)}


@pytest.mark.parametrize("function", STORIES)
def test_what_comes_of_each_fault(
    inbox: InboxClient, function: str, record_property: Callable[[str, object], None]
) -> None:
    without, problems, outcomes = clean(function, inbox), list[str](), Counter[str]()
    rows, found = page.sections().get(function, {}), dict[str, dict[tuple[Kind, Span], str]]()
    for fault in chosen(rows, list(cells(function, inbox))):
        run = tell(function, fault, inbox)
        seen = cell(without, run)
        words = TWICE.words(fault, seen)
        column = fault.kind, fault.span
        outcomes["cells"] += 1
        outcomes["lost"] += bool(seen.lost)
        outcomes["harmed"] += bool(seen.harmed)
        outcomes["doubled"] += words is None
        outcomes["told twice as the page allows"] += (words or "").startswith("twice")
        outcomes["leaks"] += bool(run.leaks)
        if not run.hits or run.leaks or seen.lost or seen.harmed or words is None:
            problems.append(
                f"{fault}\nmet {run.hits} times: {seen}\n{run.leaks}\n{run.log[-3000:]}"
            )
        elif CHAOS:
            found.setdefault(fault.call, {})[column] = words
            page.write(function, without.calls, found)
        elif words != rows.get(fault.call, {}).get(column):
            problems.append(f"{fault}: {words!r}; the page has another outcome: `make chaos`")
    counts = ", ".join(f"{count} {name}" for name, count in outcomes.items())
    record_property("table", f"{function}: {counts}")
    assert not problems, "\n\n".join(problems)


def chosen(rows: page.Rows, faults: list[Fault]) -> list[Fault]:
    """Return all, those of some calls, those that the page has not, or a sample."""
    match CHAOS:
        case None:
            return random.Random(SEED).sample(faults, SAMPLE)  # noqa: S311 - the same each time
        case "all":
            return faults
        case "open":
            return [f for f in faults if (f.kind, f.span) not in rows.get(f.call, {})]
        case _:
            return [f for f in faults if f.call in CHAOS.split(",")]
