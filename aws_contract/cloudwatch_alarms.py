"""CloudWatch: queries of GetMetricData, which alarms share, and alarms."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from aws_contract.cloudwatch import (
    MAX_DATAPOINTS,
    MAX_QUERIES,
    STATISTICS,
    dimension_faults,
    is_period,
    is_statistic,
    stale_period,
)
from aws_contract.core import Breach, Params, rule
from aws_contract.values import aware

_QUERY_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
# Source: User Guide, "CloudWatch search expression syntax".
MAX_SEARCH = 1_024
_SEARCH = re.compile(r"\bSEARCH\(\s*'([^']*)'")
# Source: User Guide, "Alarm limits".
MAX_MATH_METRICS = 10
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_VARIABLE = re.compile(r"(?<![\w.])[a-z][a-zA-Z0-9_]*\b(?!\s*\()")
_SINGLE_METRIC = ("Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic")
_MISSING_DATA = frozenset({"breaching", "notBreaching", "ignore", "missing"})
_BANDS = frozenset(
    {
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    }
)
DAY, WEEK, HOUR = 86_400, 604_800, 3_600


def _error(message: str) -> Breach:
    return Breach("ValidationError", message)


def _queries(queries: Sequence[Params]) -> Iterator[Breach]:
    """Check what a list of MetricDataQuery has to obey wherever it is used."""
    ids = [query["Id"] for query in queries]
    if len(set(ids)) < len(ids):
        yield _error("The values for parameter id in MetricDataQueries are not unique.")
    if not any(query.get("ReturnData", True) for query in queries):
        yield _error("At least one element in the MetricDataQueries list must return data.")
    for query in queries:
        if not _QUERY_ID.fullmatch(query["Id"]):
            yield _error(
                f"The value {query['Id']} for parameter Id does not match ^[a-z][a-zA-Z0-9_]*$."
            )
        if (query.get("Expression") is None) == (query.get("MetricStat") is None):
            yield _error(
                f"Exactly one of Expression and MetricStat must be specified: {query['Id']}."
            )
        elif query.get("MetricStat"):
            yield from _metric_stat(query["MetricStat"])
        else:
            yield from _expression(query["Id"], query["Expression"], ids)
        if query.get("Period") is not None and not is_period(query["Period"]):
            yield _error(f"Period must be 1, 5, 10, 20, 30, or a multiple of 60: {query['Id']}.")


def _metric_stat(stat: Params) -> Iterator[Breach]:
    metric = stat["Metric"]
    for name in ("Namespace", "MetricName"):
        if not metric.get(name):
            yield _error(f"The parameter MetricStat.Metric.{name} is required.")
    for fault in dimension_faults(metric.get("Dimensions")):
        yield _error(f"The parameter MetricStat.Metric.{fault} is invalid.")
    if not is_period(stat["Period"]):
        yield _error("Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
    if not is_statistic(stat["Stat"]):
        yield _error(f"The value {stat['Stat']} for parameter MetricStat.Stat is not supported.")


def _expression(own: str, expression: str, ids: Sequence[str]) -> Iterator[Breach]:
    if expression.lstrip().upper().startswith("SELECT"):
        return  # Metrics Insights, a language of its own
    for query in _SEARCH.findall(expression):
        if len(query) > MAX_SEARCH:
            yield _error(f"Error in expression '{own}' [SEARCH: over {MAX_SEARCH} characters]")
    for name in _VARIABLE.findall(_STRING.sub("", expression)):
        if name not in ids or name == own:
            yield _error(f"Error in expression '{own}' [Unknown identifier: {name}]")


@rule("cloudwatch", "GetMetricData")
def get_data_queries(params: Params) -> Iterator[Breach]:
    """Check each query. Source: API Reference, GetMetricData and MetricDataQuery."""
    queries = params["MetricDataQueries"]
    if not queries:
        yield Breach("MissingParameter", "The parameter MetricDataQueries is required.")
        return
    if len(queries) > MAX_QUERIES:
        yield _error(
            f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
        )
    selects = [
        q for q in queries if (q.get("Expression") or "").lstrip().upper().startswith("SELECT")
    ]
    if len(selects) > 1:
        yield _error("A single GetMetricData call can include only one Metrics Insights query.")
    yield from _queries(queries)


@rule("cloudwatch", "GetMetricData")
def get_data_window(params: Params) -> Iterator[Breach]:
    """Check span and size. Source: API Reference, GetMetricData.

    A period too fine for the age of StartTime is answered by AWS with no data for that part, not
    with an error. It is refused here: what is lost in silence no test would find.
    """
    start, end = aware(params["StartTime"]), aware(params["EndTime"])
    if start >= end:
        yield _error("The parameter StartTime must be less than the parameter EndTime.")
    if not 1 <= params.get("MaxDatapoints", 1) <= MAX_DATAPOINTS:
        yield _error(f"The parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}.")
    for query in params["MetricDataQueries"]:
        period = (query.get("MetricStat") or query).get("Period")
        if period and (multiple := stale_period(start, period)):
            yield _error(f"For data as old as StartTime, Period must be a multiple of {multiple}.")


@rule("cloudwatch", "PutMetricAlarm")
def alarm_source(params: Params) -> Iterator[Breach]:
    """Watch one metric, a list of queries or PromQL. Source: API Reference, PutMetricAlarm."""
    sources = [each for each in ("MetricName", "Metrics", "EvaluationCriteria") if params.get(each)]
    if len(sources) != 1:
        yield _error("Exactly one of MetricName, Metrics and EvaluationCriteria must be specified.")
    elif sources == ["Metrics"]:
        yield from _alarm_queries(params)
    elif sources == ["MetricName"]:
        yield from _alarm_metric(params)


def _alarm_queries(params: Params) -> Iterator[Breach]:
    for name in (*_SINGLE_METRIC, "ExtendedStatistic"):
        if params.get(name) is not None:
            yield _error(f"{name} can not be specified together with Metrics.")
    queries: Sequence[Any] = params["Metrics"]
    yield from _queries(queries)
    expressions = [str(query.get("Expression") or "") for query in queries]
    if any(re.search(r"\bSEARCH\s*\(", each) for each in expressions):
        yield _error("SEARCH is not supported in Alarms: an alarm watches one time series.")
    if sum(query.get("MetricStat") is not None for query in queries) > MAX_MATH_METRICS:
        yield _error(f"An alarm on metric math has at most {MAX_MATH_METRICS} metrics.")
    yield from _band(params.get("ThresholdMetricId"), queries)
    watched = sum(query.get("ReturnData", True) for query in queries)
    # The band and the metric that it is compared with both return data.
    if watched != (2 if params.get("ThresholdMetricId") else 1):
        yield _error("Exactly one element of the metrics list should return data.")


def _band(named: str | None, queries: Sequence[Params]) -> Iterator[Breach]:
    """Compare with a band of the list. Source: API Reference, PutMetricAlarm, ThresholdMetricId."""
    expressions = {query["Id"]: str(query.get("Expression") or "") for query in queries}
    if named and "ANOMALY_DETECTION_BAND" not in expressions.get(named, ""):
        yield _error(f"ThresholdMetricId {named} is no ANOMALY_DETECTION_BAND of the list.")


def _alarm_metric(params: Params) -> Iterator[Breach]:
    for name in ("Namespace", "Period"):
        if params.get(name) is None:
            yield _error(f"The parameter {name} is required.")
    statistic, extended = params.get("Statistic"), params.get("ExtendedStatistic")
    if (statistic is None) == (extended is None):
        yield _error(
            "Exactly one of the parameters Statistic and ExtendedStatistic must be specified."
        )
    if extended and (extended in STATISTICS - {"IQM"} or not is_statistic(extended)):
        yield _error(f"The value {extended} for parameter ExtendedStatistic is not supported.")
    for fault in dimension_faults(params.get("Dimensions")):
        yield _error(f"The parameter {fault} is invalid.")


@rule("cloudwatch", "PutMetricAlarm")
def alarm_evaluation(params: Params) -> Iterator[Breach]:
    """Check periods and their number. Source: API Reference, PutMetricAlarm, Period."""
    if params.get("EvaluationCriteria"):
        return
    count = params.get("EvaluationPeriods")
    if count is None:
        yield _error("The parameter EvaluationPeriods is required.")
        return
    if params.get("DatapointsToAlarm", 0) > count:
        yield _error(
            "The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods."
        )
    for period in _alarm_periods(params):
        if period not in {10, 20, 30} and period % 60:
            yield _error("Period must be 10, 20, 30 or a multiple of 60.")
        if period * count > (DAY if period < HOUR else WEEK):
            yield _error(
                "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must "
                "be <= 86400), or a week from a period of an hour."
            )


def _alarm_periods(params: Params) -> Iterator[int]:
    if params.get("Period"):
        yield params["Period"]
    for query in params.get("Metrics") or ():
        if period := (query.get("MetricStat") or query).get("Period"):
            yield period


@rule("cloudwatch", "PutMetricAlarm")
def alarm_threshold(params: Params) -> Iterator[Breach]:
    """Compare with a number or with a band. Source: API Reference, PutMetricAlarm, Threshold."""
    if params.get("EvaluationCriteria"):
        return
    comparison, band = params.get("ComparisonOperator"), params.get("ThresholdMetricId")
    if comparison is None:
        yield _error("The parameter ComparisonOperator is required.")
    elif (comparison in _BANDS) != bool(band):
        yield _error(f"{comparison} does not fit ThresholdMetricId, which anomaly detection needs.")
    if (params.get("Threshold") is None) != bool(band):
        yield _error("Exactly one of Threshold and ThresholdMetricId must be specified.")
    if params.get("TreatMissingData", "missing") not in _MISSING_DATA:
        yield _error(
            f"The value {params['TreatMissingData']} for parameter TreatMissingData is invalid."
        )
    if params.get("EvaluateLowSampleCountPercentile", "ignore") not in {"evaluate", "ignore"}:
        yield _error("The value for parameter EvaluateLowSampleCountPercentile is invalid.")


@rule("cloudwatch", "DescribeAlarms")
def describe_alarms(params: Params) -> Iterator[Breach]:
    """Ask by name or by prefix. Source: API Reference, DescribeAlarms, AlarmNames."""
    if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
        yield _error("AlarmNames and AlarmNamePrefix are mutually exclusive.")
