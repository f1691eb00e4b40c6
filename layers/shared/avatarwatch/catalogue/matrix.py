"""The guide's matrix: its twelve alerts in its order, its actions exactly.

Chat besides for all but those for information, which have no action: the dashboard and the reports
show them. Each is one alarm on one KPI (docs/decisions/0050).
"""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.catalogue.alarm import (
    DAY,
    GIGABYTES,
    HOUR,
    MINUTE,
    SECONDS,
    Alarm,
    Missing,
    Operator,
    Points,
    Threshold,
    kpi,
)
from avatarwatch.catalogue.model import AlertRule, ChannelKind, Ratio, Severity, rule
from avatarwatch.units import Unit

_CHAT, _PAGE, _MAIL, _TEXT = (
    ChannelKind.CHAT, ChannelKind.PAGE, ChannelKind.MAIL, ChannelKind.TEXT,
)  # fmt: skip
_CRITICAL, _WARNING, _INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
_OVER, _UNDER = Operator.OVER, Operator.UNDER
_KEEPS, _OK = Missing.IGNORE, Missing.NOT_BREACHING
_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)

_MEASURED_DAILY = (
    _KEEPS, "storage is measured once a day; a late day says nothing about the size",
)  # fmt: skip
# The metric itself spans the day, or is measured once in it, and is put each hour: over a day of
# such points an alarm would recover a day late.
_OF_A_DAY = Points(HOUR)
_OF_A_WEEK = Points(
    DAY, 1, 7, "what was crossed once is still there when the weekly report reads it"
)

_CRITICALS = (
    rule("StorageCritical", "Storage", _CRITICAL, (_CHAT, _MAIL, _TEXT), Unit.BYTES, _DAILY,
        "storage-critical",
        threshold=Threshold(100,
            "GB stored in the avatar buckets, all storage classes (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm("The avatar buckets of {system} hold more than {threshold} GB.",
            kpi("StorageBytes"), _OVER, _OF_A_DAY, _MEASURED_DAILY)),
    rule("ErrorRateCritical", "Error rate", _CRITICAL, (_CHAT, _MAIL, _PAGE), Unit.PERCENT,
        _HOURLY, "error-rate",
        ratio=Ratio("FailedRequests", "Requests", "{numerator} of {denominator} requests failed"),
        threshold=Threshold(5,
            "percent of requests to the CDN that fail within 5 minutes, 4xx and 5xx together.",
            0, 100),
        alarm=Alarm("More than {threshold} % of requests to the CDN of {system} fail.",
            kpi("ErrorRate"), _OVER,
            Points(5 * MINUTE, 2, 3,
                "one point around the threshold would flap, and CloudFront's points come minutes"
                " late"),
            (_OK, "too few requests for a rate; silence is not an error"))),
    rule("CdnLatencyCritical", "CDN latency", _CRITICAL, (_CHAT, _MAIL), Unit.MILLISECONDS,
        _HOURLY, "cdn-latency",
        threshold=Threshold(5,
            "seconds that the CDN waits for the origin within 5 minutes, 95th percentile.",
            scale=SECONDS),
        alarm=Alarm(
            "The CDN of {system} waits more than {threshold} s for its origin (95th percentile).",
            kpi("CdnLatency"), _OVER,
            Points(5 * MINUTE, 2, 3,
                "one slow answer in a quiet five minutes would be the percentile"),
            (_OK, "nothing was asked of the origin"))),
    rule("UploadFailuresCritical", "Upload failures", _CRITICAL, (_CHAT, _MAIL, _TEXT),
        Unit.PERCENT, _HOURLY, "upload-failures",
        ratio=Ratio(
            "UploadFailures", "UploadAttempts", "{numerator} of {denominator} uploads failed"),
        threshold=Threshold(10, "percent of uploads that fail within 15 minutes.", 0, 100),
        alarm=Alarm(
            "More than {threshold} % of uploads to {system} have failed for 15 minutes.",
            kpi("UploadFailureRate"), _OVER,
            Points(5 * MINUTE, 3, 3, "fifteen minutes without a good point among them"),
            (_OK, "no uploads, no rate; silence of the backend is for EndpointDown to tell"))),
)  # fmt: skip

_WARNINGS = (
    rule("StorageWarning", "Storage", _WARNING, (_CHAT, _MAIL), Unit.BYTES, _DAILY,
        "storage-warning",
        threshold=Threshold(50,
            "GB stored in the avatar buckets, all storage classes (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm("The avatar buckets of {system} hold more than {threshold} GB.",
            kpi("StorageBytes"), _OVER, _OF_A_DAY, _MEASURED_DAILY)),
    rule("BandwidthWarning", "Bandwidth in 24 h", _WARNING, (_CHAT, _MAIL), Unit.BYTES, _DAILY,
        "bandwidth",
        threshold=Threshold(100, "GB that leave the CDN in 24 hours (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm("More than {threshold} GB left the CDN of {system} within 24 hours.",
            kpi("Bandwidth24h"), _OVER, _OF_A_DAY,
            (_OK, "CloudFront publishes nothing when nothing leaves it"))),
    rule("CacheHitRateWarning", "Cache hit rate", _WARNING, (_CHAT, _MAIL), Unit.PERCENT, _DAILY,
        "cache-hit-rate",
        ratio=Ratio("CacheHits", "CacheableRequests",
            "{numerator} of {denominator} requests came from the cache"),
        threshold=Threshold(90,
            "percent of cacheable requests that come from the cache, over an hour.", 0, 100),
        alarm=Alarm(
            "Less than {threshold} % of requests to the CDN of {system} come from the cache.",
            kpi("CacheHitRate"), _UNDER,
            Points(5 * MINUTE, 9, 12,
                "most of an hour, as a purge or a quiet spell lowers a few points"),
            (_OK, "too few requests for a rate, or CloudFront's additional metrics are off"))),
    rule("RequestRateWarning", "Request rate", _WARNING, (_CHAT, _MAIL), Unit.PER_MINUTE, _DAILY,
        "request-rate",
        threshold=Threshold(1000, "requests to the CDN a minute, for 15 minutes.", 0),
        alarm=Alarm(
            "More than {threshold} requests a minute to the CDN of {system} for 15 minutes.",
            kpi("RequestRate"), _OVER,
            Points(5 * MINUTE, 3, 3, "a short burst is what a CDN is for"),
            (_OK, "CloudFront publishes nothing without requests"))),
)  # fmt: skip

_INFORMATION = (
    rule("DailyUploadsInfo", "Uploads in a day", _INFO, (), Unit.NONE, None, "daily-uploads",
        threshold=Threshold(500, "uploads in 24 hours.", 0),
        alarm=Alarm("More than {threshold} uploads to {system} in 24 hours.",
            kpi("UploadsLast24h"), _OVER, _OF_A_DAY, (_OK, "no uploads, nothing counted"))),
    rule("StorageGrowthInfo", "Storage growth in 7 days", _INFO, (), Unit.BYTES, None,
        "storage-growth",
        threshold=Threshold(10,
            "GB by which the avatar buckets grow in 7 days (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm(
            "The avatar buckets of {system} grew by more than {threshold} GB in 7 days.",
            kpi("StorageGrowth7d"), _OVER, _OF_A_WEEK, _MEASURED_DAILY)),
    rule("CostIncreaseInfo", "Cost increase in 30 days", _INFO, (), Unit.PERCENT, None,
        "cost-increase",
        threshold=Threshold(20,
            "percent by which the last 30 days cost more than the 30 before.", 0),
        alarm=Alarm(
            "The last 30 days of {system} cost over {threshold} % more than the 30 before.",
            kpi("CostIncrease30d"), _OVER,
            Points(DAY, 1, 7, "the metric spans the month, an alarm a week at most"),
            (_KEEPS, "charges come every six hours or later; none says nothing about the cost"))),
    rule("UserAdoptionInfo", "User adoption in 7 days", _INFO, (), Unit.PERCENT, None,
        "user-adoption",
        threshold=Threshold(0,
            "percent by which the uploading users of 7 days outnumber those of the 7 before.",
            -100),
        alarm=Alarm(
            "The uploading users of {system} in 7 days outnumber those of the 7 before by over"
            " {threshold} %.",
            kpi("UserAdoption7d"), _OVER, _OF_A_WEEK,
            (_OK, "nobody uploaded, or the API's logs are not there to count users in"))),
)  # fmt: skip

MATRIX: tuple[AlertRule, ...] = (*_CRITICALS, *_WARNINGS, *_INFORMATION)
