from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from local.widget_images.data import Series
from local.widget_images.drawing import draw
from local.widget_images.lettering import LetteringError, drawable
from local.widget_images.widget import Widget, read_widget

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BLUE, RED = (0x1F, 0x77, 0xB4), (0xD7, 0x2B, 0x3F)
WIDGET = """{"width": 800, "height": 300, "title": "Upload failures", "start": "-PT1H",
 "metrics": [["AvatarSystem/KPI", "UploadFailureRate", {"period": 60}]],
 "yAxis": {"left": {"min": 0}}, "annotations":
 {"horizontal": [{"label": "over", "value": 10, "color": "#d72b3f"}]}}"""


def drawn(*values: float, widget: Widget | None = None) -> Image.Image:
    """Draw values of the last minutes, one a minute."""
    widget = widget or read_widget(WIDGET, NOW)
    points = tuple(
        (NOW - timedelta(minutes=len(values) - index), value) for index, value in enumerate(values)
    )
    data = draw(widget, [Series(widget.lines[0], points, "Percent" if points else "")])
    assert data.startswith(b"\x89PNG")
    return Image.open(io.BytesIO(data)).convert("RGB")


def places(image: Image.Image, color: tuple[int, int, int]) -> list[tuple[int, int]]:
    """List the pixels of a color in the plot, above the time axis and its legend."""
    access = image.load()
    assert access is not None
    width, height = image.size
    every = ((x, y) for x in range(width) for y in range(30, height - 62))
    return [place for place in every if near(access[place], color)]


def near(found: object, color: tuple[int, int, int]) -> bool:
    """Tell whether a pixel has a color, give or take what smoothing does to it."""
    assert isinstance(found, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(found, color, strict=True))


def test_it_has_the_size_that_was_asked_for() -> None:
    assert drawn(1, 2).size == (800, 300)


def test_a_higher_value_stands_higher_and_later_ones_to_the_right() -> None:
    line = places(drawn(2, 4, 18), BLUE)
    left, right = min(line), max(line)
    assert left[0] < right[0]
    assert left[1] > right[1]


def test_the_threshold_crosses_the_plot_between_the_values_it_parts() -> None:
    image = drawn(2, 18)
    line, threshold = places(image, BLUE), places(image, RED)
    across = [place for place in threshold if place[0] < 700]  # its label stands at the right
    assert max(x for x, _ in across) - min(x for x, _ in across) > 600
    height = across[0][1]
    assert min(y for _, y in line) < height < max(y for _, y in line)


def test_one_point_is_a_dot() -> None:
    dot = places(drawn(18), BLUE)
    assert 20 <= len(dot) <= 60
    assert max(x for x, _ in dot) - min(x for x, _ in dot) <= 8


def test_no_data_shows_no_line_and_no_threshold_but_says_so() -> None:
    image = drawn()
    assert not places(image, BLUE)
    assert not places(image, RED)
    middle = image.crop((300, 100, 500, 200)).convert("L")
    darkest, _ = middle.getextrema()
    assert isinstance(darkest, int | float)
    assert darkest < 150


def test_two_charts_of_different_values_differ() -> None:
    assert drawn(1, 2, 3).tobytes() != drawn(3, 2, 1).tobytes()


@pytest.mark.parametrize("size", [(240, 140), (2000, 300), (400, 2000)])
def test_every_size_can_be_drawn(size: tuple[int, int]) -> None:
    text = WIDGET.replace("800", str(size[0])).replace('"height": 300', f'"height": {size[1]}')
    assert drawn(1, 20, widget=read_widget(text, NOW)).size == size


def test_a_hundred_lines_leave_room_for_the_plot() -> None:
    rows = ",".join(f'["NS", "Metric{number}"]' for number in range(100))
    widget = read_widget(f'{{"width": 800, "metrics": [{rows}]}}', NOW)
    points = ((NOW - timedelta(minutes=5), 1.0), (NOW, 2.0))
    data = draw(widget, [Series(line, points, "None") for line in widget.lines])
    assert Image.open(io.BytesIO(data)).size == (800, 400)


def test_text_is_drawn_in_letters_that_the_font_has() -> None:
    assert drawable("Größe ≥ 10 → café") == "Grosse >= 10 -> cafe"
    with pytest.raises(LetteringError, match="失"):
        drawable("失")
