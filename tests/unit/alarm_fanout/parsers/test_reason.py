"""The sentence with which CloudWatch gives its reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_fanout.alert import Comparison
from alarm_fanout.parsers.reason import Reason, read, rings_for_want_of_data


def test_all_that_a_reason_tells() -> None:
    text = (
        "Threshold Crossed: 2 out of the last 3 datapoints [18.2 (23/11/26 10:15:00), "
        "-1.5E-4 (23/11/26 10:05:00)] were greater than or equal to the threshold (1.0E1) "
        "(minimum 2 datapoints for OK -> ALARM transition)."
    )
    assert read(text) == Reason(
        values=(18.2, -0.00015),
        since=datetime(2026, 11, 23, 10, 5, tzinfo=UTC),
        threshold=10.0,
        comparison=Comparison.GreaterThanOrEqualToThreshold,
        periods=3,
        breaching=2,
        crossed=2,
        of=3,
    )


@pytest.mark.parametrize(
    ("number", "value"), [("1.5E-4", 0.00015), ("1.5e-4", 0.00015), ("-2", -2.0), ("٣", None)]
)
def test_numbers_are_as_programs_write_them(number: str, value: float | None) -> None:
    text = f"1 out of the last 1 datapoints [{number} (23/11/26 10:15:00)] was so"
    assert read(text).values == (() if value is None else (value,))


def test_a_recovery_needs_as_many_good_periods_as_make_the_alarm_impossible() -> None:
    text = (
        "Threshold Crossed: 1 out of the last 3 datapoints [0.4 (23/11/26 10:33:00)] was not "
        "greater than the threshold (10.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )
    reason = read(text.replace(" of 3", " out of the last 3 datapoints"))
    assert (reason.breaching, reason.periods) == (3, 3)
    assert reason.comparison is Comparison.GreaterThanThreshold


@pytest.mark.parametrize(
    ("words", "comparison"),
    [
        ("less than the threshold (1.0)", Comparison.LessThanThreshold),
        ("less than or equal to the threshold (1.0)", Comparison.LessThanOrEqualToThreshold),
        ("greater than the threshold (1.0)", Comparison.GreaterThanThreshold),
        ("greater than the upper thresholds [1.0]", Comparison.GreaterThanUpperThreshold),
        ("less than the lower thresholds [1.0]", Comparison.LessThanLowerThreshold),
        (
            "less than the lower thresholds [1.0] or greater than the upper thresholds [2.0]",
            Comparison.LessThanLowerOrGreaterThanUpperThreshold,
        ),
    ],
)
def test_every_comparison(words: str, comparison: Comparison) -> None:
    assert read(f"Thresholds Crossed: 1 datapoint [5.0] was {words}.").comparison is comparison


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Unchecked: Initial alarm creation",
        "Insufficient Data: 1 datapoint was unknown.",
        "[NaN, none (99/99/99 00:00:00)]",
        f"[{'9' * 400}] the threshold ({'9' * 400})",
    ],
)
def test_a_reason_that_tells_nothing(text: str) -> None:
    assert read(text) == Reason()


@pytest.mark.parametrize("piece", ["[", "(", "1", "[1 (", "minimum 1 ", "9."])
def test_a_hostile_reason_is_read_to_its_end(piece: str) -> None:
    # where a pattern tried every way of reading it, this would not come back
    assert read(piece * 100_000) is not None


SILENT = "no datapoints were received for"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("3 of 3 (minimum 3 datapoints for OK -> ALARM transition)", (3, 3)),
        ("1 of 3 (minimum 1 datapoint for OK -> ALARM transition)", (1, 3)),
        ("1 of 3 (minimum 3 datapoints for ALARM -> OK transition)", (1, 3)),
        ("1 of 3 (minimum 2 datapoints for ALARM transition)", (2, 3)),
        ("1 of 3 (minimum 4 datapoints for ALARM transition)", (None, 3)),
        ("1 of 3 (minimum 0 datapoints for ALARM transition)", (None, 3)),
        ("1 out of the last 3 datapoints were so", (None, 3)),
        ("0 out of the last 0 datapoints (minimum 1 datapoint for ALARM transition)", (None, None)),
        ("minimum 1 datapoint for ALARM transition", (None, None)),
        ("1 out of the last 99999 datapoints", (None, 99999)),
        ("1 out of the last 100000 datapoints", (None, None)),
    ],
)
def test_m_out_of_n(text: str, counts: tuple[int | None, int | None]) -> None:
    reason = read(text.replace(" of 3", " out of the last 3 datapoints"))
    assert (reason.breaching, reason.periods) == counts


@pytest.mark.parametrize(
    ("text", "observed"),
    [
        (f"{SILENT} 1 period and 1 missing datapoint was treated as [Breaching]",
         {"silent": 1}),
        (f"{SILENT} 12 periods", {"silent": 12}),
        ("3 out of 40 time series crossed", {"series": (3, 40)}),
        ("[7.0] lower thresholds [1.5, 2] or greater than the upper thresholds [9.5, 8]",
         {"values": (7.0,), "edges": (1.5, 9.5),
          "comparison": Comparison.LessThanLowerOrGreaterThanUpperThreshold}),
        ("greater than the upper threshold (9.5)", {"edges": (9.5,)}),
        ("greater than the upper thresholds [none]",
         {"comparison": Comparison.GreaterThanUpperThreshold}),
    ],
)  # fmt: skip
def test_what_else_was_observed(text: str, observed: dict[str, Any]) -> None:
    assert read(text) == Reason(**observed)


@pytest.mark.parametrize(
    ("text", "rings"),
    [
        (f"{SILENT} 1 period and 1 missing datapoint was treated as [Breaching]",
         True),
        (f"{SILENT} 3 periods and 3 missing datapoints were treated as [Breaching]", True),
        (f"{SILENT} 1 period and 1 missing datapoint was treated as [Ignore]",
         False),
        (f"{SILENT} 1 period", False),
    ],
)  # fmt: skip
def test_an_alarm_may_ring_for_want_of_data(text: str, *, rings: bool) -> None:
    assert rings_for_want_of_data(text) is rings
    assert rings_for_want_of_data("x" * (2000 - len(text)) + text) is rings
    assert not rings_for_want_of_data("x" * (2001 - len(text)) + text)


def test_a_reason_is_read_for_two_thousand_characters() -> None:
    text = "the threshold (10.0)"
    assert read("x" * (2000 - len(text)) + text).threshold == 10.0
    assert read("x" * (2001 - len(text)) + text).threshold is None


def test_the_trouble_is_as_old_as_its_earliest_point() -> None:
    reason = read("[1.0 (23/11/26 10:05:00), 2.0, 3.0 (23/11/26 10:10:00), 4.0 (99/99/99 0:0:0)]")
    assert reason.values == (1.0, 2.0, 3.0, 4.0)
    assert reason.since == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
