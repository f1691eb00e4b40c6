"""Put metrics of our own in as few requests as the limits allow; read answers that are whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StatusCodeType
    from mypy_boto3_cloudwatch.type_defs import (
        GetMetricDataOutputTypeDef,
        MetricDataResultTypeDef,
        MetricDatumTypeDef,
    )

# PutMetricData, API reference. Bytes are counted as JSON, in which a number may be longer than on
# the wire, and with room for the request around the data.
MAX_DATA = 1000
MAX_BYTES = 900_000


class PartialAnswerError(BotoCoreError):  # passes as every other failure to read does
    """GetMetricData answered 200 and says of a query that its points are not all."""

    fmt = "CloudWatch says {status} of {query}"


def read(
    pages: Iterable[GetMetricDataOutputTypeDef], lacking: dict[str, StatusCodeType]
) -> Iterator[MetricDataResultTypeDef]:
    """Yield the results of GetMetricData's pages; what failed inside of it is no silence.

    ``lacking`` gets the status of each query, by its Id, whose last word is not Complete
    (MetricDataResult, API reference): InternalError, Forbidden, or PartialData without a rest.
    """
    for page in pages:
        for result in page["MetricDataResults"]:
            status = result.get("StatusCode", "Complete")
            if lacking.get(result["Id"]) == "PartialData":  # of an earlier page
                del lacking[result["Id"]]
            if status != "Complete":
                lacking[result["Id"]] = status
            yield result


def results(
    pages: Iterable[GetMetricDataOutputTypeDef],
) -> Iterator[MetricDataResultTypeDef]:
    """Yield the results of pages of which all are needed.

    Raises
    ------
    PartialAnswerError
        A query's points are not all.
    """
    lacking: dict[str, StatusCodeType] = {}
    yield from read(pages, lacking)
    for query, status in lacking.items():
        raise PartialAnswerError(query=query, status=status)


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
