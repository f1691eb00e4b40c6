"""The graph's geometry, read from the SVG's own numbers."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from local.charts.model import (
    Axis,
    Curve,
    Graph,
    Mark,
    Points,
    Side,
)
from local.charts.svg import graph_svg, sparkline_svg
from local.dashboards.page import Grid, markdown_html, page
from local.dashboards.panels import (
    Alarms,
    AlarmState,
    DashboardError,
    Gauge,
    Number,
    Numbers,
    Panel,
    Table,
    Text,
)

START = datetime(2026, 11, 25, 10, tzinfo=UTC)
END = START + timedelta(hours=1)
GRID = Grid(column=60, row=40, gap=8, title=22)


def points(*values: float) -> Points:
    step = timedelta(hours=1) / max(1, len(values) - 1)
    return tuple((START + n * step, value) for n, value in enumerate(values))


def curve(*values: float, side: Side = "left", color: str = "#1f77b4") -> Curve:
    return Curve("uploads", color, points(*values), side)


def graph(*curves: Curve, marks: tuple[Mark, ...] = (), **changes: object) -> Graph:
    given: dict[str, object] = {"left": Axis(0, 100)} | changes
    return Graph(curves, marks, START, END, **given)  # type: ignore[arg-type]


def paths(svg: str, color: str = "#1f77b4") -> list[list[tuple[float, float]]]:
    found = re.findall(rf'<path d="M([^"Z]*)" fill="none" stroke="{color}"', svg)
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in each.split(" L"))]
        for each in found
    ]


def test_a_line_is_at_its_times_and_values() -> None:
    [line] = paths(graph_svg(graph(curve(0, 50, 100)), 400, 200))
    (left, low), (middle, half), (right, top) = line
    assert middle - left == pytest.approx(right - middle, abs=0.2)
    assert low - half == pytest.approx(half - top, abs=0.2)
    assert 0 < left < right < 400
    assert 0 < top < low < 200


def test_the_right_axis_is_a_scale_of_its_own() -> None:
    svg = graph_svg(
        graph(curve(100), curve(1e9, side="right", color="#9467bd"), right=Axis(0, 1e9)), 400, 200
    )
    [[(_, one)]], [[(_, other)]] = paths(svg), paths(svg, "#9467bd")
    assert one == other
    assert ">1G</text>" in svg


def test_stacked_lines_stand_upon_each_other() -> None:
    stacked = graph(curve(30, 30), curve(20, 20, color="#9467bd"), stacked=True)
    alone = graph(curve(50, 50, color="#9467bd"))
    svg = graph_svg(stacked, 400, 200)
    assert paths(svg, "#9467bd") == paths(graph_svg(alone, 400, 200), "#9467bd")
    assert svg.count('fill-opacity="0.35"') == 2


def test_a_mark_is_at_its_value_with_its_label_and_colour() -> None:
    svg = graph_svg(graph(curve(50, 50), marks=(Mark(50, "target < 50", "#2ca02c"),)), 400, 200)
    [[(_, y), _]] = paths(svg)
    assert f'y1="{y:.1f}" y2="{y:.1f}" stroke="#2ca02c"' in svg
    assert ">target &lt; 50</text>" in svg


def test_a_mark_is_shown_even_where_no_value_comes_near_it() -> None:
    far = (Mark(500, "limit", "#d62728"),)
    svg = graph_svg(graph(curve(1, 2), marks=far, left=Axis()), 400, 200)
    [y] = re.findall(r'y1="([\d.]+)" y2="[\d.]+" stroke="#d62728"', svg)
    assert 0 < float(y) < 200


def test_without_data_it_says_so_and_why() -> None:
    svg = graph_svg(graph(Curve("uploads", "#1f77b4", (), reason="not published yet")), 400, 200)
    assert "No data available" in svg
    assert "not published yet" in svg
    assert "<path" not in svg


def test_a_course_needs_two_points() -> None:
    assert "<path" not in sparkline_svg(points(1), "#1f77b4", 100, 30)
    assert "<path" in sparkline_svg(points(1, 1), "#1f77b4", 100, 30)


def panel(content: object, title: str = "Uploads") -> Panel:
    return Panel(0, 0, 12, 6, title, content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (Text("# Head\nWords"), '<h2 class="top">Head</h2><p>Words</p>'),
        (Numbers((Number("Error rate", "0.5 %", "#2ca02c", points(1, 2)),)), "0.5 %"),
        (Numbers((Number("Error rate", None, "#2ca02c", ()),)), "no data"),
        (Gauge(Number("", "60 %", "#2ca02c", ()), 60, 0, 100), "60 %"),
        (Alarms((AlarmState("StorageCritical", "ALARM", 'over "100"'),)), "in alarm"),
        (Alarms((AlarmState("StorageCritical", None),)), "not deployed here"),
        (Table(("user", "uploads"), (("<b>", "3"),)), "<td>&lt;b&gt;</td><td>3</td>"),
        (graph(curve(1, 2)), 'class="graph"'),
    ],
)
def test_every_kind_is_drawn(content: object, told: str) -> None:
    assert told in page("Avatars", "until now", "cloudwatch", GRID, [panel(content)])


def test_a_panel_stands_in_its_cells() -> None:
    shown = page("Avatars", "", "grafana", GRID, [Panel(6, 2, 12, 5, "", Text("Words"))])
    assert "left:360px;top:80px;width:712px;height:192px" in shown
    assert "width:1440px;height:280px" in shown


@pytest.mark.parametrize("text", ["- a list", "**bold**", "`code`", "<b>", "![x](y)", "#### four"])
def test_markup_that_is_not_drawn_is_refused(text: str) -> None:
    with pytest.raises(DashboardError):
        markdown_html(text)


def test_links() -> None:
    assert markdown_html("See [the & book](https://example.com/a_b)") == (
        '<p>See <a href="https://example.com/a_b">the &amp; book</a></p>'
    )
