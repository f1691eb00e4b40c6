"""MetricDatum in its exact aggregated forms, and PutMetricData within its limits.

Limits: 1,000 data and 1 MB a request, 150 distinct values a datum (API reference, PutMetricData).
"""

from __future__ import annotations

from collections import Counter
from itertools import batched
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StandardUnitType
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

MAX_DATA = 1000
MAX_VALUES = 150
# A value and its count take about 130 bytes in the most wordy of the service's protocols (query),
# a datum without values under 600: 800,000 by this count stays below 1 MB in all of them.
MAX_BYTES = 800_000
_BYTES_PER_VALUE = 130
_BYTES_PER_DATUM = 600


def single(
    name: str,
    value: float,
    unit: StandardUnitType,
    at: datetime,
    dimensions: Mapping[str, str] | None = None,
) -> MetricDatumTypeDef:
    """Return a datum of one sample."""
    return {**_head(name, unit, at, dimensions), "Value": value}


def distribution(
    name: str,
    samples: Sequence[float],
    unit: StandardUnitType,
    at: datetime,
    dimensions: Mapping[str, str] | None = None,
) -> list[MetricDatumTypeDef]:
    """Return samples as Values and Counts: all statistics stay exact, percentiles too.

    As many data as 150 distinct values each need; none without samples.
    """
    counted = sorted(Counter(samples).items())
    return [
        {
            **_head(name, unit, at, dimensions),
            "Values": [value for value, _ in part],
            "Counts": [count for _, count in part],
        }
        for part in batched(counted, MAX_VALUES, strict=False)
    ]


def statistic_set(
    name: str, samples: Sequence[float], unit: StandardUnitType, at: datetime
) -> list[MetricDatumTypeDef]:
    """Return samples as one StatisticSet: Sum, Average and bounds exact, percentiles lost.

    No datum without samples.
    """
    if not samples:
        return []
    return [
        {
            **_head(name, unit, at, None),
            "StatisticValues": {
                "SampleCount": len(samples),
                "Sum": sum(samples),
                "Minimum": min(samples),
                "Maximum": max(samples),
            },
        }
    ]


def put(client: CloudWatchClient, namespace: str, data: Iterable[MetricDatumTypeDef]) -> None:
    """Put data in as few requests as the limits allow; errors of botocore pass through."""
    for batch in _batches(data):
        client.put_metric_data(Namespace=namespace, MetricData=batch)


def _head(
    name: str, unit: StandardUnitType, at: datetime, dimensions: Mapping[str, str] | None
) -> MetricDatumTypeDef:
    head: MetricDatumTypeDef = {"MetricName": name, "Unit": unit, "Timestamp": at}
    if dimensions:
        head["Dimensions"] = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return head


def _batches(data: Iterable[MetricDatumTypeDef]) -> Iterator[list[MetricDatumTypeDef]]:
    batch: list[MetricDatumTypeDef] = []
    size = 0
    for datum in data:
        needed = _BYTES_PER_DATUM + _BYTES_PER_VALUE * len(datum.get("Values", ()))
        if batch and (len(batch) == MAX_DATA or size + needed > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(datum)
        size += needed
    if batch:
        yield batch
