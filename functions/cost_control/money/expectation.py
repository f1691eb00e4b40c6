"""What a move is expected to save: reads spread evenly, deaths independent of age."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cost_control.money.contents import Contents, Moved
from cost_control.money.course import HORIZON_MONTHS, Course, expected, price
from cost_control.money.moves import DAYS_A_MONTH, End, Move
from cost_control.money.prices import GIB, ClassPrices
from cost_control.money.use import Use

_LONG = 1e9  # months: when Intelligent-Tiering has sorted everything that stays


@dataclass(frozen=True, slots=True)
class Expectation:
    """The saving over the horizon, and the monthly bills of the moved objects before and after.

    ``share`` of what could move does: the rest is gone by then.
    """

    saving: float
    before: float
    after: float
    share: float = 1.0


def expectation(
    move: Move, contents: Contents, moved: list[Moved], target: ClassPrices, use: Use
) -> Expectation:
    """Return what is expected of a move.

    Of the rules by which objects leave the first is judged as of all, unless its share is known.
    """
    known = [each for each in move.ends if each.share is not None and not each.is_of_all]
    others = [each for each in move.ends if each not in known]
    of_all = [each for each in others if each.is_of_all or each.day > move.days]
    asked = _Asked(move, contents, moved, target, use)
    found = asked.until(of_all)
    left, saving, gone = 1.0, 0.0, 0.0
    for end in sorted(known, key=lambda each: each.day):
        share = min(left, end.share or 0.0)
        saving += share * asked.until([*of_all, end]).saving
        gone += share if end.day <= move.days else 0.0
        left -= share
    stays = 1 - gone
    return Expectation(
        left * found.saving + saving, stays * found.before, stays * found.after, stays
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is moved, and how it is used."""

    move: Move
    contents: Contents
    moved: list[Moved]
    target: ClassPrices
    use: Use

    def until(self, ends: Sequence[End]) -> Expectation:
        """Return what is expected where the first of some rules ends all objects.

        Formula for each class: months there x (bill here - bill there) - transitions - what is
        billed to the end of the minimum duration.
        """
        end = min(ends, key=lambda each: each.day, default=None)
        course = expected(self.target, self.move.days, self.use, end)
        parts = [_of(each, self.contents, self.target, self.use, course) for each in self.moved]
        early = sum(_early(each, self.move.days) for each in self.moved)
        return Expectation(
            sum(part.saving for part in parts) - early * max(0.0, course.moves - 1),
            sum(part.before for part in parts),
            sum(part.after for part in parts),
        )


def _early(each: Moved, days: int) -> float:
    """Return what it costs that objects leave a class before its own minimum duration is over."""
    left = max(0, each.here.minimum_days - days) / DAYS_A_MONTH
    return left * each.billed * each.here.storage


def _of(
    each: Moved, contents: Contents, target: ClassPrices, use: Use, course: Course
) -> Expectation:
    reads, gib = _reads(each, contents, use)
    touched = reads * use.warming / use.reads if use.reads else 0.0
    rate = (touched / each.objects if each.objects else 0.0) + use.deaths
    shares = 1 - math.exp(-rate), 1 - math.exp(-3 * rate)
    here = _stored_here(each, shares) + reads * each.here.get / 1000 + gib * each.here.retrieval
    more = reads * target.get / 1000 + gib * target.retrieval
    more += each.watched * target.monitoring / 1000
    sorted_ = _LONG if course.stay >= HORIZON_MONTHS else course.stay
    there, finally_ = (
        _stored(each, target, price(target, months, *shares)) + more
        for months in (min(course.months, course.stay), sorted_)
    )
    saving = course.months * (here - there)
    saving -= course.moves * each.objects * target.transition / 1000
    saving -= course.wasted * each.target * target.storage
    return Expectation(saving, here, finally_)


def _stored_here(each: Moved, shares: tuple[float, float]) -> float:
    """Return US$ a month where it is: in Intelligent-Tiering it cools down by itself."""
    if not each.here.monitoring:
        return each.monthly
    watching = each.watched * each.here.monitoring / 1000
    return _stored(each, each.here, price(each.here, _LONG, *shares)) + watching


def _stored(each: Moved, target: ClassPrices, there: float) -> float:
    """Return US$ a month in the new class; what Intelligent-Tiering does not look at stays dear."""
    if not target.monitoring:
        return each.target * there
    return each.watched_gib * there + (each.gib - each.watched_gib) * target.storage


def _reads(each: Moved, contents: Contents, use: Use) -> tuple[float, float]:
    """Return the reads a month of what moves, and the GiB that they download.

    Counted reads are spread over the objects, and downloaded bytes over the bytes.
    """
    if not use.is_counted:
        return use.reads * each.objects, use.reads * each.gib
    reads = use.reads * each.objects / max(1.0, contents.objects)
    if use.downloaded is None:
        return reads, use.reads * each.gib / max(1.0, contents.objects)
    return reads, use.downloaded / GIB * (each.gib / contents.gib if contents.gib else 0.0)
