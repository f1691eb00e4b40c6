from __future__ import annotations

import pytest

from alarm_evaluator import Datum, EvaluatorError
from alarm_evaluator.stats import Data, least_samples, statistic

TEN = [Datum.of(float(value)) for value in range(1, 11)]


def read(name: str, *data: Datum) -> float | None:
    return statistic(name).over(Data(list(data)))(0, len(data))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SampleCount", 10), ("Sum", 55), ("Average", 5.5), ("Minimum", 1), ("Maximum", 10),
        ("p50", 5.5), ("p100", 10), ("p0", 1), ("p90", 9.1),
        ("tm90", 5), ("tc90", 9), ("ts90", 45), ("TM(10%:90%)", 5.5), ("TC(10%:90%)", 8),
        ("TM(2:5)", 4), ("TS(80%:)", 19), ("PR(:5)", 50), ("PR(5:)", 50), ("IQM", 5.5),
        ("wm90", 5.4), ("WM(2:9)", 5.5),
    ],
)  # fmt: skip
def test_every_kind_of_statistic(name: str, value: float) -> None:
    assert read(name, *TEN) == pytest.approx(value)


def test_sets_add_up_and_hide_their_samples() -> None:
    sets = Datum(100, 9_000, 0, 100), Datum(10, 0, 0, 0)
    assert read("Average", *sets) == pytest.approx(81.82, abs=0.01)
    assert read("p90", *sets) is None
    # but where "Min and Max are equal" (API reference, MetricDatum)
    assert read("p90", Datum(10, 50, 5, 5)) == 5
    # "Percentile statistics are not available for metrics when any of the values are negative"
    assert read("p90", Datum.of(-1.0, 2.0)) is None


@pytest.mark.parametrize("name", ["Median", "p101", "pp9", "TM(:)", "TM(5)", "", "percentile"])
def test_what_is_no_statistic(name: str) -> None:
    with pytest.raises(EvaluatorError):
        statistic(name)


def test_how_many_samples_a_percentile_needs() -> None:
    # "fewer than 1000 samples for an alarm on a p99 percentile"
    assert least_samples(99) == 1000
    assert least_samples(50) == 20
    assert least_samples(10) == 100
