"""Graphs of metrics that are no KPIs: the service's own, and AWS's with their full dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from avatarwatch.namespaces import Own
from local.generate.widgets import (
    CRITICAL,
    FAINT,
    GLOBAL,
    GOOD,
    SECOND,
    VALUE,
    WARNING,
    ZERO,
    Widget,
    by,
    graph,
    ours,
    search,
)

_BUCKETS = 'BucketName=("${Buckets}")'
_CDN = 'Region="Global" DistributionId=("${Distributions}")'
_CDN_SCHEMA = "AWS/CloudFront,DistributionId,Region"
_SHARE = {"min": 0, "max": 100, "label": "%", "showUnits": False}


def uploads() -> Iterable[Widget]:
    """Return what the API itself counts of uploads and of their time."""
    custom = ours(Own.CUSTOM)
    yield graph("Uploads by outcome", [
        [custom, "AvatarUploads", {"label": "succeeded", "color": GOOD}],
        [custom, "UploadFailures", {"label": "failed", "color": CRITICAL}],
        [custom, "DuplicateUploads", {"label": "of them duplicates", "color": FAINT}],
    ], stat="Sum", left=ZERO)  # fmt: skip
    yield graph("Upload time", [
        [custom, "UploadDuration", {"stat": "p50", "label": "median", "color": VALUE}],
        [custom, "UploadDuration", {"stat": "p95", "label": "95th percentile", "color": SECOND}],
    ], left={**ZERO, "label": "ms"})  # fmt: skip


def uploads_in_detail() -> Iterable[Widget]:
    """Return what it counts of their size."""
    custom = ours(Own.CUSTOM)
    yield graph("Bytes that came, and that deduplication saved", [
        [custom, "UploadBytes", {"label": "uploaded", "color": VALUE}],
        [custom, "DeduplicationSavings", {"label": "saved", "color": GOOD}],
    ], stat="Sum", left={**ZERO, "label": "bytes"})  # fmt: skip


def delivery() -> Iterable[Widget]:
    """Return the guide's second and third widget, of metrics that exist, from where they are."""

    def cdn(metric: str, stat: str, **options: Any) -> list[Any]:
        terms = f'MetricName="{metric}" {_CDN}'
        return search(_CDN_SCHEMA, terms, stat, 300, label=metric, **options)

    yield graph("CDN: requests and bytes", [
        cdn("Requests", "Sum", color=VALUE),
        cdn("BytesDownloaded", "Sum", color=SECOND, yAxis="right"),
    ], region=GLOBAL, left={**ZERO, "label": "requests"},
        right={**ZERO, "label": "bytes"})  # fmt: skip
    yield graph("CDN: cache hits (needs additional metrics)", [
        cdn("CacheHitRate", "Average", color=VALUE),
    ], region=GLOBAL, left=_SHARE)  # fmt: skip
    yield graph("Errors: CDN in percent, S3 as counts (request metrics)", [
        cdn("4xxErrorRate", "Average", color=WARNING),
        cdn("5xxErrorRate", "Average", color=CRITICAL),
        cdn("TotalErrorRate", "Average", color=FAINT),
        search("AWS/S3,BucketName,FilterId", f'MetricName=("4xxErrors" OR "5xxErrors") {_BUCKETS}',
               "Sum", 300, label="S3", region="${AWS::Region}", yAxis="right"),
    ], region=GLOBAL, left={**ZERO, "label": "%"},
        right={**ZERO, "label": "errors"})  # fmt: skip


def availability() -> Iterable[Widget]:
    """Return what health polling finds out over all endpoints; of each, the status page tells."""

    def health(metric: str, stat: str, **options: Any) -> list[Any]:
        return [ours(Own.HEALTH), metric, {"stat": stat, **options}]

    yield graph("Share of the endpoints that are up", [
        health("EndpointUp", "Average", label="up", color=GOOD),
    ], period=60, left={"min": 0, "max": 1, "showUnits": False})  # fmt: skip
    yield graph("Endpoints: response time", [
        health("ResponseTime", "Average", label="mean of all", color=VALUE),
        health("ResponseTime", "Maximum", label="slowest", color=FAINT),
    ], period=60, left={**ZERO, "label": "ms"})  # fmt: skip
    yield graph("Endpoints that are down", [
        health("UnhealthyEndpoints", "Maximum", label="down", color=CRITICAL),
    ], period=60, left=ZERO)  # fmt: skip


def availability_in_detail() -> Iterable[Widget]:
    """Return the certificates' days, which are put once a day."""
    yield graph("Days left of the first certificate to end", [
        [ours(Own.HEALTH), "TlsDaysRemaining",
         {"stat": "Minimum", "label": "days", "color": VALUE}],
    ], period=86_400, start="-P30D", left=ZERO)  # fmt: skip


def storage() -> Iterable[Widget]:
    """Return the guide's first widget, by storage class over days."""
    yield graph("Storage by class", [
        search("AWS/S3,BucketName,StorageType", f'MetricName="BucketSizeBytes" {_BUCKETS}',
               "Average", 86_400, label=by("BucketName", "StorageType")),
    ], period=86_400, stat="Average", stacked=True, start="-P30D",
        left={**ZERO, "label": "bytes"})  # fmt: skip
    yield graph("Objects", [
        search("AWS/S3,BucketName,StorageType",
               f'MetricName="NumberOfObjects" StorageType="AllStorageTypes" {_BUCKETS}',
               "Average", 86_400, label=by("BucketName")),
    ], period=86_400, stat="Average", start="-P30D", left=ZERO)  # fmt: skip


def storage_in_detail() -> Iterable[Widget]:
    """Return the bill."""
    yield graph("Charges of the month so far", [
        ["AWS/Billing", "EstimatedCharges", "Currency", "USD",
         {"label": "account", "color": VALUE}],
        search("AWS/Billing,Currency,ServiceName",
               'MetricName="EstimatedCharges" Currency="USD"'
               ' ServiceName=("AmazonS3" OR "AmazonCloudFront" OR "AWSLambda")',
               "Maximum", 21_600, label=by("ServiceName")),
    ], region=GLOBAL, period=21_600, start="-P30D",
        left={**ZERO, "label": "US$"})  # fmt: skip
