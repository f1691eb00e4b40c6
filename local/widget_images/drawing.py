"""The picture: a line chart in the manner of CloudWatch's light theme, as a PNG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from local.widget_images.legend import Entry, draw_legend, legend_height
from local.widget_images.lettering import font, shortened
from local.widget_images.scale import (
    ValueScale,
    number_text,
    time_text,
    time_ticks,
    value_scale,
    zone_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from local.widget_images.data import Series
    from local.widget_images.widget import Threshold, Widget

INK, PALE_INK, GRID, AXIS, PAPER = "#16191f", "#545b64", "#e9ebed", "#aab7b8", "#ffffff"
NO_DATA = "No data available"
MARGIN = 14
_FINER = 3  # what is slanted is drawn so many times larger, then made smaller
_BLEED = 6  # pixels around the plot that a dot on its edge may cover
_DOT_ROOM = 7.0  # pixels between points below which dots would hide the line


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot's rectangle in the image, and what its edges stand for."""

    left: int
    top: int
    right: int
    bottom: int
    start: datetime
    end: datetime
    scale: ValueScale

    def x(self, moment: datetime) -> float:
        """Return where a moment stands, in pixels from the image's left."""
        return self.left + (moment - self.start) / (self.end - self.start) * (
            self.right - self.left
        )

    def y(self, value: float) -> float:
        """Return where a value stands, in pixels from the image's top."""
        return self.bottom - self.scale.share(value) * (self.bottom - self.top)


def draw(widget: Widget, series: Sequence[Series]) -> bytes:
    """Draw a widget's series; without any point it says so, as CloudWatch does."""
    image = Image.new("RGB", (widget.width, widget.height), PAPER)
    canvas = ImageDraw.Draw(image)
    entries = [Entry(each.line.label, each.line.color) for each in series]
    entries += [Entry(each.label, each.color) for each in widget.thresholds if each.label]
    below = legend_height(entries, widget) if widget.legend else 0
    plot = _plot(widget, series, below)
    _draw_frame(canvas, widget, plot)
    if any(each.points for each in series):
        _draw_values(canvas, plot, widget.axis_label or _unit(series))
        for threshold in widget.thresholds:
            _draw_threshold(canvas, plot, threshold)
        _draw_lines(image, plot, widget, series)
    else:
        middle = ((plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2)
        canvas.text(middle, NO_DATA, PALE_INK, font(16), "mm", stroke_width=3, stroke_fill=PAPER)
    if widget.legend:
        draw_legend(canvas, entries, widget)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _plot(widget: Widget, series: Sequence[Series], below: int) -> Plot:
    top = 60 if widget.title else 28
    bottom = widget.height - below - 34
    values = [value for each in series for _, value in each.points]
    shown = [*values, *(each.value for each in widget.thresholds)] if values else [0.0, 1.0]
    scale = value_scale(shown, widget.minimum, widget.maximum, max(2, (bottom - top) // 40))
    texts = [number_text(tick, scale.step) for tick in scale.ticks()] if values else [""]
    left = MARGIN + round(max(font(12).getlength(text) for text in texts)) + 8
    start, end = widget.start.astimezone(widget.zone), widget.end.astimezone(widget.zone)
    return Plot(left, top, widget.width - MARGIN - 8, bottom, start, end, scale)


def _unit(series: Sequence[Series]) -> str:
    units = {each.unit for each in series if each.points}
    if len(units) > 1:
        return "Various units"
    unit = units.pop()
    return "No unit" if unit == "None" else unit


def _draw_frame(canvas: ImageDraw.ImageDraw, widget: Widget, plot: Plot) -> None:
    """Draw title, time axis and its ticks: they stand with and without data."""
    if widget.title:
        title = shortened(widget.title, font(17), widget.width - 2 * MARGIN)
        canvas.text((MARGIN, 22), title, INK, font(17), "lm", stroke_width=0.3)
    zone = zone_text(plot.start)
    ticks = time_ticks(plot.start, plot.end, (plot.right - plot.left) // 75)
    zone_left = plot.right - font(12).getlength(zone) - 8
    for tick in ticks:
        x, text = round(plot.x(tick)), time_text(tick, ticks)
        canvas.line(((x, plot.bottom), (x, plot.bottom + 4)), AXIS)
        half = font(12).getlength(text) / 2
        if x - half > 2 and x + half < zone_left:
            canvas.text((x, plot.bottom + 15), text, PALE_INK, font(12), "mm")
    canvas.text((plot.right, plot.bottom + 15), zone, PALE_INK, font(12), "rm")
    canvas.line(((plot.left, plot.bottom), (plot.right, plot.bottom)), AXIS)


def _draw_values(canvas: ImageDraw.ImageDraw, plot: Plot, label: str) -> None:
    for tick in plot.scale.ticks():
        y = round(plot.y(tick))
        if y < plot.bottom:
            canvas.line(((plot.left, y), (plot.right, y)), GRID)
        text = number_text(tick, plot.scale.step)
        canvas.text((plot.left - 8, y), text, PALE_INK, font(12), "rm")
    room = plot.right - MARGIN
    canvas.text((MARGIN, plot.top - 16), shortened(label, font(12), room), PALE_INK, font(12), "lm")


def _draw_lines(image: Image.Image, plot: Plot, widget: Widget, series: Sequence[Series]) -> None:
    """Draw what is not upright enlarged on a layer of its own: Pillow's lines are jagged."""
    corner = (plot.left - _BLEED, plot.top - _BLEED)
    size = (plot.right - plot.left + 2 * _BLEED, plot.bottom - plot.top + 2 * _BLEED)
    layer = Image.new("RGBA", (size[0] * _FINER, size[1] * _FINER), (255, 255, 255, 0))
    canvas = ImageDraw.Draw(layer)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - corner[0]) * _FINER, (y - corner[1]) * _FINER

    for threshold in widget.thresholds:
        y = plot.y(threshold.value)
        if threshold.fill != "none":
            edge = plot.top if threshold.fill == "above" else plot.bottom
            box = (place(plot.left, min(y, edge)), place(plot.right, max(y, edge)))
            canvas.rectangle(box, f"{threshold.color}22")
    for each in series:
        at = [place(plot.x(moment), plot.y(value)) for moment, value in each.points]
        canvas.line(at, each.line.color, 2 * _FINER, joint="curve")
        apart = (at[-1][0] - at[0][0]) / (len(at) - 1) if len(at) > 1 else _DOT_ROOM * _FINER
        if apart >= _DOT_ROOM * _FINER:
            for x, y in at:
                canvas.circle((x, y), 3.2 * _FINER, each.line.color)
    small = layer.resize(size, Image.Resampling.LANCZOS)
    image.paste(small, corner, small)


def _draw_threshold(canvas: ImageDraw.ImageDraw, plot: Plot, threshold: Threshold) -> None:
    """Draw a line with its label at the right, below it where there is no room above."""
    y = round(plot.y(threshold.value))
    if not plot.top <= y <= plot.bottom:
        return
    canvas.line(((plot.left, y), (plot.right, y)), threshold.color, 2)
    text = shortened(threshold.label, font(12), plot.right - plot.left - 12)
    place = (plot.right - 6, y - 11 if y - 14 >= plot.top else y + 11)
    canvas.text(place, text, threshold.color, font(12), "rm", stroke_width=3, stroke_fill=PAPER)
