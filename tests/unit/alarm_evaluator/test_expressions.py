"""Metric math: the examples of "Using math expressions with CloudWatch metrics", and its edges."""

from __future__ import annotations

import pytest

from alarm_evaluator import EvaluatorError, NotSimulatedError, metric_alarm
from alarm_evaluator.expressions.compute import Expressions
from alarm_evaluator.expressions.values import Column

N = None


def computed(expression: str, **metrics: Column) -> Column:
    watched = {"Id": "watched", "Expression": expression}
    inputs = [
        {"Id": name, "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "S",
         "MetricName": name}, "Period": 60, "Stat": "Sum"}}
        for name in metrics
    ]  # fmt: skip
    alarm = metric_alarm({
        "AlarmName": "a", "EvaluationPeriods": 1, "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold", "Metrics": [watched, *inputs],
    })  # fmt: skip
    return Expressions.of(alarm).result(metrics)


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("metric1 < metric2", (0, 0, 1, 0)),
        ("metric1 >= 30", (1, 0, 0, 0)),
        ("metric1 > 15 AND metric2 > 15", (1, 0, 0, 0)),
    ],
)
def test_the_table_of_operators(expression: str, output: Column) -> None:
    found = computed(expression, metric1=(30.0, 20.0, 0.0, 0.0), metric2=(20.0, N, 20.0, N))
    assert found == output


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("IF(metric1, metric2, metric3)", (30, 0, 20, N, N)),
        ("IF(metric1, 5, metric3)", (5, 5, 20, N, N)),
        ("IF(metric1, metric2, 5)", (30, 0, 5, 5, N)),
        ("IF(metric1, metric2)", (30, 0, N, N, N)),
        ("IF(1 > 0, metric2, metric3)", (30, N, 0, 0, 30)),
    ],
)
def test_the_tables_of_if(expression: str, output: Column) -> None:
    found = computed(
        expression,
        metric1=(1.0, 1.0, 0.0, 0.0, N),
        metric2=(30.0, N, 0.0, 0.0, 30.0),
        metric3=(0.0, 0.0, 20.0, N, 20.0),
    )
    assert found == output


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("m1 + m2", (11, 2, 30, N)),  # "Missing values in a time series are treated as 0"
        ("m1 / m2", (0.1, N, 0, N)),  # "attempt to divide by zero, the data point is dropped"
        ("100 - m1", (99, 98, N, N)),
        ("-m1 * 2 ^ 3", (-8, -16, N, N)),
        ("m1 / PERIOD(m1)", (1 / 60, 2 / 60, N, N)),
        ("SUM([m1, m2])", (11, 2, 30, N)),
        ("SUM(METRICS())", (11, 2, 30, N)),
        ('SUM(METRICS("2"))', (10, N, 30, N)),
        ("AVG(METRICS())", (5.5, 1, 15, N)),  # "Missing values are treated as 0"
        ("MIN([m1, m2])", (1, 2, 30, N)),
        ("MAX([m1, m2])", (10, 2, 30, N)),
        ("SUM(FILL(METRICS(), 0))", (11, 2, 30, 0)),
        ("FILL(m1, REPEAT)", (1, 2, 2, 2)),
        ("FILL(m2, LINEAR)", (10, 20, 30, N)),
        ("FILL(m1, m2)", (1, 2, 30, N)),
        ("FILL(m1, MAX(m1))", (1, 2, 2, 2)),
        ("m1 - MIN(m1)", (0, 1, N, N)),
        ("SUM(m1) / m1", (3, 1.5, N, N)),
        ("RATE(m2)", (N, N, 20 / 120, N)),
        ("DIFF(m1)", (N, 1, N, N)),
        ("ABS(m1 - m2)", (9, 2, 30, N)),
        ("m1 / METRIC_COUNT(METRICS())", (0.5, 1, N, N)),
        ("SUM(METRICS() * 100)", (1100, 200, 3000, N)),
        ("IF(m1 < 2, m1)", (1, N, N, N)),
        ("TIME_SERIES(MAX(m1))", (2, 2, 2, 2)),
    ],
)
def test_functions(expression: str, output: Column) -> None:
    found = computed(expression, m1=(1.0, 2.0, N, N), m2=(10.0, N, 30.0, N))
    assert found == pytest.approx(output)


@pytest.mark.parametrize("text", ["m1 +", "(m1", "FILL(m1", "m1 m2", "m1 ? 2", "[m1", "", "m9 + 1"])
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises((EvaluatorError, KeyError)):
        computed(text, m1=(1.0,))


@pytest.mark.parametrize("text", ["METRICS()", "SUM(m1)", "1 + 1"])
def test_what_is_no_single_series(text: str) -> None:
    with pytest.raises(EvaluatorError):
        computed(text, m1=(1.0,), m2=(2.0,))


@pytest.mark.parametrize("text", ["RUNNING_SUM(m1)", "HOUR(m1)", "SEARCH('{S}', 'Sum')"])
def test_functions_that_are_not_simulated(text: str) -> None:
    with pytest.raises(NotSimulatedError):
        computed(text, m1=(1.0,))


def test_an_expression_may_use_another_and_not_itself() -> None:
    alarm = metric_alarm({
        "AlarmName": "a", "EvaluationPeriods": 1, "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": [
            {"Id": "e1", "Expression": "e2 * 2", "Period": 60},
            {"Id": "e2", "Expression": "e1 + 1", "ReturnData": False},
        ],
    })  # fmt: skip
    with pytest.raises(EvaluatorError, match="e1"):
        Expressions.of(alarm).result({})
