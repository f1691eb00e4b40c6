"""The page: panels on their grid, as HTML that needs nothing but itself."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from local.charts.model import Graph
from local.charts.svg import graph_svg, sparkline_svg
from local.dashboards.gauge import gauge_svg
from local.dashboards.panels import (
    COLUMNS,
    Alarms,
    DashboardError,
    Gauge,
    Number,
    Numbers,
    Panel,
    Table,
    Text,
)

_CSS = Path(__file__).with_name("page.css")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_MARKUP = re.compile(r"[*_`<>|]|^\s*[-+\d]+[.)]?\s|^#{4,}|!\[", re.MULTILINE)
_LEGEND_ROW = 18
_ALARM_WIDTH = 228
_SIGNS = {"ALARM": "▲", "OK": "✓", "INSUFFICIENT_DATA": "…", None: "–"}  # noqa: RUF001 - meant
_CLASSES = {
    "ALARM": "ringing",
    "OK": "fine",
    "INSUFFICIENT_DATA": "unknown",
    None: "unknown",
}
_WORDS = {
    "ALARM": "in alarm",
    "OK": "OK",
    "INSUFFICIENT_DATA": "no data yet",
    None: "not deployed here",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid's measures in pixels: a column, a row, the gap around a panel, its title."""

    column: int
    row: int
    gap: int
    title: int

    def width(self, panel: Panel) -> int:
        """Return a panel's inner width."""
        return panel.width * self.column - self.gap - 16

    def height(self, panel: Panel) -> int:
        """Return the height of a panel's content."""
        return panel.height * self.row - self.gap - 10 - (self.title if panel.title else 0)


def page(name: str, note: str, kind: str, grid: Grid, panels: Sequence[Panel]) -> str:
    """Return the whole page; ``kind`` names the look, ``note`` stands above the grid."""
    bottom = max(panel.y + panel.height for panel in panels) * grid.row
    boxes = "\n".join(_box(panel, grid) for panel in panels)
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(name)}</title>"
        f"<style>{_CSS.read_text()}</style></head>"
        f'<body class="{kind}"><header><h1>{escape(name)}</h1><span>{escape(note)}</span></header>'
        f'<main style="width:{COLUMNS * grid.column}px;height:{bottom}px">\n{boxes}\n</main>'
        "</body></html>\n"
    )


def _box(panel: Panel, grid: Grid) -> str:
    place = (
        f"left:{panel.x * grid.column}px;top:{panel.y * grid.row}px;"
        f"width:{panel.width * grid.column - grid.gap}px;"
        f"height:{panel.height * grid.row - grid.gap}px"
    )
    title = f"<h3>{escape(panel.title)}</h3>" if panel.title else ""
    kind = type(panel.content).__name__.lower()
    content = _content(panel, grid)
    return f'<section class="{kind}" style="{place}">{title}{content}</section>'


def _content(panel: Panel, grid: Grid) -> str:
    width, height = grid.width(panel), grid.height(panel)
    match panel.content:
        case Text(markdown=text):
            return markdown_html(text)
        case Graph() as graph:
            return _graph(graph, width, height)
        case Numbers(numbers=numbers):
            return _numbers(numbers, width, height)
        case Gauge() as gauge:
            return gauge_svg(gauge, width, height)
        case Alarms() as alarms:
            return _alarms(alarms, width)
        case Table() as table:
            return _table(table)


def markdown_html(text: str) -> str:
    """Return headings, paragraphs and links as HTML; DashboardError for any other markup."""
    parts = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        level = len(line) - len(line.lstrip("#"))
        words = line[level:].strip() if level else line
        if _MARKUP.search(_LINK.sub("", words)) or level > 3:
            raise DashboardError(f"markup that is not drawn here: {line}")
        inner = _LINK.sub(r'<a href="\2">\1</a>', escape(words, quote=False))
        # the page's name is its h1; panels have h3, whatever stands above them
        tag = f"h{max(level, 2)}" if level else "p"
        kind = ' class="top"' if level == 1 else ""
        parts.append(f"<{tag}{kind}>{inner}</{tag}>")
    return "".join(parts)


def _graph(graph: Graph, width: int, height: int) -> str:
    rows, used = 1, 0.0
    for curve in graph.curves:
        needed = len(curve.label) * 6.4 + 30
        rows, used = (rows + 1, needed) if used and used + needed > width else (rows, used + needed)
    rows = min(rows, 2)
    legend = "".join(
        f'<span><i style="background:{curve.color}"></i>{escape(curve.label)}</span>'
        for curve in graph.curves
    )
    tall = rows * _LEGEND_ROW
    svg = graph_svg(graph, width, height - tall)
    return f'{svg}<div class="legend" style="height:{tall}px">{legend}</div>'


def _numbers(numbers: Sequence[Number], width: int, height: int) -> str:
    columns = min(len(numbers), max(1, width // 180))
    rows = math.ceil(len(numbers) / columns)
    columns = math.ceil(len(numbers) / rows)
    wide, tall = width // columns, height // rows
    cells = (_number(each, wide - 14, max(0, tall - 60)) for each in numbers)
    style = f"grid-template-columns:repeat({columns},1fr);height:{height}px"
    return f'<div class="cells" style="{style}">{"".join(cells)}</div>'


def _number(number: Number, width: int, height: int) -> str:
    value = escape(number.text) if number.text is not None else '<span class="why">no data</span>'
    label = f'<span class="label">{escape(number.label)}</span>' if number.label else ""
    spark = sparkline_svg(number.points, number.color, width, height) if height > 12 else ""
    return f'<div class="cell"><b style="color:{number.color}">{value}</b>{label}{spark}</div>'


def _alarms(alarms: Alarms, width: int) -> str:
    boxes = "".join(
        f'<div class="alarm {_CLASSES[each.state]}" title="{escape(each.reason)}">'
        f"<b>{_SIGNS[each.state]}</b> {escape(each.name)}"
        f"<small>{_WORDS[each.state]}</small></div>"
        for each in alarms.alarms
    )
    style = f"grid-template-columns:repeat({max(1, width // _ALARM_WIDTH)},1fr)"
    return f'<div class="states" style="{style}">{boxes}</div>'


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in table.heads)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
