"""What both drawings stand on: the same graph has its shapes at the same places in each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.charts.layout import Area, Course, Rule, Shape, Words, shapes
from local.charts.model import Axis, Curve, Graph, Mark
from local.charts.svg import graph_svg

START = datetime(2026, 11, 25, 10, tzinfo=UTC)
END = START + timedelta(hours=6)
VALUES = st.lists(st.floats(-1e6, 1e9), max_size=40)


def graph(values: list[float], *marks: Mark, zone: str = "", axis: Axis | None = None) -> Graph:
    step = (END - START) / max(1, len(values) - 1)
    points = tuple((START + n * step, value) for n, value in enumerate(values))
    return Graph(
        (Curve("uploads", "#1f77b4", points),), marks, START, END, axis or Axis(), zone=zone
    )


def made(shown: Graph) -> list[Shape]:
    return list(shapes(shown, 640, 200, lambda text: 6.0 * len(text)))


@given(VALUES, st.sampled_from(["", "UTC", "UTC+0100"]))
def test_everything_stands_within_the_room(values: list[float], zone: str) -> None:
    for shape in made(graph(values, Mark(100, "over", "#d62728"), zone=zone)):
        match shape:
            case Rule(x1, y1, x2, y2):
                assert 0 <= x1 <= x2 <= 640
                assert 0 <= y1 == y2 <= 200
            case Course(points):
                assert all(0 <= x <= 640 and 0 <= y <= 200 for x, y in points)
            case Words(x, y):
                assert 0 <= x <= 640
                assert 0 <= y <= 200


@given(st.sampled_from(["UTC", "UTC+0530"]))
def test_no_time_is_written_over_the_zones_name(zone: str) -> None:
    on_axis = [w for w in made(graph([1, 2], zone=zone)) if isinstance(w, Words) and w.y == 194]
    [name] = [each for each in on_axis if each.text == zone]
    times = [each for each in on_axis if each is not name]
    assert times
    assert max(each.x + 3 * len(each.text) for each in times) < name.x - 6 * len(zone)


@pytest.mark.parametrize("filled", ["above", "below"])
def test_a_mark_tints_its_side(filled: str) -> None:
    mark = Mark(10, "over", "#d62728", filled=filled)  # type: ignore[arg-type]
    shown = graph([0, 20], mark)
    [area] = [each for each in made(shown) if isinstance(each, Area)]
    [line] = [each for each in made(shown) if isinstance(each, Rule) and each.color == "#d62728"]
    assert (area.bottom if filled == "above" else area.top) == line.y1
    assert area.top < area.bottom
    assert re.search(r'<rect [^>]*fill="#d62728"', graph_svg(shown, 640, 200))


def test_an_axis_that_nothing_gives_is_not_written() -> None:
    ticks = [w for w in made(graph([], axis=Axis(0, 100))) if isinstance(w, Words)]
    assert not [each for each in ticks if each.kind == "tick" and each.text == "100"]
    assert "No data available" in [each.text for each in ticks]
