"""A metric's values in an alarm's periods, as each evaluation sees them."""

from __future__ import annotations

from alarm_evaluator.grid import Grid
from alarm_evaluator.late import LateWindows
from alarm_evaluator.model import MetricAlarm
from alarm_evaluator.ordered import OrderedWindows
from alarm_evaluator.series import Series, is_ordered
from alarm_evaluator.stats import least_samples, percentile_of

type Windows = OrderedWindows | LateWindows


def windows(alarm: MetricAlarm, name: str, series: Series, grid: Grid) -> Windows:
    """Return a metric's windows for an alarm's evaluations. ``name`` is the statistic."""
    percentile = percentile_of(name) if alarm.low_samples_ignored else None
    least = 0.0 if percentile is None else least_samples(percentile)
    in_order = is_ordered(series.times)
    of = OrderedWindows.of if in_order and grid.count else LateWindows.of
    return of(grid, name, series, least, alarm.period * alarm.periods)
