"""CloudWatch: putting metrics and reading them.

Alarms are in `cloudwatch_alarms`, dashboards in `cloudwatch_dashboards`, pictures in
`cloudwatch_widgets`.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.values import aware, now, utf8_length

MAX_METRICS = 1_000
MAX_REQUEST_BYTES = 1_048_576
MAX_VALUES = 150
MAX_VALUE = 2.0**360
MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
MAX_STATISTICS_DATAPOINTS = 1_440
SHORT_PERIODS = (1, 5, 10, 20, 30)
STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM"})
_PERCENTILE = re.compile(r"(p|tm|tc|ts|wm)(100|\d{1,2}(\.\d{1,10})?)")
_RANGE = re.compile(r"(TM|TC|TS|WM|PR)\([\d.]*%?:[\d.]*%?\)")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


def is_statistic(name: str) -> bool:
    """Tell a statistic's name. Source: User Guide, "CloudWatch statistics definitions"."""
    return name in STATISTICS or bool(_PERCENTILE.fullmatch(name) or _RANGE.fullmatch(name))


def is_period(seconds: int) -> bool:
    """Tell a legal period of a query. Source: API model, MetricStat.Period."""
    return seconds in SHORT_PERIODS or (seconds > 0 and seconds % 60 == 0)


def dimension_faults(dimensions: Any) -> Iterator[str]:
    """Say what is wrong with dimensions. Source: API model, Dimension."""
    names = [each["Name"] for each in dimensions or ()]
    if len(set(names)) < len(names):
        yield "Dimensions"
    for each in dimensions or ():
        for member in ("Name", "Value"):
            text = each[member]
            if not text.strip() or not _PRINTABLE.fullmatch(text):
                yield f"Dimensions.{member}"
        if each["Name"].startswith(":"):
            yield "Dimensions.Name"


def _invalid(name: str, value: Any = "") -> Breach:
    return Breach("InvalidParameterValue", f"The value {value} for parameter {name} is invalid.")


def _data(params: Params) -> Iterator[tuple[str, Params]]:
    for number, datum in enumerate(params.get("MetricData") or (), start=1):
        yield f"MetricData.member.{number}", datum
    for outer, entity in enumerate(params.get("EntityMetricData") or (), start=1):
        for number, datum in enumerate(entity.get("MetricData") or (), start=1):
            yield f"EntityMetricData.member.{outer}.MetricData.member.{number}", datum


@rule("cloudwatch", "PutMetricData")
def put_request(params: Params) -> Iterator[Breach]:
    """Limit the request as a whole. Source: API Reference, PutMetricData."""
    data = list(_data(params))
    if not data:
        yield Breach("MissingParameter", "The parameter MetricData is required.")
    if len(data) > MAX_METRICS:
        message = f"The collection MetricData must not have a size greater than {MAX_METRICS}."
        yield Breach("InvalidParameterValue", message)
    if len(params.get("EntityMetricData") or ()) > 2:
        yield _invalid("EntityMetricData")
    # The size is taken uncompressed, as JSON: what counts for the limit after gzip is not said.
    if utf8_length(json.dumps(params, default=str)) > MAX_REQUEST_BYTES:
        yield Breach("RequestEntityTooLarge", "Request Entity Too Large", 413)


@rule("cloudwatch", "PutMetricData")
def put_namespace(params: Params) -> Iterator[Breach]:
    """Keep to namespaces of one's own. Source: API Reference, PutMetricData, Namespace."""
    namespace = params["Namespace"]
    if namespace.startswith("AWS/") or not _PRINTABLE.fullmatch(namespace):
        yield _invalid("Namespace", namespace)
    if not namespace.strip():
        yield Breach("MissingParameter", "The parameter Namespace is required.")


@rule("cloudwatch", "PutMetricData")
def put_dimensions(params: Params) -> Iterator[Breach]:
    """Check names and values of dimensions. Source: API Reference, Dimension."""
    for path, datum in _data(params):
        for fault in dimension_faults(datum.get("Dimensions")):
            yield _invalid(f"{path}.{fault}")


@rule("cloudwatch", "PutMetricData")
def put_values(params: Params) -> Iterator[Breach]:
    """Take one form of value, finite and within range. Source: API Reference, MetricDatum."""
    for path, datum in _data(params):
        forms = [
            name for name in ("Value", "StatisticValues", "Values") if datum.get(name) is not None
        ]
        if not forms:
            message = f"At least one of {path}.Value, Values or StatisticValues must be specified."
            yield Breach("MissingParameter", message)
        if len(forms) > 1:
            message = (
                f"The parameters {path}.{forms[0]} and {path}.{forms[1]} are mutually exclusive "
                "and you have specified both."
            )
            yield Breach("InvalidParameterCombination", message)
        for name, number in _numbers(datum):
            if not math.isfinite(number) or abs(number) > MAX_VALUE:
                yield _invalid(f"{path}.{name}", number)
        yield from _put_statistic_set(path, datum.get("StatisticValues"))
        yield from _put_counts(path, datum.get("Values"), datum.get("Counts"))


def _numbers(datum: Params) -> Iterator[tuple[str, float]]:
    if datum.get("Value") is not None:
        yield "Value", datum["Value"]
    for name, number in (datum.get("StatisticValues") or {}).items():
        yield f"StatisticValues.{name}", number
    for name in ("Values", "Counts"):
        for number in datum.get(name) or ():
            yield name, number


def _put_statistic_set(path: str, given: Any) -> Iterator[Breach]:
    if given and given["Maximum"] < given["Minimum"]:
        message = f"{path}.StatisticValues.Maximum must be greater than or equal to Minimum."
        yield Breach("InvalidParameterCombination", message)
    if given and given["SampleCount"] < 0:
        yield _invalid(f"{path}.StatisticValues.SampleCount", given["SampleCount"])


def _put_counts(path: str, values: Any, counts: Any) -> Iterator[Breach]:
    for name, given in (("Values", values), ("Counts", counts)):
        if given is not None and not 0 < len(given) <= MAX_VALUES:
            message = f"The collection {path}.{name} must have a size between 1 and {MAX_VALUES}."
            yield Breach("InvalidParameterValue", message)
    if counts is not None and values is None:
        yield Breach("InvalidParameterCombination", f"{path}.Counts needs {path}.Values.")
    elif counts is not None and len(counts) != len(values):
        message = f"The parameters {path}.Values and {path}.Counts must have the same size."
        yield Breach("InvalidParameterCombination", message)
    if any(count <= 0 for count in counts or ()):
        yield _invalid(f"{path}.Counts")


@rule("cloudwatch", "PutMetricData")
def put_time_and_resolution(params: Params) -> Iterator[Breach]:
    """Two weeks back to two hours ahead; 1 or 60 s. Source: API Reference, MetricDatum."""
    for path, datum in _data(params):
        if datum.get("Timestamp") is not None:
            age = now() - aware(datum["Timestamp"])
            if not timedelta(hours=-2) <= age <= timedelta(weeks=2):
                message = (
                    f"The parameter {path}.Timestamp must specify a time within the past two "
                    "weeks and no more than two hours into the future."
                )
                yield Breach("InvalidParameterValue", message)
        if datum.get("StorageResolution", 60) not in {1, 60}:
            yield _invalid(f"{path}.StorageResolution", datum["StorageResolution"])


@rule("cloudwatch", "GetMetricStatistics")
def get_statistics(params: Params) -> Iterator[Breach]:
    """Check span, period and names. Source: API Reference, GetMetricStatistics."""
    start, end, period = aware(params["StartTime"]), aware(params["EndTime"]), params["Period"]
    if not params.get("Statistics") and not params.get("ExtendedStatistics"):
        message = (
            "At least one of the parameters Statistics and ExtendedStatistics must be specified."
        )
        yield Breach("MissingParameter", message)
    for name in params.get("ExtendedStatistics") or ():
        if name in STATISTICS or not is_statistic(name):
            yield _invalid("ExtendedStatistics", name)
    if start >= end:
        message = "The parameter StartTime must be less than the parameter EndTime."
        yield Breach("InvalidParameterCombination", message)
    if not is_period(period):
        yield _invalid("Period", period)
    points = math.ceil((end - start).total_seconds() / period)
    if points > MAX_STATISTICS_DATAPOINTS:
        message = (
            f"You have requested up to {points:,} datapoints, which exceeds the limit of "
            f"{MAX_STATISTICS_DATAPOINTS:,}. You may reduce the datapoints requested by increasing "
            "Period, or decreasing the time range."
        )
        yield Breach("InvalidParameterCombination", message)
    for fault in dimension_faults(params.get("Dimensions")):
        yield _invalid(fault)


@rule("cloudwatch", "ListMetrics")
def list_metrics(params: Params) -> Iterator[Breach]:
    """An account needs the linked accounts. Source: API Reference, ListMetrics, OwningAccount."""
    if params.get("OwningAccount") and not params.get("IncludeLinkedAccounts"):
        message = "OwningAccount can only be specified when IncludeLinkedAccounts is true."
        yield Breach("InvalidParameterValue", message)


def stale_period(start: datetime, period: int) -> int | None:
    """Return the multiple that a period must have to find data as old as `start`, if it has not.

    Source: API Reference, MetricStat.Period: 1 minute after 3 hours, 5 minutes after 15 days,
    1 hour after 63 days.
    """
    age = now() - start
    for limit, multiple in ((63, 3_600), (15, 300), (0.125, 60)):
        if age > timedelta(days=limit):
            return multiple if period % multiple else None
    return None
