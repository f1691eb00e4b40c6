"""Where everything of a graph stands: shapes in the order in which they are drawn.

A length is a pixel of a page. Whoever draws larger multiplies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from local.charts.model import Axis, Curve, Graph, Mark, Points, Side
from local.charts.scale import ValueScale, number_text, time_text, time_ticks, value_scale

type Anchor = Literal["start", "mid", "end"]
type Measure = Callable[[str], float]
"""How wide a text of an axis is."""

NO_DATA = "No data available"
_TICK_ROOM = 34  # between two ticks of the value axis
_TIME_ROOM = 64
_TOP, _BOTTOM, _EDGE = 16, 20, 12
_DOTS_ABOVE = 9.0  # between points from which on each has a dot


@dataclass(frozen=True, slots=True)
class Rule:
    """A level or upright line; ``color`` is "axis" or "grid" for those of the axes."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A tinted rectangle."""

    left: float
    top: float
    right: float
    bottom: float
    color: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text; ``y`` is where its letters stand. ``kind`` is tick, mark, none or why."""

    x: float
    y: float
    text: str
    anchor: Anchor
    kind: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A line through points; ``down_to`` is where the area below it ends, if it has one."""

    points: tuple[tuple[float, float], ...]
    color: str
    down_to: float | None = None
    is_dotted: bool = False


type Shape = Rule | Area | Words | Course


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's rectangle, and what its edges stand for."""

    left: float
    right: float
    top: float
    bottom: float
    start: datetime
    end: datetime
    scales: dict[Side, ValueScale]

    def x(self, at: datetime) -> float:
        """Return where a moment stands."""
        share = (at - self.start) / (self.end - self.start)
        return self.left + share * (self.right - self.left)

    def y(self, value: float, side: Side) -> float:
        """Return where a value stands."""
        return self.bottom - self.scales[side].share(value) * (self.bottom - self.top)

    def course(self, points: Points, side: Side) -> tuple[tuple[float, float], ...]:
        """Return where a curve's points stand."""
        return tuple((self.x(at), self.y(value, side)) for at, value in points)


def shapes(graph: Graph, width: float, height: float, measure: Measure) -> Iterator[Shape]:
    """Yield what a graph is made of on so much room."""
    curves = _stacked(graph.curves) if graph.stacked else graph.curves
    frame = _frame(graph, curves, width, height, measure)
    yield from _tints(frame, graph.marks)
    yield from _time_axis(frame, graph.zone, measure)
    is_shown = graph.marks or any(curve.points for curve in curves)
    for side in frame.scales if is_shown else ():
        yield from _value_axis(frame, side, _axis(graph, side), measure)
    for mark in graph.marks:
        y = frame.y(mark.value, mark.side)
        yield Rule(frame.left, y, frame.right, y, mark.color, mark.dashed)
    for curve in curves:
        if curve.points:
            yield _course(frame, curve, filled=graph.stacked)
    yield from (_mark_label(frame, mark) for mark in graph.marks)
    if not any(curve.points for curve in curves):
        yield from _no_data(frame, curves)


def _frame(
    graph: Graph, curves: Sequence[Curve], width: float, height: float, measure: Measure
) -> Frame:
    bottom = height - _BOTTOM
    sides: list[Side] = ["left"]
    if any(curve.side == "right" for curve in curves):
        sides.append("right")
    room = max(2, int(bottom - _TOP) // _TICK_ROOM)
    scales = {side: _scale(graph, curves, side, room) for side in sides}
    left = _EDGE + _widest(scales["left"], graph.left, measure)
    right = width - _EDGE
    if "right" in scales:
        right -= _widest(scales["right"], graph.right, measure)
    return Frame(left, right, _TOP, bottom, graph.start, graph.end, scales)


def _axis(graph: Graph, side: Side) -> Axis:
    return graph.left if side == "left" else graph.right


def _scale(graph: Graph, curves: Sequence[Curve], side: Side, room: int) -> ValueScale:
    axis = _axis(graph, side)
    values = [v for curve in curves if curve.side == side for _, v in curve.points]
    values += [mark.value for mark in graph.marks if mark.side == side]
    return value_scale(values or [0.0, 1.0], axis.minimum, axis.maximum, room)


def _written(axis: Axis, scale: ValueScale, tick: float) -> str:
    return axis.write(tick) if axis.write else number_text(tick, scale.step)


def _widest(scale: ValueScale, axis: Axis, measure: Measure) -> float:
    return max(measure(_written(axis, scale, tick)) for tick in scale.ticks()) + 4


def _tints(frame: Frame, marks: Sequence[Mark]) -> Iterator[Area]:
    for mark in marks:
        y = min(max(frame.y(mark.value, mark.side), frame.top), frame.bottom)
        if mark.filled == "above":
            yield Area(frame.left, frame.top, frame.right, y, mark.color)
        elif mark.filled == "below":
            yield Area(frame.left, y, frame.right, frame.bottom, mark.color)


def _time_axis(frame: Frame, zone: str, measure: Measure) -> Iterator[Shape]:
    """Yield the axis; of its times those that leave room for the zone's name."""
    ticks = time_ticks(frame.start, frame.end, int(frame.right - frame.left) // _TIME_ROOM)
    yield Rule(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
    end = frame.right + _EDGE
    if zone:
        yield Words(frame.right, frame.bottom + 14, zone, "end", "tick")
        end = frame.right - measure(zone) - 8
    for tick in ticks:
        text = time_text(tick, ticks)
        half = measure(text) / 2
        x = max(frame.x(tick), half + 2)
        if not zone:
            x = min(x, end - half)
        if x + half <= end:
            yield Words(x, frame.bottom + 14, text, "mid", "tick")


def _value_axis(frame: Frame, side: Side, axis: Axis, measure: Measure) -> Iterator[Shape]:
    scale = frame.scales[side]
    anchor: Anchor = "end" if side == "left" else "start"
    x = frame.left - 5.0 if side == "left" else frame.right + 5
    for tick in scale.ticks():
        y = frame.y(tick, side)
        if side == "left" and y < frame.bottom - 1:
            yield Rule(frame.left, y, frame.right, y, "grid")
        yield Words(x, y + 4, _written(axis, scale, tick), anchor, "tick")
    if axis.label:
        if side == "left":
            yield Words(2.0, 9, axis.label, "start", "tick")
        else:
            x = frame.right + _widest(scale, axis, measure) + 10
            yield Words(x, 9, axis.label, "end", "tick")


def _mark_label(frame: Frame, mark: Mark) -> Words:
    """Write a mark's label above its line, below it where there is no room above."""
    y = frame.y(mark.value, mark.side)
    at = y - 4 if y - 14 >= frame.top - 8 else y + 12
    return Words(frame.right - 4, at, mark.label, "end", "mark", mark.color)


def _course(frame: Frame, curve: Curve, *, filled: bool) -> Course:
    places = frame.course(curve.points, curve.side)
    apart = (places[-1][0] - places[0][0]) / (len(places) - 1) if len(places) > 1 else 99.0
    return Course(places, curve.color, frame.bottom if filled else None, apart >= _DOTS_ABOVE)


def _no_data(frame: Frame, curves: Sequence[Curve]) -> Iterator[Words]:
    x, y = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    yield Words(x, y, NO_DATA, "mid", "none")
    reasons = dict.fromkeys(curve.reason for curve in curves if curve.reason)
    for number, reason in enumerate(reasons, 1):
        yield Words(x, y + 15 * number, reason, "mid", "why")


def _stacked(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """Return the curves each upon the sum of those before, the topmost first."""
    base: dict[datetime, float] = {}
    found = []
    for curve in curves:
        for at, value in curve.points:
            base[at] = base.get(at, 0.0) + value
        points = tuple((at, base[at]) for at, _ in curve.points)
        found.append(Curve(curve.label, curve.color, points, curve.side, curve.reason))
    return tuple(reversed(found))
