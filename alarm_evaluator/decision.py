"""From data points to a state: User Guide, "Configuring how CloudWatch alarms treat missing data".

A data point is ``OK`` or ``BREACHING``, or ``MISSING``; data points come oldest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import cast

from alarm_evaluator.model import Missing, State

WITHIN, BREACHING, ABSENT = 0, 1, 2

type Breaches = Callable[[float], bool]


def kinds(values: Sequence[float | None], breaches: Breaches) -> bytes:
    """Return what values are to a decision; True is `BREACHING`, False `WITHIN`."""
    if None not in values:
        return bytes(map(breaches, cast("Sequence[float]", values)))
    return bytes([ABSENT if value is None else breaches(value) for value in values])


def changed(places: Iterable[bytes], count: int) -> Iterator[int]:
    """Yield which of ``count`` evaluations have other data points than the one before them.

    ``places`` have a byte for each evaluation. All are compared at once, as one number each: moved
    by a byte, an evaluation's lies over that of the next.
    """
    found = 0
    for place in places:
        number = int.from_bytes(place)
        found |= number ^ number >> 8
    return compress(range(1, count), found.to_bytes(count)[1:])


def decide(points: Sequence[int], periods: int, needed: int, missing: Missing) -> State | None:
    """Return the state that data points mean, None where the alarm keeps the one it has.

    ``points`` are those of the whole evaluation range.
    """
    real = [point for point in points if point != ABSENT]
    if len(real) >= periods:
        # "... evaluates the alarm state based on the most recent real data points"
        return _counted(sum(real[len(real) - periods :]), needed)
    breaching = sum(real)
    if missing is Missing.BREACHING:
        # "uses missing data points only as few times as possible"
        return _counted(breaching + periods - len(real), needed)
    if missing is Missing.NOT_BREACHING or breaching >= needed:
        return _counted(breaching, needed)
    if breaching < len(real):
        return State.OK
    return _without_enough(points, needed, missing)


def filled(points: Sequence[int], periods: int) -> int:
    """Return how many missing data points are needed: the tables' second column."""
    return max(0, periods - sum(point != ABSENT for point in points))


def _counted(breaching: int, needed: int) -> State:
    return State.ALARM if breaching >= needed else State.OK


def _without_enough(points: Sequence[int], needed: int, missing: Missing) -> State | None:
    """Judge data points that are missing or breach, fewer of them than it takes.

    "alarms are designed to always go into ALARM state when the oldest available breaching
    datapoint ... is at least as old as the value of Datapoints to Alarm, and all other more recent
    data points are breaching or missing". One that is younger does not ring at once; of ``- - - -
    X`` the guide's tables (2018 to 2020, later editions leave the row out) say what it is instead.
    """
    if missing is Missing.IGNORE:
        return None
    ages = [len(points) - place for place, point in enumerate(points) if point == BREACHING]
    if ages and ages[0] >= needed:
        return State.ALARM
    return State.INSUFFICIENT_DATA
