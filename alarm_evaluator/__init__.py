"""What CloudWatch alarms do, computed: the documentation's rules, with the clock passed in.

Pure, and the standard library alone. `metric_alarm` and `composite_alarm` read what PutMetricAlarm
and PutCompositeAlarm take; `simulate` says how such alarms change over data, each point with the
time from which CloudWatch could read it. What only AWS can know (anomaly bands, Metrics Insights,
PromQL) raises NotSimulatedError and is never guessed.

Example
-------
>>> from alarm_evaluator import MetricRef, Series, metric_alarm, simulate
>>> alarm = metric_alarm({
...     "AlarmName": "slow", "Namespace": "Shop", "MetricName": "Time", "Statistic": "Average",
...     "Period": 60, "EvaluationPeriods": 1, "Threshold": 5,
...     "ComparisonOperator": "GreaterThanThreshold",
... })
>>> data = {MetricRef("Shop", "Time"): Series.values([(0, 1.0), (60, 9.0)])}
>>> [str(change.after) for change in simulate([alarm], [], data, 60, 180).changes["slow"]]
['OK', 'ALARM']
"""

from alarm_evaluator.composites import Act, SuppressedBy, looked_at
from alarm_evaluator.decision import decide
from alarm_evaluator.errors import EvaluatorError, NotSimulatedError
from alarm_evaluator.evaluate import Prepared, evaluate
from alarm_evaluator.model import (
    Actions,
    Comparison,
    CompositeAlarm,
    MetricAlarm,
    MetricRef,
    Missing,
    Point,
    Query,
    State,
    Suppressor,
    Transition,
)
from alarm_evaluator.reading import composite_alarm, metric_alarm
from alarm_evaluator.series import Series
from alarm_evaluator.simulate import Simulated, simulate, with_composites
from alarm_evaluator.stats import Datum

__all__ = [
    "Act",
    "Actions",
    "Comparison",
    "CompositeAlarm",
    "Datum",
    "EvaluatorError",
    "MetricAlarm",
    "MetricRef",
    "Missing",
    "NotSimulatedError",
    "Point",
    "Prepared",
    "Query",
    "Series",
    "Simulated",
    "State",
    "SuppressedBy",
    "Suppressor",
    "Transition",
    "composite_alarm",
    "decide",
    "evaluate",
    "looked_at",
    "metric_alarm",
    "simulate",
    "with_composites",
]
