"""Values as a person reads them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.units import Unit, compact, good_share, humanize


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (18.2, Unit.PERCENT, "18.2 %"),
        (100.0, Unit.PERCENT, "100 %"),
        (99.95, Unit.PERCENT, "99.95 %"),
        (99.999, Unit.PERCENT, "100 %"),
        (0.4, Unit.PERCENT, "0.4 %"),
        (0, Unit.PERCENT, "0 %"),
        (112e9, Unit.BYTES, "112 GB"),
        (999, Unit.BYTES, "999 bytes"),
        (1000, Unit.BYTES, "1 kB"),
        (-2.5e12, Unit.BYTES, "-2.5 TB"),
        (980, Unit.MILLISECONDS, "980 ms"),
        (5214, Unit.MILLISECONDS, "5.21 s"),
        (12, Unit.DAYS, "12 days"),
        (1284.6, Unit.USD, "$1,284.60"),
        (0.0123, Unit.USD, "$0.012"),
        (0.000067, Unit.USD, "$0.000067"),
        (-0.05, Unit.USD, "$-0.05"),
        (1e-15, Unit.USD, "$0"),
        (1840, Unit.PER_MINUTE, "1,840/min"),
        (1234567.0, Unit.NONE, "1,234,567"),
        (1e18, Unit.NONE, "1e+18"),
        (0.000123, Unit.NONE, "0.00012"),
    ],
)
def test_humanize(value: float, unit: Unit, text: str) -> None:
    assert humanize(value, unit) == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(Unit))
def test_any_value_is_short_and_has_its_sign(value: float, unit: Unit) -> None:
    text = humanize(value, unit)
    assert len(text) < 40
    assert text.replace("$", "").startswith("-") == (value < 0)


@given(st.floats(1e-9, 1e14))
def test_what_is_written_is_near_what_was_meant(value: float) -> None:
    assert math.isclose(float(compact(value).replace(",", "")), value, rel_tol=0.06)


@pytest.mark.parametrize(
    ("value", "text"),
    [(100.0, "100 %"), (99.99999, "99.99 %"), (99.5, "99.5 %"), (0.0, "0 %"), (97.126, "97.12 %")],
)
def test_a_share_of_what_was_well_is_never_rounded_up(value: float, text: str) -> None:
    assert good_share(value) == text
