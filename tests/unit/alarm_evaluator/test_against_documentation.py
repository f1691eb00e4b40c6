"""The evaluator against a slow restatement of the documentation, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alarm_evaluator import (
    Comparison,
    Datum,
    MetricAlarm,
    MetricRef,
    Missing,
    Prepared,
    Query,
    Series,
    State,
    evaluate,
)

METRIC = MetricRef("Shop", "Time")
MINUTE, HOUR, DAY = 60, 3_600, 86_400

type Row = tuple[int, int, float]  # timestamp, seen at, value


@dataclass(frozen=True)
class Documentation:
    """What the User Guide says, with every step taken anew at each evaluation."""

    alarm: MetricAlarm
    rows: list[Row]

    def states(self, start: int, end: int) -> list[tuple[int, State]]:
        state, found = State.INSUFFICIENT_DATA, []
        for now in range(start, end):
            if not self.is_evaluated_at(now):
                continue
            # of multi-day alarms "only the metrics up to the current hour at the :00 minute" count
            upto = now - now % HOUR if self.multi_day else now
            state = self.next_state(self.data_points(now, upto), state)
            found.append((now, state))
        return found

    @property
    def multi_day(self) -> bool:
        # "if the number of evaluation periods multiplied by the length ... exceeds one day"
        return self.alarm.period * self.alarm.periods > DAY

    def is_evaluated_at(self, now: int) -> bool:
        if self.multi_day:
            return now % HOUR == 3 * MINUTE  # "evaluated once per hour", at 10:03 in the example
        # "For any period of one minute or longer, an alarm is evaluated every minute"; "If the
        # alarm period is 10 seconds, 20 seconds, or 30 seconds, ... every 10 seconds"
        return now % (MINUTE if self.alarm.period >= MINUTE else 10) == 0

    def data_points(self, now: int, upto: int) -> list[float | None]:
        """The evaluation range, oldest first: "attempts to retrieve a higher number"."""
        found: list[float | None] = []
        for back in reversed(range(self.alarm.range)):
            last = upto - back * self.alarm.period
            values = [
                value
                for at, seen, value in self.rows
                if last - self.alarm.period <= at < last and seen <= now
            ]
            found.append(sum(values) / len(values) if values else None)
        return found

    def next_state(self, points: list[float | None], state: State) -> State:
        n, m, missing = self.alarm.periods, self.alarm.needed, self.alarm.missing
        real = [point for point in points if point is not None]
        # "... evaluates the alarm state based on the most recent real data points"
        if len(real) >= n:
            return self.counted(sum(map(self.breaches, real[-n:])))
        # "fills in the missing data points with the result you specified ... However, all real data
        # points in the evaluation range are included"
        breaching = sum(map(self.breaches, real))
        if missing is Missing.BREACHING:
            return self.counted(breaching + n - len(real))
        if missing is Missing.NOT_BREACHING or breaching >= m:
            return self.counted(breaching)
        if breaching < len(real):
            return State.OK
        return state if missing is Missing.IGNORE else self.premature(points)

    def premature(self, points: list[float | None]) -> State:
        """What data points mean that breach or are missing, too few of them for M."""
        ages = [len(points) - place for place, point in enumerate(points) if point is not None]
        # "always go into ALARM state when the oldest available breaching datapoint ... is at least
        # as old as the value of Datapoints to Alarm"
        is_old = bool(ages) and max(ages) >= self.alarm.needed
        return State.ALARM if is_old else State.INSUFFICIENT_DATA

    def breaches(self, value: float) -> bool:
        threshold = self.alarm.threshold
        return {
            Comparison.OVER: value > threshold,
            Comparison.AT_LEAST: value >= threshold,
            Comparison.UNDER: value < threshold,
            Comparison.AT_MOST: value <= threshold,
        }[self.alarm.comparison]

    def counted(self, breaching: int) -> State:
        return State.ALARM if breaching >= self.alarm.needed else State.OK


@st.composite
def alarms(draw: st.DrawFn) -> MetricAlarm:
    period = draw(st.sampled_from([10, 30, MINUTE, 5 * MINUTE, HOUR, 5_400, 6 * HOUR, DAY]))
    most = (7 * DAY if period >= HOUR else DAY) // period
    periods = draw(st.integers(1, min(9, most)))
    return MetricAlarm(
        "alarm",
        (Query("m1", METRIC, "Average"),),
        period,
        periods,
        draw(st.integers(1, periods)),
        draw(st.sampled_from(Comparison)),
        5.0,
        draw(st.sampled_from(Missing)),
        extra=draw(st.one_of(st.none(), st.integers(0, 4))),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[MetricAlarm, list[Row], int, int]:
    alarm = draw(alarms())
    unit = max(10, alarm.period // 6)
    start = draw(st.integers(0, 3)) * alarm.step
    end = start + alarm.step * draw(st.integers(1, 25))
    first = start - alarm.range * alarm.period
    instants = st.integers(first // unit, end // unit).map(lambda n: n * unit)
    delays = st.sampled_from([0, 0, unit, 3 * unit, 2 * alarm.period])
    rows = st.tuples(instants, delays, st.sampled_from([1.0, 5.0, 9.0]))
    drawn = draw(st.lists(rows, max_size=25))
    return alarm, [(at, at + delay, value) for at, delay, value in drawn], start, end


@given(cases())
def test_it_does_what_the_documentation_says(
    case: tuple[MetricAlarm, list[Row], int, int],
) -> None:
    alarm, rows, start, end = case
    slow = Documentation(alarm, rows).states(start, end)
    expected = [
        (after[0], before[1], after[1])
        for before, after in pairwise([(0, State.INSUFFICIENT_DATA), *slow])
        if before[1] is not after[1]
    ]
    series = Series.of((at, seen, Datum.of(value)) for at, seen, value in rows)
    found = evaluate(alarm, {METRIC: series}, start, end)
    assert [(one.at, one.before, one.after) for one in found] == expected


@given(cases(), st.sampled_from([0.0, 1.0, 4.9, 5.0, 9.0]))
def test_a_threshold_changes_nothing_but_the_comparison(
    case: tuple[MetricAlarm, list[Row], int, int], threshold: float
) -> None:
    alarm, rows, start, end = case
    series = Series.of((at, seen, Datum.of(value)) for at, seen, value in rows)
    other = MetricAlarm(
        alarm.name, alarm.queries, alarm.period, alarm.periods, alarm.needed, alarm.comparison,
        threshold, alarm.missing, extra=alarm.extra,
    )  # fmt: skip

    swept = Prepared.of(alarm, {METRIC: series}, start, end).transitions(threshold)
    assert swept == evaluate(other, {METRIC: series}, start, end)


@given(cases())
def test_the_same_metric_in_an_expression_comes_to_the_same(
    case: tuple[MetricAlarm, list[Row], int, int],
) -> None:
    alarm, rows, start, end = case
    series = Series.of((at, seen, Datum.of(value)) for at, seen, value in rows)
    queries = (Query("e1", expression="m1"), Query("m1", METRIC, "Average", returns=False))
    math = MetricAlarm(
        alarm.name, queries, alarm.period, alarm.periods, alarm.needed, alarm.comparison,
        alarm.threshold, alarm.missing, extra=alarm.extra,
    )  # fmt: skip
    assert evaluate(math, {METRIC: series}, start, end) == evaluate(
        alarm, {METRIC: series}, start, end
    )
