"""The bill of a bucket by the day, reckoned from its objects one cohort after another.

It shares nothing with the product: neither code nor prices nor ways of reckoning. A cohort are
objects that were born on one day. Prices are us-east-1's, typed off S3's price page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

GIB = 2.0**30
HORIZON = 360
FLOOR = 131072
STORAGE = {"STANDARD_IA": 0.0125, "ONEZONE_IA": 0.01, "GLACIER_IR": 0.004}
GET = {"STANDARD": 0.4e-6, "INTELLIGENT_TIERING": 0.4e-6, "STANDARD_IA": 1e-6,
       "ONEZONE_IA": 1e-6, "GLACIER_IR": 10e-6}  # fmt: skip
RETRIEVAL = {"STANDARD_IA": 0.01, "ONEZONE_IA": 0.01, "GLACIER_IR": 0.03}
INTO = {"STANDARD_IA": 10e-6, "ONEZONE_IA": 10e-6, "INTELLIGENT_TIERING": 10e-6,
        "GLACIER_IR": 20e-6}  # fmt: skip
MINIMUM_DAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90}
MOVES_ON = {
    "STANDARD": {"STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"},
    "STANDARD_IA": {"ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"},
    "INTELLIGENT_TIERING": {"ONEZONE_IA", "GLACIER_IR"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """Objects that are alike. ``life`` is in days, None for ever; ages are even up to ``oldest``.

    ``gets`` and ``heads`` are of one object a month, ``comes`` how many are born a day. Those
    that die are kept as noncurrent versions for ``lingers`` days more.
    """

    count: int
    size: int
    storage_class: str = "STANDARD"
    gets: float = 0.0
    heads: float = 0.0
    life: int | None = None
    oldest: int = 400
    comes: float = 0.0
    lingers: int = 0
    until: int | None = None
    """Days to the date on which a rule of others deletes all of them, of whatever age."""


@dataclass(frozen=True, slots=True)
class Given:
    """A lifecycle rule: what is larger than ``above`` bytes goes into a class on a day of age."""

    into: str
    day: int
    above: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Objects born on a day, which is negative for those that are there at the beginning."""

    count: float
    born: int


def cohorts(kind: Kind) -> Iterator[Cohort]:
    """Yield the objects of a kind that are there, and those that come, in steps of days."""
    span = kind.oldest if kind.life is None else min(kind.oldest, kind.life)
    step = max(1, span // 60)
    ages = range(0, max(1, span), step)
    for age in ages:
        yield Cohort(kind.count / len(ages), -age)
    if kind.comes:
        for day in range(HORIZON):
            yield Cohort(kind.comes, day)


def bill(kinds: list[Kind], rule: Given | None) -> float:
    """Return US$ of 360 days."""
    standard_days = other = 0.0
    for kind in kinds:
        for each in cohorts(kind):
            here, more = _cohort(kind, each, rule)
            standard_days += here
            other += more
    return _stepped(standard_days / HORIZON) * HORIZON / 30 + other


def _stepped(gib: float) -> float:
    """Return what so many GiB in STANDARD cost a month."""
    first, second = 51200.0, 512000.0
    if gib <= first:
        return gib * 0.023
    if gib <= second:
        return first * 0.023 + (gib - first) * 0.022
    return first * 0.023 + (second - first) * 0.022 + (gib - second) * 0.021


def _cohort(kind: Kind, each: Cohort, rule: Given | None) -> tuple[float, float]:
    """Return GiB-days in STANDARD, and US$ of everything else."""
    begin = max(0, each.born)
    dies = HORIZON if kind.life is None else min(HORIZON, each.born + kind.life)
    gone = HORIZON if kind.life is None else min(HORIZON, each.born + kind.life + kind.lingers)
    if kind.until is not None:
        last = max(begin, kind.until)
        dies, gone = min(dies, last), min(gone, last + kind.lingers)
    moves = gone
    into = kind.storage_class
    takes = rule is not None and kind.size > rule.above and rule.into in MOVES_ON[into]
    if rule is not None and takes:
        day = max(0, each.born + rule.day)
        if day < dies:
            moves, into = day, rule.into
    standard, other = _stays(kind, kind.storage_class, each.count, moves - begin)
    other += _reads(kind, kind.storage_class, each.count, min(moves, dies) - begin)
    if into != kind.storage_class:
        more, dearer = _stays(kind, into, each.count, gone - moves)
        standard += more
        other += dearer + each.count * INTO[into]
        other += _reads(kind, into, each.count, dies - moves)
        if gone < HORIZON:
            short = max(0, MINIMUM_DAYS.get(into, 0) - (gone - moves))
            other += each.count * max(kind.size, FLOOR) / GIB * STORAGE.get(into, 0.0) * short / 30
        was = MINIMUM_DAYS.get(kind.storage_class, 0)
        early = max(0, was - (moves - each.born))
        lost = each.count * max(kind.size, FLOOR) / GIB * STORAGE.get(kind.storage_class, 0.0)
        other += lost * early / 30
    return standard, other


def _stays(kind: Kind, there: str, count: float, days: int) -> tuple[float, float]:
    """Return GiB-days in STANDARD and US$ of other classes' storage."""
    if days <= 0:
        return 0.0, 0.0
    if there == "STANDARD":
        return count * kind.size / GIB * days, 0.0
    if there != "INTELLIGENT_TIERING":
        return 0.0, count * max(kind.size, FLOOR) / GIB * days / 30 * STORAGE[there]
    if kind.size < FLOOR:
        return 0.0, count * kind.size / GIB * days / 30 * 0.023
    rate = sum(map(_tier, _unread(kind, days))) / 30
    return 0.0, count * (kind.size / GIB * rate + 0.0025e-3 * days / 30)


def _unread(kind: Kind, days: int) -> Iterator[int]:
    """Yield for each day how many days an object was not accessed: reads come at even distances."""
    every = 30 / kind.gets if kind.gets else 1e9
    for day in range(days):
        yield int(day % every)


def _tier(unread: int) -> float:
    return 0.023 if unread < 30 else 0.0125 if unread < 90 else 0.004


def _reads(kind: Kind, there: str, count: float, days: int) -> float:
    """Return US$ of GETs, HEADs and the bytes that are retrieved."""
    months = max(0, days) / 30
    each = (kind.gets + kind.heads) * GET[there]
    return count * months * (each + kind.gets * kind.size / GIB * RETRIEVAL.get(there, 0.0))
