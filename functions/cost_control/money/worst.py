"""The worse and the better end of what a move saves.

In the worse end every object is new and waits; every read, birth and death that S3 counted is of
what moves; what dies was moved the day before, and is billed to the end of the minimum duration;
and what was not listed is as badly distributed as CloudWatch's sums allow: as few bytes in objects
that move as can be, in as many objects. In the better end all is old, unread, and stays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cost_control.money.contents import Contents, Moved, Unlisted
from cost_control.money.course import HORIZON_MONTHS, price, surely_there
from cost_control.money.flow import Flow
from cost_control.money.moves import DAYS_A_MONTH, End, Move
from cost_control.money.prices import GIB, ClassPrices
from cost_control.money.use import Use


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends of the range of a move."""

    move: Move
    moved: list[Moved]
    contents: Contents
    target: ClassPrices
    standard: ClassPrices
    use: Use

    def low(self) -> float:
        """Return the saving over the horizon in the worse end.

        Of a rule of others about a part nobody knows whether an object is in it: each case counts.
        """
        parts = [self._beside(end) for end in self.move.ends if not end.is_of_all]
        return min([self.low_of_rest(), *map(self._low, self.move.ends), *parts])

    def _beside(self, end: End) -> float:
        """Return the saving where a rule has ended a part before it would move.

        What is read may all be of the rest. The part was put in as many days as it lives: counted
        uploads bound it.
        """
        if not self.use.is_counted or end.day > self.move.days:
            return 0.0
        largest = max((each.largest for each in self.moved), default=0.0)
        put = self.use.births * self.contents.objects * largest
        if self.use.uploaded is not None:
            put = self.use.uploaded / GIB
        part = min(put * end.day / DAYS_A_MONTH, sum(each.gib for each in self.moved))
        dearest = max((each.here.storage for each in self.moved), default=0.0)
        return self.low_of_rest() - part * HORIZON_MONTHS * max(0.0, dearest - self._least())

    def low_of_rest(self) -> float:
        """Return the saving in the worse end where rules about a part are about nothing."""
        of_all = [end for end in self.move.ends if end.is_of_all]
        return self._low(min(of_all, key=lambda end: end.day, default=None))

    def high(self) -> float:
        """Return the saving in the better end; what comes may all be of the largest objects."""
        there = price(self.target, HORIZON_MONTHS, 0.0, 0.0)
        saving = 0.0
        for each in self.moved:
            gib, billed, objects = each.target, each.billed, each.objects
            watched = each.watched
            if each.stock.unlisted:
                gib = billed = max(gib, each.stock.unlisted.total / GIB)
                objects, watched = 0.0, each.stock.unlisted.objects
            gain = billed * each.here.storage - gib * there
            gain += watched * each.here.monitoring / 1000
            saving += max(0.0, gain * HORIZON_MONTHS) - objects * self.target.transition / 1000
        more = self._growth() * (self.standard.storage - self._least())
        return saving + max(0.0, more) * HORIZON_MONTHS**2 / 2

    def _least(self) -> float:
        """Return the least that a GiB-month may cost in the new class."""
        tier = self.target.archive_instant
        return self.target.storage if tier is None else tier

    def _growth(self) -> float:
        """Return the GiB by which a month makes more of what moves, at most."""
        if self.use.lingers and self.use.uploaded is not None:
            return self.use.uploaded / GIB
        largest = max((each.largest for each in self.moved), default=0.0)
        return self.use.grows * self.contents.objects * largest

    def _low(self, end: End | None) -> float:
        wait = self.move.days / DAYS_A_MONTH
        if not self.moved or (end is not None and end.is_over(self.move.days)):
            return 0.0
        flow = Flow.of(self.moved, self.contents, self.use, end)
        gib = sum(each.gib for each in self.moved)
        if end is not None and end.is_dated:
            return self._once(end, wait) - self._reads() - self._flowing(flow, wait, gib)
        there = surely_there(wait, flow.kept_up, flow.fewer / gib if gib else 0.0)
        stay = there if end is None else (end.day - self.move.days) / DAYS_A_MONTH
        wasted = self.target.minimum_days / DAYS_A_MONTH if flow.ends else 0.0
        stock = sum(self._low_of(each, there, stay, wasted) for each in self.moved)
        steady = stock - self._reads() - self._flowing(flow, wait, gib)
        return steady if end is None else min(steady, self._once(end, wait))

    def _once(self, end: End, wait: float) -> float:
        """Return the saving on what is there now, all new, where nothing comes in its place.

        How much comes is assumed where nobody counts it. At a date that comes before the day of
        the move all may have moved the day before.
        """
        life = end.day / DAYS_A_MONTH
        if not end.is_dated and (self.use.is_counted or self.use.births * life >= 1):
            return math.inf
        stay = max(min(life, HORIZON_MONTHS) - wait, 1 / DAYS_A_MONTH)
        short = self.target.minimum_days / DAYS_A_MONTH - stay
        wasted = max(0.0, short) if life <= HORIZON_MONTHS else 0.0
        return sum(self._low_of(each, stay, stay, wasted, stay) for each in self.moved)

    def _flowing(self, flow: Flow, wait: float, gib: float) -> float:
        """Return what is lost on what comes and goes: waiting, moving, dying too early."""
        waiting = min(flow.born * wait, gib) * max(0.0, self.standard.storage - self._least())
        moving = flow.births * self.target.transition / 1000
        minimum = self.target.minimum_days / DAYS_A_MONTH
        dying = flow.dead * minimum * self.target.storage
        early = max((self._early(each, self.move.days) for each in self.moved), default=0.0)
        return HORIZON_MONTHS * (waiting + moving + dying + flow.born * early)

    def _early(self, each: Moved, days: int) -> float:
        """Return what leaving a class of that age costs a GiB: it has a minimum duration, too."""
        left = max(0, each.here.minimum_days - days) / DAYS_A_MONTH
        return left * each.here.storage

    def _reads(self) -> float:
        """Return what counted reads cost more over the horizon, if all of them are of what moves.

        Where bytes were not counted, each request is taken to read a whole one of the largest.
        """
        if not self.use.is_counted:
            return 0.0
        gib = self.use.reads * max((each.largest for each in self.moved), default=0.0)
        if self.use.downloaded is not None:
            gib = self.use.downloaded / GIB
        dearer = max(0.0, self.target.get - self.standard.get) / 1000
        more = 1 + max(0.0, self.use.births - self.use.deaths) * HORIZON_MONTHS / 2
        return HORIZON_MONTHS * more * (self.use.reads * dearer + gib * self.target.retrieval)

    def _low_of(
        self,
        each: Moved,
        months: float,
        stay: float,
        wasted: float,
        read: float = HORIZON_MONTHS,
    ) -> float:
        """Return the saving on the stock of one class, counted reads left out.

        One object is there for ``stay`` months at most, is billed for ``wasted`` more, and what is
        there is read and watched for ``read`` months.
        """
        standing = 0.0 if self.use.is_counted else self.use.reads
        dearer = max(0.0, self.target.get - each.here.get) / 1000
        per_object = self.target.transition / 1000
        per_object += read * (standing * dearer + self.target.monitoring / 1000)
        per_gib = read * standing * self.target.retrieval + self._early(each, 0)
        per_gib += wasted * self.target.storage
        there = price(self.target, min(months, stay), *self._kept_hot(each))
        if each.stock.unlisted:
            value = months * (each.least_price - there) - per_gib
            return least(value / GIB, per_object, each.stock.unlisted, self.move.least)
        billed, target = each.billed, each.target
        if self.target.monitoring:  # what it does not look at costs there what it costs here
            billed = target = each.watched_gib
        gain = months * (billed * each.least_price - target * there)
        return gain - per_object * each.objects - per_gib * max(each.gib, each.target)

    def _kept_hot(self, each: Moved) -> tuple[float, float]:
        """Return the shares of bytes that reads and births of a month, and of three, keep warm.

        Counted reads keep as many objects warm as they are, the largest first.
        """
        if not self.use.is_counted:
            rate = self.use.reads + self.use.births
            return min(1.0, rate), min(1.0, 3 * rate)
        if each.stock.unlisted:
            return 1.0, 1.0
        rate = self.use.warming + self.use.births * self.contents.objects
        return _share_of(each, rate), _share_of(each, 3 * rate)


def _share_of(each: Moved, largest: float) -> float:
    """Return the share of the bytes that so many of the largest objects have."""
    left, size = largest, 0.0
    for one in reversed(each.bins):
        taken = min(left, one.objects)
        size += taken * one.size
        left -= taken
    return min(1.0, size / GIB / each.gib) if each.gib else 0.0


def least(value: float, cost: float, known: Unlisted, size: int) -> float:
    """Return the least that moving objects from a size on may bring.

    ``value`` is of each byte that moves, ``cost`` of each object. Of n objects that move, with b
    bytes, is known that b is between n x size and all bytes, and that the others are smaller:
    current bytes - b <= (objects - n) x size. The sum is linear, so that its least is at a corner.
    """
    if known.objects <= 0:
        return 0.0
    most = min(known.objects, known.total / size)
    if value < 0:
        return value * known.total - cost * most

    def at(objects: float) -> float:
        small = (known.objects - objects) * size
        return value * max(objects * size, known.current - small) - cost * objects

    return min(at(0.0), at(most))
