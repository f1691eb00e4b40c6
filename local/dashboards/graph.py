"""Lines over time as SVG, on the scales of `local.widget_images`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from local.dashboards.panels import Axis, Curve, Graph, Mark, Points, Side
from local.widget_images.scale import (
    ValueScale,
    number_text,
    time_text,
    time_ticks,
    value_scale,
)

_LETTER = 6.1  # pixels of a mean letter of the axes' font
_TICK_ROOM = 34  # pixels between two ticks of the value axis
_TIME_ROOM = 64
_TOP, _BOTTOM, _EDGE = 16, 20, 12
_DOTS_ABOVE = 9.0  # pixels between points from which on each has a dot


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot's rectangle, and what its edges stand for."""

    left: float
    right: float
    top: float
    bottom: float
    start: datetime
    end: datetime
    scales: dict[Side, ValueScale]

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return self.left + share * (self.right - self.left)

    def y(self, value: float, side: Side) -> float:
        return self.bottom - self.scales[side].share(value) * (self.bottom - self.top)


def sized(width: int, height: int) -> str:
    """Return the attributes of a drawing that shrinks with its panel."""
    return f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'


def graph_svg(graph: Graph, width: int, height: int) -> str:
    """Return a graph as an SVG element of so many pixels."""
    curves = _stacked(graph.curves) if graph.stacked else graph.curves
    frame = _frame(graph, curves, width, height)
    parts = [
        *_time_axis(frame),
        *_value_axis(frame, "left", graph.left),
        *(_value_axis(frame, "right", graph.right) if "right" in frame.scales else ()),
        *(_mark_line(frame, mark) for mark in graph.marks),
        *(part for curve in curves for part in _curve(frame, curve, filled=graph.stacked)),
        *(_mark_label(frame, mark) for mark in graph.marks),
    ]
    if not any(curve.points for curve in curves):
        parts.append(_no_data(frame, curves))
    return f'<svg {sized(width, height)} class="graph">{"".join(parts)}</svg>'


def sparkline_svg(points: Points, color: str, width: int, height: int) -> str:
    """Return a course without axes; empty without points."""
    if len(points) < 2:
        return f"<svg {sized(width, height)}></svg>"
    low, high = min(v for _, v in points), max(v for _, v in points)
    scale = ValueScale(low, high if high > low else low + 1, 1.0)
    frame = _Frame(0, width, 2, height - 2, points[0][0], points[-1][0], {"left": scale})
    path = _path(frame, points, "left")
    area = f"{path} L{width},{height} L0,{height} Z"
    return (
        f'<svg {sized(width, height)} class="spark">'
        f'<path d="{area}" fill="{color}" fill-opacity="0.12"/>'
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.4"/></svg>'
    )


def _frame(graph: Graph, curves: Sequence[Curve], width: int, height: int) -> _Frame:
    bottom = float(height - _BOTTOM)
    sides: list[Side] = ["left"]
    if any(curve.side == "right" for curve in curves):
        sides.append("right")
    room = max(2, int(bottom - _TOP) // _TICK_ROOM)
    scales = {side: _scale(graph, curves, side, room) for side in sides}
    left = _EDGE + _widest(scales["left"], graph.left)
    right = float(width - _EDGE)
    if "right" in scales:
        right -= _widest(scales["right"], graph.right)
    return _Frame(left, right, _TOP, bottom, graph.start, graph.end, scales)


def _scale(graph: Graph, curves: Sequence[Curve], side: Side, room: int) -> ValueScale:
    axis = graph.left if side == "left" else graph.right
    values = [v for curve in curves if curve.side == side for _, v in curve.points]
    values += [mark.value for mark in graph.marks if mark.side == side]
    return value_scale(values or [0.0, 1.0], axis.minimum, axis.maximum, room)


def _written(axis: Axis, scale: ValueScale, tick: float) -> str:
    return axis.write(tick) if axis.write else number_text(tick, scale.step)


def _widest(scale: ValueScale, axis: Axis) -> float:
    return max(len(_written(axis, scale, tick)) for tick in scale.ticks()) * _LETTER + 4


def _time_axis(frame: _Frame) -> Iterator[str]:
    ticks = time_ticks(frame.start, frame.end, int(frame.right - frame.left) // _TIME_ROOM)
    yield (
        f'<line x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{frame.bottom}"'
        f' y2="{frame.bottom}" class="axis"/>'
    )
    for tick in ticks:
        text = time_text(tick, ticks)
        half = len(text) * _LETTER / 2
        x = min(max(frame.x(tick), half + 2), frame.right + _EDGE - half)
        yield f'<text x="{x:.1f}" y="{frame.bottom + 14}" class="tick mid">{text}</text>'


def _value_axis(frame: _Frame, side: Side, axis: Axis) -> Iterator[str]:
    scale = frame.scales[side]
    anchor, x = ("end", frame.left - 5.0) if side == "left" else ("start", frame.right + 5)
    for tick in scale.ticks():
        y = frame.y(tick, side)
        if side == "left" and y < frame.bottom - 1:
            yield (
                f'<line x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
                ' class="grid"/>'
            )
        text = escape(_written(axis, scale, tick))
        yield f'<text x="{x:.1f}" y="{y + 4:.1f}" class="tick {anchor}">{text}</text>'
    if axis.label:
        left = side == "left"
        x, anchor = (2.0, "start") if left else (frame.right + _widest(scale, axis) + 10, "end")
        yield f'<text x="{x:.1f}" y="9" class="tick {anchor}">{escape(axis.label)}</text>'


def _mark_line(frame: _Frame, mark: Mark) -> str:
    y = frame.y(mark.value, mark.side)
    dash = ' stroke-dasharray="6 4"' if mark.dashed else ""
    return (
        f'<line x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        f' stroke="{mark.color}" stroke-width="1.6"{dash}/>'
    )


def _mark_label(frame: _Frame, mark: Mark) -> str:
    """Write a mark's label above its line, below it where there is no room above."""
    y = frame.y(mark.value, mark.side)
    at = y - 4 if y - 14 >= frame.top - 8 else y + 12
    return (
        f'<text x="{frame.right - 4:.1f}" y="{at:.1f}" class="mark end" fill="{mark.color}">'
        f"{escape(mark.label)}</text>"
    )


def _curve(frame: _Frame, curve: Curve, *, filled: bool) -> Iterator[str]:
    if not curve.points:
        return
    path = _path(frame, curve.points, curve.side)
    if filled:
        first, last = frame.x(curve.points[0][0]), frame.x(curve.points[-1][0])
        area = f"{path} L{last:.1f},{frame.bottom} L{first:.1f},{frame.bottom} Z"
        yield f'<path d="{area}" fill="{curve.color}" fill-opacity="0.35"/>'
    yield f'<path d="{path}" fill="none" stroke="{curve.color}" stroke-width="1.7"/>'
    places = [(frame.x(at), frame.y(value, curve.side)) for at, value in curve.points]
    apart = (places[-1][0] - places[0][0]) / (len(places) - 1) if len(places) > 1 else 99.0
    if apart >= _DOTS_ABOVE:
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{curve.color}"/>'


def _path(frame: _Frame, points: Points, side: Side) -> str:
    places = (f"{frame.x(at):.1f},{frame.y(value, side):.1f}" for at, value in points)
    return f"M{' L'.join(places)}"


def _no_data(frame: _Frame, curves: Sequence[Curve]) -> str:
    x, y = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    reasons = dict.fromkeys(curve.reason for curve in curves if curve.reason)
    lines = ["No data available", *reasons]
    return "".join(
        f'<text x="{x:.1f}" y="{y + 15 * number:.1f}" class="{kind} mid">{escape(line)}</text>'
        for number, (line, kind) in enumerate(
            zip(lines, ["none", *["why"] * len(reasons)], strict=True)
        )
    )


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
