"""Metrics that AWS itself publishes for a bucket, a distribution and the bill, simulated.

Real AWS refuses PutMetricData to a namespace that starts with `AWS/`; an emulator takes it, and
nothing else there would produce these metrics. The clients given here must therefore speak to an
emulator, and be exempt from any check that requests would be legal on real AWS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local.backend.metric_data import distribution, put, single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

    from local.backend.traffic import Charges, MinuteOfTraffic, StorageLevel

GLOBAL_REGION = "us-east-1"
"""Where AWS keeps the metrics of CloudFront and of the bill."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often AWS publishes levels: storage once a day, charges about every six hours."""

    storage: timedelta = timedelta(days=1)
    billing: timedelta = timedelta(hours=6)


class WrongRegionError(ValueError):
    """The client for CloudFront and billing metrics is not in us-east-1."""


class AwsSideWriter:
    """Puts AWS/S3 at home, AWS/CloudFront and AWS/Billing in us-east-1.

    Parameters
    ----------
    home
        Client of the bucket's region.
    us_east_1
        Client of us-east-1; another region raises `WrongRegionError`.
    cadence
        Levels are put with the first minute of each period (and the first of all), stamped with
        the period's start, as AWS stamps the day for storage.
    """

    def __init__(
        self,
        home: CloudWatchClient,
        us_east_1: CloudWatchClient,
        *,
        bucket: str,
        distribution_id: str,
        cadence: Cadence | None = None,
    ) -> None:
        if us_east_1.meta.region_name != GLOBAL_REGION:
            raise WrongRegionError(f"{us_east_1.meta.region_name} holds no CloudFront metrics")
        self._home = home
        self._global = us_east_1
        self._bucket = bucket
        self._distribution_id = distribution_id
        self._cadence = cadence or Cadence()
        self._storage_put: datetime | None = None
        self._billing_put: datetime | None = None

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Put what AWS would publish about these minutes."""
        storage: list[MetricDatumTypeDef] = []
        cdn: list[MetricDatumTypeDef] = []
        billing: list[MetricDatumTypeDef] = []
        for minute in minutes:
            cdn += cdn_data(minute, self._distribution_id)
            day = _floor(minute.start, self._cadence.storage)
            if day != self._storage_put:
                storage += storage_data(minute.storage, self._bucket, day)
                self._storage_put = day
            period = _floor(minute.start, self._cadence.billing)
            if period != self._billing_put:
                billing += billing_data(minute.charges, period)
                self._billing_put = period
        put(self._home, "AWS/S3", storage)
        put(self._global, "AWS/CloudFront", cdn)
        put(self._global, "AWS/Billing", billing)


def storage_data(storage: StorageLevel, bucket: str, at: datetime) -> list[MetricDatumTypeDef]:
    """Return BucketSizeBytes for each storage type, and NumberOfObjects over all."""
    everything = {"BucketName": bucket, "StorageType": "AllStorageTypes"}
    return [
        *(
            single(
                "BucketSizeBytes", size, "Bytes", at, {"BucketName": bucket, "StorageType": kind}
            )
            for kind, size in storage.by_type.items()
        ),
        single("NumberOfObjects", storage.objects, "Count", at, everything),
    ]


def cdn_data(minute: MinuteOfTraffic, distribution_id: str) -> list[MetricDatumTypeDef]:
    """Return a minute of the distribution; rates are percent, none without requests."""
    cdn, at = minute.cdn, minute.start
    dimensions = {"DistributionId": distribution_id, "Region": "Global"}
    data = [
        single("Requests", cdn.requests, "None", at, dimensions),
        single("BytesDownloaded", cdn.bytes_downloaded, "None", at, dimensions),
        single("BytesUploaded", cdn.bytes_uploaded, "None", at, dimensions),
        *distribution("OriginLatency", cdn.origin_latencies_ms, "Milliseconds", at, dimensions),
    ]
    if cdn.requests:
        shares = {
            "4xxErrorRate": cdn.errors_4xx,
            "5xxErrorRate": cdn.errors_5xx,
            "TotalErrorRate": cdn.errors_4xx + cdn.errors_5xx,
            "CacheHitRate": cdn.cache_hits,
        }
        data += [
            single(name, count / cdn.requests * 100, "Percent", at, dimensions)
            for name, count in shares.items()
        ]
    return data


def billing_data(charges: Charges, at: datetime) -> list[MetricDatumTypeDef]:
    """Return the month's charges so far: the total, and each service's."""
    usd = {"Currency": "USD"}
    services = charges.by_service
    return [
        single("EstimatedCharges", sum(services.values()), "None", at, usd),
        *(
            single("EstimatedCharges", amount, "None", at, {**usd, "ServiceName": service})
            for service, amount in services.items()
        ),
    ]


def _floor(at: datetime, period: timedelta) -> datetime:
    return at - (at - _EPOCH) % period
