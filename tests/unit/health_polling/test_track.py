"""The state machine cries no wolf, and is never stuck."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from health_polling.endpoint import Thresholds
from health_polling.track import FORGET, Status, Track, observe
from health_polling.verdict import Verdict

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
P, W, F, U = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN

VERDICTS = st.lists(st.sampled_from([P, W, F, U]), max_size=60)
LIMITS = st.tuples(st.integers(1, 6), st.integers(0, 4), st.integers(1, 6)).map(
    lambda drawn: Thresholds(drawn[0], drawn[0] + drawn[1], drawn[2])
)


def played(verdicts: list[Verdict], limits: Thresholds) -> list[Track]:
    tracks = [Track()]
    for minute, verdict in enumerate(verdicts):
        tracks.append(observe(tracks[-1], verdict, START + minute * MINUTE, limits))
    return tracks


@given(VERDICTS, LIMITS)
def test_it_goes_down_only_on_m_failures_among_the_last_n(
    verdicts: list[Verdict], limits: Thresholds
) -> None:
    tracks = played(verdicts, limits)
    for index, (before, after) in enumerate(itertools.pairwise(tracks), 1):
        if before.status is not Status.DOWN and after.status is Status.DOWN:
            known = [v for v in verdicts[:index] if v is not U]
            assert known[-limits.window :].count(F) >= limits.failures


@given(VERDICTS, LIMITS)
def test_it_comes_up_only_on_r_good_ones_in_a_row(
    verdicts: list[Verdict], limits: Thresholds
) -> None:
    tracks = played(verdicts, limits)
    for index, (before, after) in enumerate(itertools.pairwise(tracks), 1):
        if before.status is Status.DOWN and after.status is not Status.DOWN:
            known = [v for v in verdicts[:index] if v is not U]
            assert F not in known[-limits.recoveries :]
            assert len(known) >= limits.recoveries


@given(VERDICTS, LIMITS)
def test_it_is_never_stuck(verdicts: list[Verdict], limits: Thresholds) -> None:
    enough = limits.window + limits.recoveries
    assert played([*verdicts, *[P] * enough], limits)[-1].status is Status.UP
    assert played([*verdicts, *[F] * enough], limits)[-1].status is Status.DOWN


@given(VERDICTS, LIMITS)
def test_what_says_nothing_changes_nothing(verdicts: list[Verdict], limits: Thresholds) -> None:
    # without the gaps in time that the unknown ones would leave
    known = [v for v in verdicts if v is not U]
    before = played(known, limits)[-1]
    assert observe(before, U, START + 99 * MINUTE, limits) == before


def test_one_lost_packet_is_nothing() -> None:
    statuses = {track.status for track in played([P, P, F, P, P, F, P, P], Thresholds())[1:]}
    assert statuses == {Status.UP}


def test_it_was_down_from_the_first_failure_on() -> None:
    track = played([P, P, F, F, F], Thresholds())[-1]
    assert track.status is Status.DOWN
    assert track.since == START + 2 * MINUTE


def test_slow_for_long_is_degraded_and_not_down() -> None:
    tracks = played([P, W, W, W, W, P, P], Thresholds())
    assert [t.status for t in tracks[1:]] == [
        Status.UP, Status.UP, Status.UP, Status.DEGRADED, Status.DEGRADED,
        Status.DEGRADED, Status.UP,
    ]  # fmt: skip


def test_failures_of_yesterday_do_not_count_today() -> None:
    track = played([P, F, F], Thresholds())[-1]
    later = observe(track, F, START + 2 * MINUTE + FORGET + MINUTE, Thresholds())
    assert later.status is Status.UP
    assert later.window == "F"


def test_a_gap_as_long_as_is_remembered_forgets_nothing() -> None:
    track = played([P, F, F], Thresholds())[-1]
    at = START + 2 * MINUTE + FORGET
    assert observe(track, F, at, Thresholds()).status is Status.DOWN
    assert observe(track, F, at + timedelta(seconds=1), Thresholds()).status is Status.UP


def test_what_was_down_before_a_gap_is_down_from_then_on() -> None:
    down = played([P, F, F, F], Thresholds())[-1]
    later = observe(down, F, START + 3 * MINUTE + 2 * FORGET, Thresholds())
    assert (later.status, later.since, later.failing_since) == (
        Status.DOWN, START + MINUTE, START + MINUTE,
    )  # fmt: skip


def test_it_was_well_from_the_first_good_one_after_the_last_failure() -> None:
    track = played([F, F, F, P, F, P, P], Thresholds())[-1]
    assert track.good_since == START + 5 * MINUTE
    assert observe(track, F, START + 7 * MINUTE, Thresholds()).good_since is None


def test_degraded_is_over_by_good_ones_alone() -> None:
    """Warnings are no recovery, and no failure either."""
    limits = Thresholds(3, 5, 2)
    statuses = [t.status for t in played([P, W, W, W, P, W, P, P], limits)[1:]]
    assert statuses[3:] == [Status.DEGRADED] * 4 + [Status.UP]
    down = [t.status for t in played([F, F, F, W, W, P, P], limits)[1:]]
    assert down[2:] == [Status.DOWN, Status.DOWN, Status.DEGRADED, Status.DEGRADED, Status.UP]
