"""Values as a person reads them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.units import Unit, beside, compact, good_share, humanize


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (18.2, Unit.PERCENT, "18.2 %"),
        (100.0, Unit.PERCENT, "100 %"),
        (99.95, Unit.PERCENT, "99.95 %"),
        (99.999, Unit.PERCENT, "99.99 %"),  # 100 is said of what never failed
        (0.4, Unit.PERCENT, "0.4 %"),
        (0, Unit.PERCENT, "0 %"),
        (112e9, Unit.BYTES, "112 GB"),
        (999, Unit.BYTES, "999 bytes"),
        (1000, Unit.BYTES, "1 kB"),
        (-2.5e12, Unit.BYTES, "-2.5 TB"),
        (980, Unit.MILLISECONDS, "980 ms"),
        (5214, Unit.MILLISECONDS, "5.21 s"),
        (119, Unit.SECONDS, "119 s"),
        (120, Unit.SECONDS, "2 min"),
        (185, Unit.SECONDS, "3 min 5 s"),
        (-900, Unit.SECONDS, "-15 min"),
        (7170, Unit.SECONDS, "119 min 30 s"),
        (93_784, Unit.SECONDS, "26 h 3 min"),
        (180_000, Unit.SECONDS, "2 d 2 h"),
        (900_000, Unit.MILLISECONDS, "15 min"),
        (12, Unit.DAYS, "12 days"),
        (1284.6, Unit.USD, "$1,284.60"),
        (0.0123, Unit.USD, "$0.012"),
        (0.000067, Unit.USD, "$0.000067"),
        (-0.05, Unit.USD, "-$0.05"),
        (-3.0, Unit.USD, "-$3.00"),
        (1e-15, Unit.USD, "$0"),
        (1840, Unit.PER_MINUTE, "1,840/min"),
        (1234567.0, Unit.NONE, "1,234,567"),
        (1e18, Unit.NONE, "1e+18"),
        (0.000123, Unit.NONE, "0.00012"),
        (0.00001, Unit.PERCENT, "0.00001 %"),
        (1, Unit.DAYS, "1 day"),
    ],
)
def test_humanize(value: float, unit: Unit, text: str) -> None:
    assert humanize(value, unit) == text


@given(st.floats(120, 1e9))
def test_a_long_time_is_told_to_its_smaller_unit(seconds: float) -> None:
    of = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
    parts = humanize(seconds, Unit.SECONDS).replace(",", "").split()
    told = sum(int(many) * of[unit] for many, unit in zip(parts[::2], parts[1::2], strict=True))
    half = {"d": 1800, "h": 30, "min": 0.5}[parts[1]]
    assert abs(told - seconds) <= half + 0.5
    if len(parts) > 2:
        assert 0 < int(parts[2]) < of[parts[1]] / of[parts[3]]


OF_EACH = [
    (7, Unit.NONE, "7"), (7.5, Unit.PERCENT, "7.5 %"), (7.5, Unit.BYTES, "7.5 bytes"),
    (7.5, Unit.MILLISECONDS, "7.5 ms"), (7.5, Unit.SECONDS, "7.5 s"), (7.5, Unit.DAYS, "7.5 days"),
    (7.5, Unit.USD, "$7.50"), (7.5, Unit.PER_MINUTE, "7.5/min"), (7.5, Unit.PER_SECOND, "7.5/s"),
    (1500, Unit.BYTES_PER_SECOND, "1.5 kB/s"), (2500, Unit.MICROSECONDS, "2.5 ms"),
    (7.5, Unit.OBJECTIVE, "7.5 %"), (7.5, Unit.BITS, "7.5 bit"),
    (7.5, Unit.BITS_PER_SECOND, "7.5 bit/s"),
    *(
        (7.5, Unit[f"{name}{of}{rate}"], f"7.5 {short}{what}{each}")
        for name, short in (("KILO", "k"), ("MEGA", "M"), ("GIGA", "G"), ("TERA", "T"))
        for of, what in (("BYTES", "B"), ("BITS", "bit"))
        for rate, each in (("", ""), ("_PER_SECOND", "/s"))
    ),
]  # fmt: skip


def test_each_unit_is_written() -> None:
    for value, unit, text in OF_EACH:
        assert humanize(value, unit) == text
    assert {unit for _, unit, _ in OF_EACH} == set(Unit)


@pytest.mark.parametrize(
    ("below", "least", "unit", "texts"),
    [
        # the decimals
        (99.4, 100.4, Unit.NONE, ("99.4", "100")),
        (98.96, 99.96, Unit.PERCENT, ("99 %", "99.96 %")),
        (9.126, 10.126, Unit.PERCENT, ("9.13 %", "10.1 %")),
        (0.126, 1.126, Unit.PERCENT, ("0.13 %", "1.13 %")),
        (0.0126, 1.0126, Unit.PERCENT, ("0.013 %", "1.01 %")),
        (9.99e14, 1e15, Unit.NONE, ("999,000,000,000,000", "1e+15")),
        # the steps
        (999, 1e3, Unit.BYTES, ("999 bytes", "1 kB")),
        (999e3, 1e6, Unit.BYTES, ("999 kB", "1 MB")),
        (999e6, 1e9, Unit.BYTES, ("999 MB", "1 GB")),
        (999e9, 1e12, Unit.BYTES, ("999 GB", "1 TB")),
        (999e12, 1e15, Unit.BYTES, ("999 TB", "1 PB")),
        (999, 1000, Unit.MILLISECONDS, ("999 ms", "1 s")),
        # dollars: cents from ten of them on, two digits below
        (0.099, 0.1, Unit.USD, ("$0.099", "$0.10")),
        (9.99e14, 1e15, Unit.USD, ("$999,000,000,000,000.00", "$1e+15")),
        (1.26e-12, 1.26e-11, Unit.USD, ("$0.000000000001", "$0.000000000013")),
        # an objective: its hundredths from one to a hundred
        (0.0126, 1.0126, Unit.OBJECTIVE, ("0.013 %", "1.01 %")),
        (99.953, 100.126, Unit.OBJECTIVE, ("99.95 %", "100 %")),
    ],
)  # fmt: skip
def test_where_another_way_of_writing_begins(
    below: float, least: float, unit: Unit, texts: tuple[str, str]
) -> None:
    assert (humanize(below, unit), humanize(least, unit)) == texts
    if unit is not Unit.USD:
        assert (humanize(-below, unit), humanize(-least, unit)) == tuple(f"-{x}" for x in texts)


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


@given(st.integers(1, 10**6), st.data())
def test_a_share_of_counted_events_is_cut_from_the_true_one(
    total: int, data: st.DataObject
) -> None:
    """1 - 48/1000 is 95.19999… as a float: the share is 95.2 %, not 95.19 %."""
    bad = data.draw(st.integers(0, total))
    hundredths = (total - bad) * 10_000 // total
    wanted = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    assert good_share((1 - bad / total) * 100) == f"{wanted} %"


@given(st.floats(-1e14, 1e14), st.floats(-1e-3, 1e-3), st.sampled_from(Unit))
def test_what_is_beside_a_bound_reads_as_it_only_where_it_is_it(
    bound: float, off: float, unit: Unit
) -> None:
    value = bound * (1 + off)
    text = beside(value, bound, unit)
    assert (text == humanize(bound, unit)) is (value == bound)
    if text.startswith("just "):
        assert text.startswith("just under") is (value < bound)
