"""All endpoints at once: when that is one message, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from avatarwatch.alert_state import AlertState
from fakes.health import NOON, answered, endpoint, failed
from health_polling.documents import Problem
from health_polling.exchange import Exchange, FaultKind
from health_polling.rounds import Outcome, are_unreachable_together, is_our_fault
from health_polling.together import (
    CLOSED_ROUNDS,
    GRACE,
    RoundState,
    Seen,
    begun,
    ended,
    held,
    mistakes,
    released,
)
from health_polling.verdict import Judgement, Verdict

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
APART, TOGETHER = (Seen(3, is_together=each, is_our_fault=False) for each in (False, True))
DOWN = RoundState(since=NOON - 9 * MINUTE)
FAILED = Judgement(Verdict.FAIL, Verdict.FAIL, "")


def outcomes(*exchanges: Exchange) -> list[Outcome]:
    return [Outcome(endpoint(), each, FAILED) for each in exchanges]


@pytest.mark.parametrize(
    ("kinds", "is_together"),
    [
        ((), False),
        ((FaultKind.TIMEOUT,), False),  # of one there is no other to compare with
        ((FaultKind.TIMEOUT, FaultKind.CONNECT), True),
        ((FaultKind.TIMEOUT, FaultKind.TLS), False),  # somebody was there
        ((FaultKind.TIMEOUT, FaultKind.NOT_POLLED), True),
        ((FaultKind.NOT_POLLED, FaultKind.NOT_POLLED), False),  # nobody was asked
    ],
)
def test_together_is_where_nothing_of_several_was_reached(
    kinds: tuple[FaultKind, ...], *, is_together: bool
) -> None:
    found = outcomes(*map(failed, kinds))
    assert are_unreachable_together(found) is is_together
    assert not are_unreachable_together([*found, *outcomes(answered({"status": "ok"}))])


def test_our_network_is_asked_for_only_where_all_looks_like_it() -> None:
    asked: list[bool] = []

    def well() -> bool:
        asked.append(True)
        return len(asked) > 1

    for kinds in ((), (FaultKind.CONNECT,), (FaultKind.TIMEOUT, FaultKind.RESOLVE)):
        assert not is_our_fault(outcomes(*map(failed, kinds)), well)
    assert not asked
    ours = outcomes(failed(FaultKind.TIMEOUT), failed(FaultKind.NO_ROUTE))
    assert is_our_fault(ours, well)
    assert not is_our_fault(ours, well)  # it is well by then


@pytest.mark.parametrize(
    ("state", "seen", "is_held"),
    [
        (RoundState(), replace(TOGETHER, falling=2), True),
        (RoundState(), replace(TOGETHER, falling=1), False),
        (DOWN, replace(TOGETHER, falling=1), True),
        (DOWN, TOGETHER, True),
        (DOWN, replace(APART, falling=2), False),
    ],
)
def test_two_that_fall_at_once_are_told_of_together(
    state: RoundState, seen: Seen, *, is_held: bool
) -> None:
    assert held(state, seen) is is_held


def test_the_others_have_three_minutes_to_settle() -> None:
    for answered_at, is_released in (
        (None, False), (NOON - GRACE, True), (NOON - GRACE + SECOND, False),
    ):  # fmt: skip
        assert released(replace(DOWN, answered_at=answered_at), NOON) is is_released


def test_the_first_that_falls_is_when_it_began() -> None:
    seen = replace(TOGETHER, falling=2, reason="timed out", since=NOON - 2 * MINUTE)
    state, [told] = begun(RoundState(), seen, NOON, "https://status.example/")
    assert state == RoundState(since=NOON - 2 * MINUTE)
    assert (told.state, told.reason, told.time) == (AlertState.ALARM, "timed out", NOON)
    assert told.facts == {"Failing since": "11:59:00 UTC"}
    assert told.links == {"Status page": "https://status.example/"}
    assert begun(state, seen, NOON + MINUTE, None) == (state, [])  # once
    _, [bare] = begun(RoundState(), replace(TOGETHER, falling=2), NOON, None)
    assert (bare.reason, bare.links, bare.facts["Failing since"]) == (
        bare.summary, {}, "12:01:00 UTC",
    )  # fmt: skip


def test_a_way_out_that_stays_shut_is_told_in_its_third_round() -> None:
    state, shut = RoundState(), replace(TOGETHER, is_our_fault=True)
    told = []
    for _ in range(CLOSED_ROUNDS + 2):
        state, messages = begun(state, shut, NOON, None)
        told.append(len(messages))
    assert told == [0, 0, 1, 0, 0]
    assert state.closed == CLOSED_ROUNDS
    once, _ = begun(RoundState(closed=2), replace(APART, is_our_fault=True), NOON, None)
    assert once.closed == 0
    other, _ = begun(RoundState(closed=2), TOGETHER, NOON, None)
    assert other.closed == 0


def test_what_it_is_like_is_said_of_the_way_out() -> None:
    def said(**seen: object) -> str:
        given = replace(TOGETHER, falling=2, **seen)  # type: ignore[arg-type]
        return begun(RoundState(closed=2), given, NOON, None)[1][0].summary

    assert "it may be the poller's own way out" in said(reference=None)
    assert "own way out is open" in said(reference=True)
    assert said(is_our_fault=True, reference=False).startswith("nothing is known of 3 endpoints")


def test_it_is_over_when_the_first_answered_and_none_is_held() -> None:
    answering, messages = begun(DOWN, APART, NOON, None)
    assert (answering.answered_at, messages) == (NOON, [])
    later, _ = begun(answering, APART, NOON + MINUTE, None)
    assert later.answered_at == NOON  # the first time
    assert ended(later, 1, NOON + MINUTE, None) == (later, [])
    assert ended(DOWN, 0, NOON, None) == (DOWN, [])
    state, [told] = ended(later, 0, NOON + 2 * MINUTE, None)
    assert state == RoundState()
    assert (told.state, told.summary) == (
        AlertState.OK, "endpoints are reached again after 9 min",
    )  # fmt: skip


def test_what_may_have_been_open_when_it_was_lost_is_told_as_over() -> None:
    state, messages = begun(RoundState(lost=True), APART, NOON, None)
    assert (state.since, state.answered_at, messages) == (NOON, NOON, [])
    over, [told] = ended(state, 0, NOON, None)
    assert not over.lost
    assert "could not be read" in told.summary
    again, [begins] = begun(RoundState(lost=True), replace(TOGETHER, falling=2), NOON, None)
    assert (again.lost, begins.state) == (False, AlertState.ALARM)


def test_mistakes_are_told_once_and_when_they_are_mended() -> None:
    one, two = Problem("endpoint 1", "no url"), Problem("endpoint 2", "no such zone")
    state, [told] = mistakes(RoundState(), (one,), NOON)
    assert told.summary == "1 endpoint is not polled: endpoint 1: no url"
    assert mistakes(state, (one,), NOON) == (state, [])
    state, [told] = mistakes(state, (one, two), NOON)
    assert told.summary == "2 endpoints are not polled: endpoint 1: no url"
    assert (told.state, told.facts) == (
        AlertState.ALARM, {"endpoint 1": "no url", "endpoint 2": "no such zone"},
    )  # fmt: skip
    state, [told] = mistakes(state, (), NOON)
    assert (state.problems, told.state, told.summary, told.facts) == (
        (), AlertState.OK, "every endpoint of the list is polled", {},
    )  # fmt: skip
    _, [many] = mistakes(RoundState(), tuple(Problem(f"e{n}", "x" * 900) for n in range(30)), NOON)
    assert len(many.facts) == 5
    assert len(many.summary) <= 600
    _, [long] = mistakes(RoundState(), (Problem("w" * 200, "t" * 900),), NOON)
    assert long.facts == {"w" * 100: "t" * 300}
