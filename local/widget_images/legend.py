"""The legend below the plot, in as many rows as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.widget_images.lettering import font, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import ImageDraw

    from local.widget_images.widget import Widget

INK = "#16191f"
_ROW = 20
_SQUARE = 10
_GAP = 18
_MARGIN = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One label and the color of its line; no color where it only counts the ones left out."""

    label: str
    color: str | None


def legend_height(entries: Sequence[Entry], widget: Widget) -> int:
    """Return the height of the legend in pixels: a third of the widget at most."""
    return len(_rows(entries, widget)) * _ROW + 4


def draw_legend(canvas: ImageDraw.ImageDraw, entries: Sequence[Entry], widget: Widget) -> None:
    """Draw the legend at the widget's bottom."""
    rows = _rows(entries, widget)
    y = widget.height - len(rows) * _ROW + _ROW // 2 - 6
    for row in rows:
        x = _MARGIN
        for entry in row:
            if entry.color:
                box = (x, y - _SQUARE // 2, x + _SQUARE, y + _SQUARE // 2)
                canvas.rounded_rectangle(box, 2, entry.color)
                x += _SQUARE + 6
            text = shortened(entry.label, font(13), widget.width - x - _MARGIN)
            canvas.text((x, y), text, INK, font(13), "lm")
            x += round(font(13).getlength(text)) + _GAP
        y += _ROW


def _rows(entries: Sequence[Entry], widget: Widget) -> list[list[Entry]]:
    rows: list[list[Entry]] = [[]]
    used = _MARGIN
    for entry in entries:
        width = _SQUARE + 6 + round(font(13).getlength(entry.label)) + _GAP
        if rows[-1] and used + width > widget.width - _MARGIN:
            rows.append([])
            used = _MARGIN
        rows[-1].append(entry)
        used += width
    fitting = max(1, widget.height // 3 // _ROW)
    if len(rows) > fitting:
        left_out = sum(len(row) for row in rows[fitting - 1 :])
        return [*rows[: fitting - 1], [Entry(f"and {left_out} more", None)]]
    return rows
