"""The KPIs that alarms wait for, until the function that computes them is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.backend.ledger import Totals
from local.backend.metric_data import put, single

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

    from local.backend.traffic import MinuteOfTraffic

KPI_NAMESPACE = "AvatarSystem/KPI"


def publish_upload_kpis(
    client: CloudWatchClient, minutes: Sequence[MinuteOfTraffic], at: datetime
) -> None:
    """Put the KPIs of these minutes, taken together, as one point each at `at`.

    UploadFailureRate is UploadFailures / (AvatarUploads + UploadFailures) * 100, with its
    numerator UploadFailures and its denominator UploadAttempts beside it; all three are absent
    without traffic. StorageBytes is the sum over storage types at the end of the last minute;
    absent without minutes.

    This stands in for the function kpi_aggregation and goes when that lands.
    """
    totals = Totals.sum(Totals.of(minute) for minute in minutes)
    attempts = totals.uploads + totals.failures
    data: list[MetricDatumTypeDef] = []
    if attempts:
        data += [
            single("UploadFailureRate", totals.failures / attempts * 100, "Percent", at),
            single("UploadFailures", totals.failures, "Count", at),
            single("UploadAttempts", attempts, "Count", at),
        ]
    if minutes:
        data.append(single("StorageBytes", minutes[-1].storage.total_bytes, "Bytes", at))
    put(client, KPI_NAMESPACE, data)
