"""The picture: a line chart in the manner of CloudWatch's light theme, as a PNG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from local.charts.layout import Area, Course, Rule, Shape, Words, shapes
from local.charts.model import Axis, Curve, Graph, Mark
from local.charts.scale import zone_text
from local.widget_images.legend import Entry, draw_legend, legend_height
from local.widget_images.lettering import font, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.widget_images.data import Series
    from local.widget_images.widget import Widget

INK, PALE_INK, PAPER = "#16191f", "#545b64", "#ffffff"
RULES = {"axis": "#aab7b8", "grid": "#e9ebed"}
SCALE = 1.2  # pixels of this picture to one of a page
MARGIN, INSET = 14, 10
_DOT = 3.2
_FINER = 3  # what is slanted is drawn so many times larger, then made smaller
_SIZES = {"tick": 12, "mark": 12, "none": 16}
_ANCHORS = {"start": "ls", "mid": "ms", "end": "rs"}


def draw(widget: Widget, series: Sequence[Series]) -> bytes:
    """Draw a widget's series; without any point it says so, as CloudWatch does."""
    image = Image.new("RGB", (widget.width, widget.height), PAPER)
    canvas = ImageDraw.Draw(image)
    entries = [Entry(each.line.label, each.line.color) for each in series]
    entries += [Entry(each.label, each.color) for each in widget.thresholds if each.label]
    below = legend_height(entries, widget) if widget.legend else 0
    above = 34 if widget.title else 4
    height = widget.height - above - below
    made = shapes(
        _graph(widget, series), (widget.width - INSET) / SCALE, height / SCALE,
        lambda text: font(_SIZES["tick"]).getlength(text) / SCALE,
    )  # fmt: skip
    _Pen(image, above, above + height).draw(made)
    if widget.title:
        title = shortened(widget.title, font(17), widget.width - 2 * MARGIN)
        canvas.text((MARGIN, 22), title, INK, font(17), "lm", stroke_width=0.3)
    if widget.legend:
        draw_legend(canvas, entries, widget)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _graph(widget: Widget, series: Sequence[Series]) -> Graph:
    """Return a widget as a graph; a threshold is shown where there is something to hold to it."""
    start, end = widget.start.astimezone(widget.zone), widget.end.astimezone(widget.zone)
    has_data = any(each.points for each in series)
    label = (widget.axis_label or _unit(series)) if has_data else ""
    return Graph(
        tuple(Curve(each.line.label, each.line.color, each.points) for each in series),
        tuple(
            Mark(each.value, each.label, each.color, filled=each.fill)
            for each in widget.thresholds
            if has_data and _is_within(widget, each.value)
        ),
        start,
        end,
        Axis(widget.minimum, widget.maximum, label),
        zone=zone_text(start),
    )


def _is_within(widget: Widget, value: float) -> bool:
    low, high = widget.minimum, widget.maximum
    return (low is None or low <= value) and (high is None or value <= high)


def _unit(series: Sequence[Series]) -> str:
    units = {each.unit for each in series if each.points}
    if len(units) > 1:
        return "Various units"
    unit = units.pop()
    return "No unit" if unit == "None" else unit


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws shapes from ``top`` to ``bottom`` of an image."""

    image: Image.Image
    top: int
    bottom: int

    def draw(self, made: Iterable[Shape]) -> None:
        """Draw: rules and texts, then what is slanted, then the marks' labels upon it."""
        canvas = ImageDraw.Draw(self.image)
        listed = list(made)
        labels = [each for each in listed if isinstance(each, Words) and each.kind == "mark"]
        for shape in listed:
            if isinstance(shape, Rule):
                self._rule(canvas, shape)
            elif isinstance(shape, Words) and shape not in labels:
                self._words(canvas, shape)
        self._slanted([each for each in listed if isinstance(each, Area | Course)])
        for label in labels:
            self._words(canvas, label)

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return INSET + round(x * SCALE), self.top + round(y * SCALE)

    def _rule(self, canvas: ImageDraw.ImageDraw, rule: Rule) -> None:
        color = RULES.get(rule.color)
        places = (self._at(rule.x1, rule.y1), self._at(rule.x2, rule.y2))
        canvas.line(places, color or rule.color, 1 if color else 2)

    def _words(self, canvas: ImageDraw.ImageDraw, words: Words) -> None:
        face = font(_SIZES[words.kind])
        text = shortened(words.text, face, self.image.width - 2 * MARGIN)
        x, y = self._at(words.x, words.y)
        canvas.text(
            (x, y), text, words.color or PALE_INK, face, _ANCHORS[words.anchor],
            stroke_width=0 if words.kind == "tick" else 3, stroke_fill=PAPER,
        )  # fmt: skip

    def _slanted(self, made: Sequence[Area | Course]) -> None:
        """Draw what is not level or upright enlarged on a layer of its own: Pillow's is jagged."""
        size = (self.image.width - INSET, self.bottom - self.top)
        layer = Image.new("RGBA", (size[0] * _FINER, size[1] * _FINER), (255, 255, 255, 0))
        canvas, finer = ImageDraw.Draw(layer), SCALE * _FINER
        for shape in made:
            if isinstance(shape, Area):
                box = (shape.left, shape.top, shape.right, shape.bottom)
                canvas.rectangle([each * finer for each in box], f"{shape.color}22")
                continue
            at = [(x * finer, y * finer) for x, y in shape.points]
            canvas.line(at, shape.color, 2 * _FINER, joint="curve")
            for x, y in at if shape.is_dotted else ():
                canvas.circle((x, y), _DOT * _FINER, shape.color)
        small = layer.resize(size, Image.Resampling.LANCZOS)
        self.image.paste(small, (INSET, self.top), small)
