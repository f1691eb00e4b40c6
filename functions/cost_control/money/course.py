"""How moved objects fare over the horizon: how long they are there, and at which price."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from cost_control.money.moves import DAYS_A_MONTH, End
from cost_control.money.prices import ClassPrices
from cost_control.money.use import Use

HORIZON_MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class Course:
    """For one object that is there now: months in the new class, transitions, months for nothing.

    ``wasted`` are months of storage billed for objects that left before the minimum duration.
    ``stay`` is how many months one object is in the new class at most: what replaces it begins
    anew.
    """

    months: float
    moves: float
    wasted: float
    stay: float = HORIZON_MONTHS


NOTHING = Course(0.0, 0.0, 0.0)


def expected(target: ClassPrices, days: int, use: Use, end: End | None) -> Course:
    """Return the course that is expected, where every object waits the full days first.

    Deaths are taken as independent of age (Poisson): exp(-deaths x wait) outlive the wait, and
    each place is moved 1 + deaths x months times; a death wastes
    minimum - (1 - exp(-deaths x minimum)) / deaths months. Objects that end on a day are taken to
    be of all ages up to it, and as many all the time.
    """
    wait, minimum = days / DAYS_A_MONTH, target.minimum_days / DAYS_A_MONTH
    there = max(0.0, HORIZON_MONTHS - wait)
    outlive = math.exp(-use.deaths * wait)
    wasted = 0.0
    if use.deaths and minimum:
        wasted = minimum - (1 - math.exp(-use.deaths * minimum)) / use.deaths
    moves = 1 + use.deaths * there
    course = Course(there, moves, moves * wasted)
    if end is not None:
        life = end.day / DAYS_A_MONTH
        if life <= wait:
            return NOTHING
        ends = there / life
        unused = max(0.0, minimum - (life - wait)) * ends
        course = replace(
            course,
            months=there * (1 - wait / life),
            moves=max(moves, 1 + ends),
            wasted=max(course.wasted, unused),
            stay=min(HORIZON_MONTHS, life - wait),
        )
    return replace(
        course,
        months=course.months * outlive,
        moves=course.moves * outlive,
        wasted=course.wasted * outlive,
    )


def surely_there(wait: float, kept_up: float, lost: float) -> float:
    """Return the months that a stock is surely there behind a wait.

    It is the integral of max(0, min(kept up, 1 - lost x months)) over the horizon.
    """
    if wait >= HORIZON_MONTHS or kept_up <= 0:
        return 0.0
    if not lost:
        return (HORIZON_MONTHS - wait) * kept_up
    bend = max(wait, min(HORIZON_MONTHS, (1 - kept_up) / lost))
    zero = max(bend, min(HORIZON_MONTHS, 1 / lost))
    at_bend, at_zero = (max(0.0, 1 - lost * month) for month in (bend, zero))
    return (bend - wait) * kept_up + (zero - bend) * (min(kept_up, at_bend) + at_zero) / 2


def price(target: ClassPrices, months: float, hot: float, warm: float) -> float:
    """Return the mean price of a GiB-month over months in a class.

    ``hot`` is the share that was read or came within a month, ``warm`` within three: they are
    what Intelligent-Tiering keeps in its frequent and infrequent tiers, after as many months.
    """
    if target.infrequent is None or target.archive_instant is None or months <= 0:
        return target.storage
    first, second = min(1.0, months), min(2.0, max(0.0, months - 1))
    third = max(0.0, months - 3)
    cool = target.storage * hot + target.infrequent * (1 - hot)
    cold = (
        target.storage * hot
        + target.infrequent * (warm - hot)
        + target.archive_instant * (1 - warm)
    )
    return (first * target.storage + second * cool + third * cold) / months
