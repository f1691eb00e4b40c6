"""Each call that fails, and what came of it: the cells of docs/faults.md."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from aws_contract import held
from integration.faults.canaries import leaks
from integration.faults.facts import NICE, REFUSES, TROUBLE, Facts
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stack import running
from integration.faults.stories import STORIES, Story, alarm_fanout
from integration.rights import paths
from integration.rights.test_rights import GIVEN

if TYPE_CHECKING:
    from integration.faults.stack import Lambda
    from local.inbox.client import InboxClient

COLUMNS = (
    (Kind.THROTTLED, Span.LONG),
    (Kind.SERVER_ERROR, Span.LONG),
    (Kind.TIMEOUT_BEFORE, Span.LONG),
    (Kind.TIMEOUT_AFTER, Span.ONCE),
    (Kind.TIMEOUT_AFTER, Span.LONG),
    (Kind.RESET, Span.ONCE),
    (Kind.SLOW, Span.LONG),
    (Kind.DENIED, Span.LONG),
)


_ONLY_COPY = {"s3:DeleteBucketLifecycle": "as s3:PutBucketLifecycleConfiguration, without others"}
ELSEWHERE: Mapping[str, Mapping[str, str]] = {"CostControlFunction": _ONLY_COPY}
"""Calls that a story does not make, and why that is enough."""


_SUMMARY = """\
who takes a message and does not answer may have
taken it, and has no key by which it would know it again, so it is sent a second time rather than
perhaps never. The cells that say *twice* are these, by call:"""


@dataclass(frozen=True, slots=True)
class _Repeat:
    """What a call may tell twice, by how its facts begin, and why that stays so."""

    facts: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class _Twice:
    """What may be told twice: its service has no key by which it would know a repeat."""

    calls: Mapping[str, _Repeat]

    @property
    def summary(self) -> str:
        """Say what it is, and why it stays, call by call."""
        rows = (f"| `{call}` | {each.what} | {each.why} |" for call, each in self.calls.items())
        head = ("| call | what there are two of | why it stays |", "|---|---|---|")
        return "\n".join([_SUMMARY, "", *head, *rows])

    def words(self, fault: Fault, seen: Cell) -> str | None:
        """Return a cell's words; None when something was told twice that may not be."""
        if not seen.doubled:
            return seen.words
        way = self.calls[fault.call].facts if fault.call in self.calls else "-"
        unknown = fault.kind in (Kind.TIMEOUT_AFTER, Kind.RESET)
        if not unknown or not all(name.startswith(tuple(way.split("|"))) for name in seen.doubled):
            return None
        rest = "" if seen.words == "as ever" else f"; {seen.words}"
        return f"twice{rest}"


_CHAT = (
    "a chat's API has no key for a repeat, and to look a message up takes a right to read the"
    " channel. Never a third one: e-mail takes over"
    " ([71](decisions/0071-told-once-more-at-most.md))"
)
TWICE = _Twice({
    "slack:chat.postMessage": _Repeat("slack", "a message in a channel", _CHAT),
    "teams:workflow": _Repeat("teams", "a message in a channel", _CHAT),
    "sns:Publish": _Repeat(
        "email|sms|CostControl|daily/",
        "an e-mail or a text; CostControl's news of a day, or a report's message, again with the"
        " next run when ten minutes of silence ended the first",
        "a topic that reaches people cannot be FIFO, and others know no repeat. What comes to"
        " AlertsTopic twice from one run is told once: AlarmFanout knows the copy. A run that never"
        " heard that it was taken cannot leave it out",
    ),
    "sqs:SendMessage": _Repeat(
        "set aside", "a dead letter; nothing is told or counted twice",
        "the dead-letter queue of a standard queue has to be one, and knows no repeat"
        " ([100](decisions/0100-each-request-counts-once.md))",
    ),
    "cloudwatch:PutMetricData": _Repeat(
        f"{NICE}minute",
        "a minute of HealthPolling, which then weighs as two in availability and its budget, good"
        " or bad as it was",
        "each put adds, and a minute left out would look like silence. KPIs and access logs are put"
        " as differences and count once ([40](decisions/0040-a-ratio-is-a-statistic-set.md))",
    ),
})  # fmt: skip


_LOG = io.StringIO()


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a story: facts, calls, how often Lambda called, which alarms ring."""

    facts: Facts
    calls: tuple[str, ...]
    invocations: int
    alarms: frozenset[str]
    killed: int
    hits: int
    log: str
    leaks: tuple[str, ...]


def tell(function: str, fault: Fault | None, inbox: InboxClient) -> Run:
    """Tell a function's story with a fault in it."""
    return _told(function, STORIES[function], fault, inbox)


def told_of(spoil: Callable[[Lambda], None], inbox: InboxClient, fault: Fault | None = None) -> Run:
    """Tell AlarmFanout's story with settings that were changed or spoilt before."""
    story = STORIES["AlarmFanoutFunction"]
    spoilt = replace(story, tell=lambda world, kept: alarm_fanout(world, kept, spoil))
    return _told("AlarmFanoutFunction", spoilt, fault, inbox)


def _told(function: str, story: Story, fault: Fault | None, inbox: InboxClient) -> Run:
    held.forget()
    log = _LOG  # one for all: loggers keep the stream that they met first
    log.seek(0)
    log.truncate()
    with (
        running(function, fault, paths.UNPLAYED, GIVEN, inbox.url) as world,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        story.tell(world, inbox)
        world.wire.fault = None
        seen = story.facts(world, inbox)
        found = tuple(leaks(world, inbox, log.getvalue()))
    return Run(
        seen, tuple(world.wire.seen), world.invocations, frozenset(world.alarms), world.killed,
        world.wire.hits, log.getvalue(), found,
    )  # fmt: skip


@cache
def clean(function: str, inbox: InboxClient) -> Run:
    """Tell a function's story once without a fault; it says which calls there are."""
    run = tell(function, None, inbox)
    assert not run.alarms, f"{function}'s own story fails:\n{run.log[-3000:]}"
    return run


@dataclass(frozen=True, slots=True)
class Cell:
    """What is wrong, which should be nothing, and the outcome in words."""

    lost: tuple[str, ...]
    harmed: tuple[str, ...]
    doubled: tuple[str, ...]
    words: str


def cell(without: Run, run: Run) -> Cell:
    """Compare a story with a fault to the one without."""
    differences = Counter(run.facts.told)
    differences.subtract(without.facts.told)
    refused = {name.split(" ")[0] for name in run.facts.told if REFUSES in name}
    less = {name for name, count in differences.items() if count < 0}
    missing = {name for name in without.facts.values if name not in run.facts.values}
    changed = {
        name for name, value in run.facts.values.items()
        if name in without.facts.values and value != without.facts.values[name]
    }  # fmt: skip
    less |= {name for name in changed if name.startswith(NICE)}
    more = {n for n, count in differences.items() if count > 0}
    said = {name for name in more if any(each in name for each in TROUBLE)}
    more -= said
    rings = set(run.alarms) | {"CostControl" if "CostControl" in n else REFUSES for n in said}
    excused = {n for n in less if refused and _told_elsewhere(n, run.facts)}
    return Cell(
        lost=tuple(sorted(_promised(less - excused) | _promised(missing))),
        harmed=tuple(sorted(_promised(changed) | {n for n in more if n not in without.facts.told})),
        doubled=tuple(sorted(n for n in more if n in without.facts.told)),
        words=_words(without, run, rings, less | missing, excused),
    )


def _promised(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith(NICE)}


def _told_elsewhere(name: str, facts: Facts) -> bool:
    """Tell whether another channel has said what this one should have."""
    told = name.split(" ")[1:]
    return any(n.split(" ")[1:] == told and facts.told[n] > 0 for n in facts.told if n != name)


def _words(without: Run, run: Run, rings: set[str], less: set[str], excused: set[str]) -> str:
    parts = []
    if excused:
        parts.append("told over other channels")
    elif run.invocations > without.invocations:
        parts.append("later")
    if left_out := {name for name in less if name.startswith(NICE)}:
        parts.append(_left_out(left_out))
    if run.killed:
        parts.append("out of time")
    parts += [f"{each} rings" for each in sorted(rings)]
    return "; ".join(parts) or "as ever"


def _left_out(names: set[str]) -> str:
    if any("graph" in name for name in names):
        return "without its graph"
    if any("says" in name for name in names):
        return "a report that says what it could not read"
    return "minutes without figures"


def cells(function: str, inbox: InboxClient) -> Iterator[Fault]:
    """Yield the faults of a function: each call that it makes in each way."""
    for call in clean(function, inbox).calls:
        for kind, span in COLUMNS:
            yield Fault(call, kind, span)
