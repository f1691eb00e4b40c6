from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from alarm_evaluator import (
    Datum,
    EvaluatorError,
    MetricRef,
    NotSimulatedError,
    Prepared,
    Series,
    State,
    Transition,
    evaluate,
    metric_alarm,
    simulate,
)
from alarm_evaluator.composites import SuppressedBy
from alarm_evaluator.model import extra_periods
from alarm_evaluator.reading import composite_alarm

METRIC = MetricRef("Shop", "Time")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
OK, ALARM, NO_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"


def alarm(**more: Any) -> dict[str, Any]:
    return {
        "AlarmName": "slow",
        "Namespace": "Shop",
        "MetricName": "Time",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 3,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **more,
    }


def by_minute(values: Sequence[float | None], delay: int = 0) -> Series:
    points = ((n * MINUTE, value) for n, value in enumerate(values) if value is not None)
    return Series.values(points, delay)


def run(parameters: dict[str, Any], series: Series, start: int, end: int) -> list[Transition]:
    return evaluate(metric_alarm(parameters), {METRIC: series}, start, end)


def told(changes: Sequence[Transition], per: int = MINUTE) -> list[tuple[float, str]]:
    return [(change.at / per, str(change.after)) for change in changes]


def test_the_guides_figure() -> None:
    # "In the figure, this happens in the third through fifth time periods. At period six, the value
    # dips below the threshold ... During the ninth time period, the threshold is breached again,
    # but for only one period. Consequently, the alarm state remains OK."
    values = [2.0, 3.5, 4.0, 4.5, 3.2, 1.0, 2.0, 1.0, 3.4, 1.0]
    start = [0.0] * 5
    changes = run(alarm(Threshold=3.1), by_minute(start + values), 5 * MINUTE, 16 * MINUTE)
    # breaching are its second to fifth periods: after the fourth there are three of them
    assert told(changes) == [(5, OK), (9, ALARM), (11, OK)]


def test_a_period_of_five_minutes_slides_by_the_minute() -> None:
    # "at the end of minute 5 the alarm evaluates based on data from minutes 1 to 5. Then at the end
    # of minute 6, the alarm is evaluated based on the data from minutes 2 to 6"
    values = [0.0] * 20 + [25.0] + [0.0] * 9
    parameters = alarm(Period=300, EvaluationPeriods=1, Statistic="Sum", Threshold=20)
    changes = run(parameters, by_minute(values), 15 * MINUTE, 30 * MINUTE)
    assert told(changes) == [(15, OK), (21, ALARM), (26, OK)]


def test_the_example_of_a_multi_day_alarm() -> None:
    # A job runs every 3 days at 10:00. "At 10:02, the job fails. At 10:03, the alarm evaluates and
    # stays in OK state, because the evaluation considers data only up to 10:00. At 11:03, the alarm
    # considers data up to 11:00 and goes into ALARM state. At 11:43, you correct the error ... At
    # 12:03, the alarm evaluates again, sees the successful job, and returns to OK."
    ten = 9 * DAY + 10 * HOUR
    job = [(ten - 6 * DAY, 1.0), (ten - 3 * DAY, 1.0), (ten + 2 * MINUTE, 0.0)]
    job.append((ten + HOUR + 43 * MINUTE, 2.0))
    parameters = alarm(
        Period=DAY, EvaluationPeriods=4, DatapointsToAlarm=1, Statistic="Minimum", Threshold=0,
        ComparisonOperator="LessThanOrEqualToThreshold",
    )  # fmt: skip
    changes = run(parameters, Series.values(job), ten - HOUR, ten + 3 * HOUR)
    assert told(changes, 1)[:2] == [
        (ten - HOUR + 180, OK),
        (ten + HOUR + 180, ALARM),
    ]
    corrected = Series.of(
        (at, at, Datum.of(value)) for at, value in job if value != 0 or at != ten + 2 * MINUTE
    )
    assert told(run(parameters, corrected, ten - HOUR, ten + 3 * HOUR), 1) == [
        (ten - HOUR + 180, OK)
    ]


@pytest.mark.parametrize(
    ("period", "periods", "every"),
    [(10, 3, 10), (30, 3, 10), (60, 1, 60), (300, 3, 60), (7200, 3, 60), (DAY, 1, 60),
     (DAY, 2, HOUR), (5400, 24, HOUR)],
)  # fmt: skip
def test_how_often_it_is_evaluated(period: int, periods: int, every: int) -> None:
    parsed = metric_alarm(alarm(Period=period, EvaluationPeriods=periods))
    assert parsed.step == every
    grid = Prepared.of(parsed, {}, 0, 10 * HOUR).grid
    assert [grid.at(n + 1) - grid.at(n) for n in range(3)] == [every] * 3


def test_what_comes_late_was_not_there() -> None:
    values = [0.0] * 10 + [9.0] * 3 + [0.0] * 10
    prompt = run(alarm(), by_minute(values), 5 * MINUTE, 23 * MINUTE)
    late = run(alarm(), by_minute(values, delay=2 * MINUTE), 5 * MINUTE, 23 * MINUTE)
    assert told(prompt) == [(5, OK), (13, ALARM), (14, OK)]
    # two points are always missing, so the three newest real ones decide
    assert told(late) == [(5, OK), (14, ALARM), (15, OK)]


def test_a_late_point_is_put_where_it_belongs() -> None:
    rows = [(n * MINUTE, (n + 1) * MINUTE, Datum.of(0.0)) for n in range(20)]
    rows[10] = (10 * MINUTE, 14 * MINUTE, Datum.of(9.0))
    parameters = alarm(EvaluationPeriods=5, DatapointsToAlarm=1)
    assert told(run(parameters, Series.of(rows), 5 * MINUTE, 20 * MINUTE)) == [
        (5, OK), (14, ALARM), (16, OK),
    ]  # fmt: skip


def test_the_evaluation_range() -> None:
    # AWS tells of one: 5 for 3; "three days" until missing data of a daily period rang
    assert [periods + extra_periods(periods) for periods in (1, 3, 9)] == [3, 5, 12]
    values: list[float | None] = [0.0] * 5 + [None] * 10
    changes = run(
        alarm(EvaluationPeriods=1, TreatMissingData="breaching"), by_minute(values), 5 * MINUTE,
        15 * MINUTE,
    )  # fmt: skip
    assert told(changes) == [(5, OK), (8, ALARM)]


def test_it_keeps_what_it_decided_with() -> None:
    values = [0.0] * 5 + [7.0, 8.0, 9.0]
    [_, change] = run(alarm(), by_minute(values), 5 * MINUTE, 9 * MINUTE)
    assert [(point.at / MINUTE, point.value) for point in change.points] == [
        (7, 9.0), (6, 8.0), (5, 7.0),
    ]  # fmt: skip
    assert (change.before, change.filled) == (State.OK, 0)


@pytest.mark.parametrize(
    ("operator", "rings"),
    [
        ("GreaterThanThreshold", [4.0]),
        ("GreaterThanOrEqualToThreshold", [3.0, 4.0]),
        ("LessThanThreshold", [2.0]),
        ("LessThanOrEqualToThreshold", [2.0, 3.0]),
    ],
)
def test_each_comparison(operator: str, rings: list[float]) -> None:
    parameters = alarm(ComparisonOperator=operator, EvaluationPeriods=1)
    found = [
        value
        for value in (2.0, 3.0, 4.0)
        if told(run(parameters, by_minute([value]), MINUTE, 2 * MINUTE)) == [(1, ALARM)]
    ]
    assert found == rings


def test_a_percentile_with_few_samples_keeps_its_state() -> None:
    # "fewer than 10/(1-percentile) data points during the evaluation period": 100 for p90
    def series(samples: int) -> Series:
        return Series.of([(0, 0, Datum.of(*[9.0] * 200)), (60, 60, Datum.of(*[0.0] * samples))])

    parameters = alarm(ExtendedStatistic="p90", EvaluationPeriods=1)
    del parameters["Statistic"]
    ignoring = {**parameters, "EvaluateLowSampleCountPercentile": "ignore"}
    span = MINUTE, 3 * MINUTE
    assert told(run(parameters, series(99), *span)) == [(1, ALARM), (2, OK)]
    assert told(run(ignoring, series(99), *span)) == [(1, ALARM)]
    assert told(run(ignoring, series(100), *span)) == [(1, ALARM), (2, OK)]


def test_the_warm_up_ends_with_the_first_data_that_fill_the_window_or_with_its_time() -> None:
    silent = alarm(
        TreatMissingData="breaching", WarmUpConfiguration={"WarmUpPeriodDurationInMinutes": 10}
    )
    assert told(run(silent, by_minute([]), 0, 20 * MINUTE)) == [(10, ALARM)]
    assert told(run(alarm(TreatMissingData="breaching"), by_minute([]), 0, HOUR)) == [(0, ALARM)]
    comes = by_minute([None] * 4 + [0.0] * 3 + [None] * 20)
    assert told(run(silent, comes, 0, 20 * MINUTE)) == [(7, OK), (12, ALARM)]


def test_alarms_on_dynamodb_ignore_missing_data_unless_told_otherwise() -> None:
    assert metric_alarm(alarm(Namespace="AWS/DynamoDB")).missing.value == "ignore"
    assert metric_alarm(alarm()).missing.value == "missing"


@pytest.mark.parametrize(
    "more",
    [
        {"ThresholdMetricId": "ad1"},
        {"EvaluationCriteria": {"PromQLCriteria": {"Query": "up"}}},
        {"EvaluationWindow": {"WallClockWindow": {}}},
        {"ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold"},
        {"Metrics": [{"Id": "q", "Expression": "SELECT AVG(Time) FROM Shop", "Period": 60}]},
        {"Metrics": [{"Id": "q", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "Period": 60}]},
    ],
)
def test_what_only_aws_knows_is_not_guessed(more: dict[str, Any]) -> None:
    with pytest.raises(NotSimulatedError, match="not simulated"):
        metric_alarm({**alarm(), **more})


def test_it_is_left_out_by_name_and_the_others_are_simulated() -> None:
    summed = {
        "AlarmName": "math", "EvaluationPeriods": 1, "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Metrics": [
            {"Id": "all", "Expression": "RUNNING_SUM(m1)"},
            {"Id": "m1", "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "Shop",
             "MetricName": "Time"}, "Period": 60, "Stat": "Sum"}},
        ],
    }  # fmt: skip
    alarms = [metric_alarm(summed), metric_alarm(alarm())]
    above = [composite_alarm({"AlarmName": "both", "AlarmRule": "ALARM(math) OR ALARM(slow)"})]
    found = simulate(alarms, above, {METRIC: by_minute([9.0] * 9)}, MINUTE, 9 * MINUTE)
    assert "RUNNING_SUM" in found.left_out["math"]
    assert "math" in found.left_out["both"]
    assert list(found.changes) == ["slow"]


def test_what_is_no_alarm_is_refused() -> None:
    with pytest.raises(EvaluatorError, match="statistic"):
        metric_alarm(alarm(Statistic="Median"))


def test_actions_follow_the_state() -> None:
    parsed = metric_alarm(alarm(AlarmActions=["a"], OKActions=["b"]))
    assert [parsed.actions.of(state) for state in State] == [("b",), ("a",), ()]
    silent = metric_alarm(alarm(AlarmActions=["a"], ActionsEnabled=False))
    assert silent.actions.of(State.ALARM) == ()


def test_a_suppressed_composite_tells_nothing_but_what_holds_it() -> None:
    maintenance = alarm(
        AlarmName="maintenance", MetricName="Flag", EvaluationPeriods=1, Threshold=1
    )
    alarms = [metric_alarm(alarm(EvaluationPeriods=1)), metric_alarm(maintenance)]
    above = composite_alarm(
        {
            "AlarmName": "held", "AlarmRule": "ALARM(slow)", "ActionsSuppressor": "maintenance",
            "ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60,
        }
    )  # fmt: skip
    data = {
        METRIC: by_minute([0.0, 9.0, 9.0, 0.0]),
        MetricRef("Shop", "Flag"): by_minute([1.0] * 9),
    }
    found = simulate(alarms, [above], data, MINUTE, 5 * MINUTE)
    of_held = [act for act in found.acts if act.transition.name == "held"]
    assert [(act.at / MINUTE, act.held) for act in of_held[1:]] == [
        (2, SuppressedBy.ALARM), (4, SuppressedBy.ALARM),
    ]  # fmt: skip
