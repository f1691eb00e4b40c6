"""Graphs and courses as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from local.charts.layout import Area, Course, Frame, Rule, Shape, Words, shapes
from local.charts.model import Graph, Points
from local.charts.scale import ValueScale

_LETTER = 6.1  # pixels of a mean letter of the axes' font


def sized(width: int, height: int) -> str:
    """Return the attributes of a drawing that shrinks with its panel."""
    return f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'


def graph_svg(graph: Graph, width: int, height: int) -> str:
    """Return a graph as an SVG element of so many pixels."""
    made = shapes(graph, width, height, lambda text: len(text) * _LETTER)
    parts = "".join(part for shape in made for part in _drawn(shape))
    return f'<svg {sized(width, height)} class="graph">{parts}</svg>'


def sparkline_svg(points: Points, color: str, width: int, height: int) -> str:
    """Return a course without axes; empty without points."""
    if len(points) < 2:
        return f"<svg {sized(width, height)}></svg>"
    low, high = min(v for _, v in points), max(v for _, v in points)
    scale = ValueScale(low, high if high > low else low + 1, 1.0)
    frame = Frame(0, width, 2, height - 2, points[0][0], points[-1][0], {"left": scale})
    path = _path(frame.course(points, "left"))
    area = f"{path} L{width},{height} L0,{height} Z"
    return (
        f'<svg {sized(width, height)} class="spark">'
        f'<path d="{area}" fill="{color}" fill-opacity="0.12"/>'
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.4"/></svg>'
    )


def _drawn(shape: Shape) -> Iterator[str]:
    match shape:
        case Rule():
            yield _rule(shape)
        case Words():
            fill = f' fill="{shape.color}"' if shape.color else ""
            yield (
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" class="{shape.kind} {shape.anchor}"'
                f"{fill}>{escape(shape.text)}</text>"
            )
        case Area():
            yield (
                f'<rect x="{shape.left:.1f}" y="{shape.top:.1f}"'
                f' width="{shape.right - shape.left:.1f}" height="{shape.bottom - shape.top:.1f}"'
                f' fill="{shape.color}" fill-opacity="0.13"/>'
            )
        case Course():
            yield from _course(shape)


def _rule(rule: Rule) -> str:
    style = f'class="{rule.color}"'
    if rule.color.startswith("#"):
        dash = ' stroke-dasharray="6 4"' if rule.dashed else ""
        style = f'stroke="{rule.color}" stroke-width="1.6"{dash}'
    return (
        f'<line x1="{rule.x1:.1f}" x2="{rule.x2:.1f}" y1="{rule.y1:.1f}" y2="{rule.y2:.1f}"'
        f" {style}/>"
    )


def _course(course: Course) -> Iterator[str]:
    path = _path(course.points)
    if course.down_to is not None:
        first, last = course.points[0][0], course.points[-1][0]
        area = f"{path} L{last:.1f},{course.down_to} L{first:.1f},{course.down_to} Z"
        yield f'<path d="{area}" fill="{course.color}" fill-opacity="0.35"/>'
    yield f'<path d="{path}" fill="none" stroke="{course.color}" stroke-width="1.7"/>'
    if course.is_dotted:
        for x, y in course.points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{course.color}"/>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    return f"M{' L'.join(f'{x:.1f},{y:.1f}' for x, y in points)}"
