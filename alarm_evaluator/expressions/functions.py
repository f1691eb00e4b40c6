"""Metric math's functions: those that alarms use; any other is not simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from types import MappingProxyType

from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.expressions.values import (
    Column,
    Columns,
    Value,
    column,
    each_column,
    reduced,
)

type Point = Callable[[float], float | None]


def _total(values: Sequence[float]) -> float:
    return math.fsum(values)


def _logarithm(take: Callable[[float], float]) -> Point:
    return lambda value: take(value) if value > 0 else None


_POINTS: Mapping[str, Point] = MappingProxyType({
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
    "LOG": _logarithm(math.log),
    "LOG10": _logarithm(math.log10),
    "-": lambda value: -value,
})  # fmt: skip
# AVG: "Missing values are treated as 0"; of a least or a greatest value nothing is said.
_REDUCED: Mapping[str, tuple[Callable[[Sequence[float]], float], bool]] = MappingProxyType({
    "SUM": (_total, True),
    "AVG": (fmean, True),
    "MIN": (min, False),
    "MAX": (max, False),
})  # fmt: skip


def difference(points: Column, period: int, *, rate: bool) -> Column:
    """Return each value less the one before it, a second with ``rate``."""
    found: list[float | None] = [None] * len(points)
    known = [(place, point) for place, point in enumerate(points) if point is not None]
    for (earlier, before), (place, point) in pairwise(known):
        seconds = (place - earlier) * period if rate else 1
        found[place] = (point - before) / seconds
    return tuple(found)


def filled(points: Column, filler: Value | str) -> Column:
    """Fill what is missing: with a number, another series, REPEAT or LINEAR."""
    if filler == "REPEAT":
        return tuple(_repeated(points))
    if filler == "LINEAR":
        return tuple(_interpolated(points))
    if isinstance(filler, float):
        return tuple(filler if point is None else point for point in points)
    if isinstance(filler, tuple):
        return tuple(
            other if point is None else point for point, other in zip(points, filler, strict=True)
        )
    raise EvaluatorError(f"FILL does not fill with {filler}")


def _repeated(points: Column) -> Iterator[float | None]:
    latest: float | None = None
    for point in points:
        latest = latest if point is None else point
        yield latest


def _interpolated(points: Column) -> Iterator[float | None]:
    known = [(place, point) for place, point in enumerate(points) if point is not None]
    found = dict(known)
    for (start, first), (end, last) in pairwise(known):
        for place in range(start + 1, end):
            found[place] = first + (last - first) * (place - start) / (end - start)
    return (found.get(place) for place in range(len(points)))


def chosen(condition: Value, then: Value, otherwise: Value | None, length: int) -> Column:
    """Choose by a condition (User Guide, "Using IF expressions").

    A condition that has no data point chooses nothing; where it holds, what is missing of the
    first is 0; where not, what is missing of the second is dropped.
    """
    if isinstance(condition, float):
        side = then if condition else otherwise
        return (None,) * length if side is None else _spread(side, length)
    first = tuple(point or 0.0 for point in _spread(then, length))
    second = (None,) * length if otherwise is None else _spread(otherwise, length)
    return tuple(
        None if test is None else a if test else b
        for test, a, b in zip(column(condition), first, second, strict=True)
    )


def _spread(value: Value, length: int) -> Column:
    return (value,) * length if isinstance(value, float) else column(value)


def pointwise(name: str, value: Value) -> Value | None:
    """Apply a function of single points, None where there is none of this name."""
    if name not in _POINTS:
        return None
    change = _POINTS[name]
    if isinstance(value, float):
        if (found := change(value)) is None:
            raise EvaluatorError(f"{name} of {value} is no number")
        return found
    return each_column(
        lambda points: tuple(None if point is None else change(point) for point in points), value
    )


def reduction(name: str, value: Value) -> Value | None:
    """Apply a function that makes one series of several, or a number of one."""
    if name not in _REDUCED:
        return None
    reduce, zeros = _REDUCED[name]
    return reduced(reduce, value, zeros=zeros)


def columns(values: Sequence[Value]) -> Columns:
    """Return several series as one array; an array in it is taken apart."""
    found: list[Column] = []
    for value in values:
        found += value.each if isinstance(value, Columns) else [column(value)]
    return Columns(tuple(found))
