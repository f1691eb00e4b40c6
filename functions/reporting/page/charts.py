"""Where a chart's lines go: small multiples that a template draws as SVG.

Not by a library: pygal's charts carry today's date and a random id, 13 KB each with a style sheet
of their own, where these take 1 KB and the page's colours (docs/decisions/0138).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from avatarwatch.kpis import KPIS
from reporting.judging.figures import Figure
from reporting.report import Trend

WIDTH, HEIGHT = 340, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 332, 24, 108
_ALSO = frozenset({"StorageBytes", "DailyActiveUploaders", "UploadsLast24h"})
"""KPIs without a target whose course is worth a look."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point, with what it says."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its curve, its points, its target's height, and its own span's place."""

    key: str
    title: str
    says: str
    path: str
    dots: tuple[Dot, ...]
    high: str
    low: str
    first: str
    last: str
    target_y: float | None = None
    target: str = ""
    own_x: float | None = None


def of_figures(figures: Sequence[Figure], days: Sequence[date], own: date) -> list[Chart]:
    """Return the charts of KPIs by the day; ``own`` is the first day of the report's span."""
    labels = [f"{day.day} {day:%b}" for day in days]
    index = days.index(own) if own in days else None
    found = []
    for each in figures:
        kpi = KPIS[each.metric]
        if not (kpi.target or each.metric in _ALSO):
            continue
        values = [value for _, value in each.course]
        target = kpi.target.value if kpi.target else None
        made = _chart(each.metric, each.title, kpi.written, values, labels, target, "day")
        if made:
            found.append(_marked(made, index, len(days)))
    return found


def of_trends(trends: Sequence[Trend]) -> list[Chart]:
    """Return the charts of a year of months."""
    made = (
        _chart(
            f"year-{each.metric}", each.title, KPIS[each.metric].written,
            [month.value for month in each.months], [month.name for month in each.months],
            each.target, "month",
        )
        for each in trends
    )  # fmt: skip
    return [chart for chart in made if chart]


def _chart(  # noqa: PLR0913, PLR0917 - of two kinds of courses
    key: str, title: str, write: Callable[[float], str], values: Sequence[float | None],
    labels: Sequence[str], target: float | None, step: str,
) -> Chart | None:  # fmt: skip
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    bounds = [*known, *([] if target is None else [target])]
    low, high = min(bounds), max(bounds)
    margin = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    bottom, top = low - margin, high + margin

    def height(value: float) -> float:
        return round(_BOTTOM - (value - bottom) / (top - bottom) * (_BOTTOM - _TOP), 1)

    places = [_place(number, len(values)) for number in range(len(values))]
    dots = tuple(
        Dot(places[number], height(value), f"{labels[number]}: {write(value)}")
        for number, value in enumerate(values)
        if value is not None
    )
    gaps = len(values) - len(known)
    least, most, last = (write(each) for each in (min(known), max(known), known[-1]))
    says = (
        f"{title}, each {step} from {labels[0]} to {labels[-1]}: lowest {least}, highest {most},"
        f" last {last}"
        + (f"; {gaps} without data" if gaps else "")
        + (f"; target {write(target)}" if target is not None else "")
    )
    return Chart(
        key, title, says, "".join(_path(values, places, height)), dots,
        most, least, labels[0], labels[-1],
        None if target is None else height(target),
        "" if target is None else write(target),
    )  # fmt: skip


def _place(number: int, count: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * number / max(count - 1, 1), 1)


def _path(
    values: Sequence[float | None], places: Sequence[float], height: Callable[[float], float]
) -> Iterator[str]:
    """Draw through what follows without a gap."""
    is_on = False
    for x, value in zip(places, values, strict=True):
        if value is not None:
            yield f"{'L' if is_on else 'M'}{x:g} {height(value):g}"
        is_on = value is not None


def _marked(chart: Chart, index: int | None, count: int) -> Chart:
    if not index:  # all of it is the span's own, or none
        return chart
    x = (_place(index - 1, count) + _place(index, count)) / 2
    fields = {name: getattr(chart, name) for name in Chart.__slots__}
    return Chart(**{**fields, "own_x": round(x, 1)})
