from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.charts.scale import (
    number_text,
    time_text,
    time_ticks,
    value_scale,
    zone_text,
)

MOMENT = datetime(2026, 11, 23, 10, 17, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "minimum", "maximum", "ticks"),
    [
        ([1.5, 18.2, 10.0], 0.0, None, ["0", "5", "10", "15", "20"]),
        ([0.02, 0.18], 0.0, None, ["0.00", "0.05", "0.10", "0.15", "0.20"]),
        ([90.0, 99.0], None, None, ["90", "92", "94", "96", "98", "100"]),
        ([2e9, 112e9], 0.0, None, ["0", "50G", "100G", "150G"]),
        ([7.0], None, None, ["2", "4", "6", "8", "10", "12"]),
        ([0.0], 0.0, None, ["0.0", "0.5", "1.0", "1.5", "2.0"]),
        ([50.0], 0.0, 100.0, ["0", "20", "40", "60", "80", "100"]),
    ],
)
def test_value_ticks(
    values: list[float], minimum: float | None, maximum: float | None, ticks: list[str]
) -> None:
    scale = value_scale(values, minimum, maximum, 5)
    written = [number_text(tick, scale.step) for tick in scale.ticks()]
    assert [text if float(text.rstrip("G")) else ticks[0] for text in written] == ticks


FINITE = st.floats(min_value=-1e15, max_value=1e15).filter(lambda each: abs(each) > 1e-9)


@given(st.lists(FINITE, min_size=1, max_size=9))
def test_every_value_is_within_the_scale(values: list[float]) -> None:
    scale = value_scale(values, None, None, 5)
    assert all(-1e-6 <= scale.share(value) <= 1 + 1e-6 for value in values)
    assert 1 <= len(scale.ticks()) <= 9


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (timedelta(minutes=1), "10:16:40", "10:17:30"),
        (timedelta(hours=1), "09:20", "10:10"),
        (timedelta(hours=3), "07:30", "10:00"),
        (timedelta(days=1), "12:00", "09:00"),
        (timedelta(days=30), "10/26", "11/23"),
    ],
)
def test_time_ticks(span: timedelta, first: str, last: str) -> None:
    ticks = time_ticks(MOMENT - span, MOMENT, 8)
    texts = [time_text(tick, ticks) for tick in ticks]
    assert (texts[0], texts[-1]) == (first, last)
    assert 3 <= len(ticks) <= 9


def test_midnight_is_written_as_its_day() -> None:
    ticks = time_ticks(MOMENT - timedelta(days=1), MOMENT, 8)
    assert "11/23" in [time_text(tick, ticks) for tick in ticks]


def test_the_zone_is_named() -> None:
    assert zone_text(MOMENT) == "UTC"
    assert zone_text(MOMENT.astimezone(timezone(timedelta(hours=1)))) == "UTC+0100"
