"""Every call of every function, failing in each way: nothing lost, harmed or told twice.

`make chaos` runs every cell and writes docs/faults.md (`make chaos CALL=sns:Publish` those of one
call); otherwise a sample of them is run, and held against the page.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from fakes.expanded import expanded_file
from integration.faults import page
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stack import NOW
from integration.faults.stories import STORIES
from integration.faults.table import COLUMNS, ELSEWHERE, TWICE, cell, cells, clean, tell
from integration.faults.wire import Wire, _UrllibAnswers
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer

CHAOS = os.environ.get("CHAOS")
SAMPLE, SEED = 1, 21
# Each way to fail by itself, so that those who run side by side share a function's cells
EACH = {f"{kind}, {span}": ((kind, span),) for kind, span in COLUMNS}
WAYS = EACH if CHAOS else {"a sample": COLUMNS}


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
    left = page.used(function) - calls - ELSEWHERE.get(function, {}).keys()
    assert not left, f"{left}: let the story in faults/stories.py make these calls"


@pytest.mark.parametrize("ways", WAYS, ids=WAYS)
@pytest.mark.parametrize("function", STORIES)
def test_what_comes_of_each_fault(
    inbox: InboxClient, function: str, ways: str, record_property: Callable[[str, object], None]
) -> None:
    without, rows, problems = clean(function, inbox), page.sections().get(function, {}), list[str]()
    for fault in chosen(rows, [f for f in cells(function, inbox) if f.way in WAYS[ways]]):
        record_property("counts", [function, {"cells": 1}])
        run = tell(function, fault, inbox)
        seen = cell(without, run)
        words = TWICE.words(fault, seen)
        wrong = {
            "not met": not run.hits, "lost": bool(seen.lost), "harmed": bool(seen.harmed),
            "doubled": words is None, "leaks": bool(run.leaks),
        }  # fmt: skip
        allowed = {"twice as the page allows": (words or "").startswith("twice")}
        record_property("counts", [function, {k: int(v) for k, v in (wrong | allowed).items()}])
        if words is None or any(wrong.values()):
            problems.append(f"{fault}\n{wrong} {seen}\n{run.leaks}\n{run.log[-3000:]}")
        elif CHAOS:
            page.write(function, without.calls, fault, words)
        elif words != rows.get(fault.call, {}).get(fault.way):
            problems.append(f"{fault}: {words!r}; the page has another outcome: `make chaos`")
    assert not problems, "\n\n".join(problems)


def test_an_answer_that_comes_too_late_leaves_no_socket_open(inbox: InboxClient) -> None:
    answers: list[Any] = []

    def send() -> Any:
        answers.append(urlopen(f"{inbox.url}/api/messages"))  # noqa: S310 - the inbox
        return answers[0]

    call = "slack:chat.postMessage"
    late = Fault(call, Kind.TIMEOUT_AFTER, Span.ONCE)
    wire = Wire(lambda: NOW, lambda _: None, {}, late)
    address = f"{inbox.url}/slack/api/chat.postMessage"
    with pytest.raises(TimeoutError):
        wire._ask(address, send, _UrllibAnswers(address))
    assert answers[0].closed


def chosen(rows: page.Rows, faults: list[Fault]) -> list[Fault]:
    """Return all, those of some calls, those that the page has not, or a sample."""
    match CHAOS:
        case None:
            return random.Random(SEED).sample(faults, SAMPLE)  # noqa: S311 - the same each time
        case "all":
            return faults
        case "open":
            return [f for f in faults if f.way not in rows.get(f.call, {})]
        case _:
            return [f for f in faults if f.call in CHAOS.split(",")]
