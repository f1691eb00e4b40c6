"""Put metrics of our own: explicit timestamps, as few requests as the limits allow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

# PutMetricData, API reference. Bytes are counted as JSON, in which a number may be longer than on
# the wire, and with room for the request around the data.
MAX_DATA = 1000
MAX_BYTES = 900_000


def put(client: CloudWatchClient, namespace: str, data: Iterable[MetricDatumTypeDef]) -> int:
    """Put data in as few requests as 1,000 data and 1 MB allow; return how many.

    botocore's errors pass to the caller; what was put before stays.
    """
    requests = 0
    for batch in _batches(data):
        client.put_metric_data(Namespace=namespace, MetricData=batch)
        requests += 1
    return requests


def _batches(data: Iterable[MetricDatumTypeDef]) -> Iterator[list[MetricDatumTypeDef]]:
    batch: list[MetricDatumTypeDef] = []
    size = 0
    for datum in data:
        needed = len(json.dumps(datum, default=str).encode())
        if batch and (len(batch) == MAX_DATA or size + needed > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(datum)
        size += needed
    if batch:
        yield batch
