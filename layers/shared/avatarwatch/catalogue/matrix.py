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
from avatarwatch.catalogue.model import (
    FAILED_UPLOADS,
    AlertRule,
    ChannelKind,
    Ratio,
    Severity,
    rule,
)
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
# These numbers look back by themselves, over the guide's time or longer where few events came.
_NOW = Points(
    5 * MINUTE, 1, 3, "the number looks back by itself; it is over when none of three is over"
)
_NOTHING_NEW = (_KEEPS, "too few events to judge: what was true last stays")
_OF_A_DAY = (_KEEPS, "a day's number comes a quarter of an hour after its day")
_CROSSED = (_KEEPS, "the number is put when it crosses the threshold, and at a day's end")
# It is an hour old when it is put, and put for three hours: any one of them may be lost.
_THIS_DAY = Points(HOUR, 1, 3, "a point is an hour old when it is put; none of three over ends it")
# A day's number is one point, looked at while it is the newest.
_DAY = Points(DAY)
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
            kpi("StorageBytes"), _OVER, _DAY, _MEASURED_DAILY)),
    rule("ErrorRateCritical", "Error rate", _CRITICAL, (_CHAT, _MAIL, _PAGE), Unit.PERCENT,
        _HOURLY, "error-rate",
        ratio=Ratio("{numerator} of {denominator} requests failed"),
        threshold=Threshold(5,
            "percent of requests to the CDN that fail within 5 minutes, 4xx and 5xx together.",
            0, 100),
        alarm=Alarm("More than {threshold} % of requests to the CDN of {system} fail.",
            kpi("ErrorRate5m"), _OVER, _NOW, _NOTHING_NEW)),
    rule("CdnLatencyCritical", "CDN latency", _CRITICAL, (_CHAT, _MAIL), Unit.MILLISECONDS,
        _HOURLY, "cdn-latency",
        threshold=Threshold(5,
            "seconds that the CDN waits for the origin within 5 minutes, 95th percentile.",
            scale=SECONDS),
        alarm=Alarm(
            "The CDN of {system} waits more than {threshold} s for its origin (95th percentile).",
            kpi("CdnLatency"), _OVER, _NOW,
            (_KEEPS, "nothing was asked of the origin: how slow it is now is not known"))),
    rule("UploadFailuresCritical", "Upload failures", _CRITICAL, (_CHAT, _MAIL, _TEXT),
        Unit.PERCENT, _HOURLY, "upload-failures",
        ratio=Ratio("{numerator} of {denominator} uploads failed"), logs=FAILED_UPLOADS,
        threshold=Threshold(10, "percent of uploads that fail within 15 minutes.", 0, 100),
        alarm=Alarm(
            "More than {threshold} % of uploads to {system} have failed for 15 minutes.",
            kpi("UploadFailureRate"), _OVER, _NOW, _NOTHING_NEW)),
)  # fmt: skip

_WARNINGS = (
    rule("StorageWarning", "Storage", _WARNING, (_CHAT, _MAIL), Unit.BYTES, _DAILY,
        "storage-warning",
        threshold=Threshold(50,
            "GB stored in the avatar buckets, all storage classes (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm("The avatar buckets of {system} hold more than {threshold} GB.",
            kpi("StorageBytes"), _OVER, _DAY, _MEASURED_DAILY)),
    rule("BandwidthWarning", "Bandwidth in 24 h", _WARNING, (_CHAT, _MAIL), Unit.BYTES, _DAILY,
        "bandwidth",
        threshold=Threshold(100, "GB that leave the CDN in 24 hours (1 GB is 10^9 bytes).",
            scale=GIGABYTES),
        alarm=Alarm("More than {threshold} GB left the CDN of {system} within 24 hours.",
            kpi("Bandwidth24h"), _OVER, _THIS_DAY, _CROSSED)),
    rule("CacheHitRateWarning", "Cache hit rate", _WARNING, (_CHAT, _MAIL), Unit.PERCENT, _DAILY,
        "cache-hit-rate",
        ratio=Ratio("{numerator} of {denominator} requests came from the cache"),
        threshold=Threshold(90,
            "percent of cacheable requests that come from the cache, over an hour.", 0, 100),
        alarm=Alarm(
            "Less than {threshold} % of requests to the CDN of {system} come from the cache.",
            kpi("CacheHitRate1h"), _UNDER, _NOW, _NOTHING_NEW)),
    rule("RequestRateWarning", "Request rate", _WARNING, (_CHAT, _MAIL), Unit.PER_MINUTE, _DAILY,
        "request-rate",
        threshold=Threshold(1000, "requests to the CDN a minute, for 15 minutes.", 0),
        alarm=Alarm(
            "More than {threshold} requests a minute to the CDN of {system} for 15 minutes.",
            kpi("RequestRate"), _OVER, _NOW,
            (_OK, "CloudFront publishes nothing without requests"))),
)  # fmt: skip

_INFORMATION = (
    rule("DailyUploadsInfo", "Uploads in a day", _INFO, (), Unit.NONE, None, "daily-uploads",
        threshold=Threshold(500, "uploads in 24 hours.", 0),
        alarm=Alarm("More than {threshold} uploads to {system} in 24 hours.",
            kpi("UploadsLast24h"), _OVER, _DAY, _OF_A_DAY)),
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
