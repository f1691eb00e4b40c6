"""One round: all endpoints at once within the function's time."""

from __future__ import annotations

import gc
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from health_polling.endpoint import Endpoint
from health_polling.exchange import Exchange, Fault, FaultKind
from health_polling.judge import unreadable
from health_polling.verdict import Judgement

CONCURRENCY = 128
LEAST_SECONDS = 2.0  # what every poll gets, however many there are

type Poll = Callable[[Endpoint, float], Exchange]
type Judge = Callable[[Endpoint, Exchange], Judgement]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An endpoint, what came of asking it, and what that means."""

    endpoint: Endpoint
    exchange: Exchange
    judgement: Judgement


def fair_share(count: int, seconds: float, workers: int = CONCURRENCY) -> float:
    """Return the seconds that each of ``count`` polls may take so that all fit into the round.

    Time-outs of ten seconds are fine for twenty endpoints; of a thousand that all hang, most would
    not be asked at all.
    """
    return max(LEAST_SECONDS, seconds * workers / max(count, workers))


def run_round(
    endpoints: Sequence[Endpoint], poll: Poll, judge: Judge, seconds: float
) -> list[Outcome]:
    """Ask all endpoints within so many seconds; who was not reached in time is NOT_POLLED.

    Answers are judged in the threads, while others wait for theirs. What one of them breaks stays
    its own: it is judged as unreadable.
    """
    workers = min(len(endpoints), CONCURRENCY)
    ends = monotonic() + seconds
    share = fair_share(len(endpoints), seconds)
    found: list[Outcome | None] = [None] * len(endpoints)
    todo = deque(range(len(endpoints)))

    def work() -> None:
        while (left := ends - monotonic()) > 0:
            try:
                index = todo.popleft()
            except IndexError:
                return
            found[index] = _outcome(endpoints[index], min(share, left), poll, judge)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    with _uncollected():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, ends - monotonic()) + 0.1)
    missed = Exchange(fault=Fault(FaultKind.NOT_POLLED, "not asked: the minute was over"))
    # a copy: a thread that is still at work must not change the outcome later
    return [
        outcome or Outcome(endpoint, missed, judge(endpoint, missed))
        for endpoint, outcome in zip(endpoints, list(found), strict=True)
    ]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: a round leaves none in cycles, and each look costs them all.

    What it holds is let go with its last reference, as ever.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _outcome(endpoint: Endpoint, seconds: float, poll: Poll, judge: Judge) -> Outcome:
    exchange = Exchange(fault=Fault(FaultKind.UNREADABLE, "it could not be asked"))
    try:
        exchange = poll(endpoint, seconds)
        return Outcome(endpoint, exchange, judge(endpoint, exchange))
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
        return Outcome(endpoint, exchange, unreadable(error, exchange))


def are_unreachable_together(outcomes: Sequence[Outcome]) -> bool:
    """Whether nothing was reached of all of several endpoints."""
    faults = [outcome.exchange.fault for outcome in outcomes]
    if len(faults) < 2 or not all(fault and fault.kind.is_unreachable for fault in faults):
        return False
    return any(fault and not fault.kind.is_ours for fault in faults)


def is_our_fault(outcomes: Sequence[Outcome], is_network_well: Callable[[], bool]) -> bool:
    """Whether nothing was found out because our own network is down.

    Every poll failed in a way that looks like it, and what must be there is not reached either;
    ``is_network_well`` is only asked then.
    """
    faults = [outcome.exchange.fault for outcome in outcomes]
    if not faults or not all(fault and fault.kind.may_be_ours for fault in faults):
        return False
    return not is_network_well()
