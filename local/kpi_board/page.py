"""The board as one HTML file that needs no script and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.kpi_board.board import Board, Row
from local.paths import STYLE

WIDTH, HEIGHT = 140, 28
_VERDICTS = {"✓": "met", "✗": "missed", "·": "monitored", "○": "no-data"}


def html(board: Board) -> str:
    """Return the page."""
    templates = Environment(
        loader=FileSystemLoader([Path(__file__).parent / "templates", STYLE]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.globals |= {"curve": curve, "goal": goal, "verdict": _VERDICTS.__getitem__}
    return templates.get_template("kpis.html").render(board=board, width=WIDTH, height=HEIGHT)


def curve(row: Row) -> str:
    """Return an SVG path of the course; empty where there is none."""
    if len(row.course) < 2:
        return ""
    step = WIDTH / (len(row.course) - 1)
    return "M" + "L".join(
        f"{index * step:.1f} {_height(row, value):.1f}" for index, value in enumerate(row.course)
    )


def goal(row: Row) -> float | None:
    """Return where the target's line is drawn, None where the course never comes near it."""
    if row.kpi.target is None or len(row.course) < 2:
        return None
    low, high = min(row.course), max(row.course)
    margin = (high - low) / 2
    value = row.kpi.target.value
    return _height(row, value) if low - margin <= value <= high + margin else None


def _height(row: Row, value: float) -> float:
    low, high = min(row.course), max(row.course)
    share = (value - low) / (high - low) if high > low else 0.5
    inner = HEIGHT / 2  # the outer quarters are for a target beyond the course
    return HEIGHT - HEIGHT / 4 - share * inner
