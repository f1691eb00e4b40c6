"""The measures and terms that the KPI catalogue is made of, by the names of DESIGN's metrics."""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.budgets import Objective
from avatarwatch.kpi.formulas import Ratio, Term
from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import Measure, Source

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_MS = "Milliseconds"


def _custom(metric: str, statistic: str = "Sum", period: timedelta | None = None) -> Measure:
    return Measure(Source.CUSTOM, CUSTOM_METRICS[metric].name, statistic, period)


def _term(name: str, *plus: Measure, minus: tuple[Measure, ...] = ()) -> Term:
    return Term(name, plus, minus)


_SUCCEEDED, _FAILED = _custom("AvatarUploads"), _custom("UploadFailures")
_ORIGINAL, _STORED, _SENT = _custom("OriginalBytes"), _custom("StoredBytes"), _custom("UploadBytes")
UPLOADS = _term("SuccessfulUploads", _SUCCEEDED)
FAILED_UPLOADS = _term("UploadFailures", _FAILED)
UPLOAD_ATTEMPTS = _term("UploadAttempts", _SUCCEEDED, _FAILED)
MONTHLY_UPLOADS = _term("MonthToDateUploads", _custom("AvatarUploads", "Sum", _HOUR))
MULTI_SIZE = _term("MultiSizeUploads", _custom("MultiSizeUploads"))
DEDUPLICATED = _term("DuplicateUploads", _custom("DuplicateUploads"))
UPLOAD_TIME = _term("UploadTimeTotal", Measure(Source.CUSTOM, "UploadDuration", "Sum", unit=_MS))
TIMED = _term("TimedUploads", Measure(Source.CUSTOM, "UploadDuration", "SampleCount", unit=_MS))
UPLOAD_P95 = Measure(Source.CUSTOM, "UploadDuration", "p95", unit=_MS)
CONCURRENT = _custom("ConcurrentUploads", "Maximum")
ORIGINAL = _term("OriginalBytes", _ORIGINAL)
COMPRESSED = _term("CompressionSavedBytes", _ORIGINAL, minus=(_STORED,))
UPLOADED_BYTES = _term("UploadedBytes", _SENT)
SAVED_BYTES = _term("BandwidthSavedBytes", _SENT, minus=(_STORED,))
RATINGS = _term("RatingTotal", _custom("UserSatisfactionScore"))
RATING_COUNT = _term("Ratings", _custom("UserSatisfactionScore", "SampleCount"))
LOG_BYTES = Measure(Source.LOG_GROUP, "IncomingBytes")  # bounds what a query over logs scans
ACTIVE_UPLOADERS = Measure(Source.LOGS, "userId", "count_distinct")

# CloudFront tells shares by the minute: each weighs as much as its minute's requests.
_REQUESTS = Measure(Source.CDN, "Requests", "Sum", _MINUTE)
REQUESTS = _term("Requests", _REQUESTS)


def _share(metric: str, *, is_weight: bool = False) -> Measure:
    return Measure(
        Source.CDN, metric, "Average", _MINUTE, weight="Requests", is_weight=is_weight
    )  # fmt: skip


FAILED_REQUESTS = _term("FailedRequests", _share("TotalErrorRate"))
# Of what nobody tells the share (a minute that is late, a distribution without the additional
# metrics) nothing is known: it is neither good nor bad.
RATED_REQUESTS = _term("RatedRequests", _share("TotalErrorRate", is_weight=True))
# The rate is of cacheable requests, whose number CloudFront does not tell: all stand for them.
CACHEABLE = _term("CacheableRequests", _share("CacheHitRate", is_weight=True))
CACHE_HITS = _term("CacheHits", _share("CacheHitRate"))
ORIGIN_P95 = Measure(Source.CDN, "OriginLatency", "p95")
DOWNLOADED = _term("BytesDownloaded", Measure(Source.CDN, "BytesDownloaded"))


# AccessLogs puts shares as sets: SampleCount is what they are shares of, Sum 100 for each in them.
def _logged(name: str, *metrics: str) -> Term:
    return Term(name, tuple(Measure(Source.ACCESS, metric) for metric in metrics), per=100)


def _logged_count(name: str, metric: str) -> Term:
    return _term(name, Measure(Source.ACCESS, metric, "SampleCount"))


_LOGGED = _logged_count("LoggedRequests", "BytesSent")


def _by_logs(above: Term, below: Term, usual: Ratio) -> Preferred:
    return Preferred(Ratio(above, below, minimum=usual.minimum), usual, _LOGGED, REQUESTS)


ERROR_RATE = _by_logs(
    _logged("LoggedFailures", "ClientErrorRate", "ServerErrorRate"), _LOGGED,
    Ratio(FAILED_REQUESTS, RATED_REQUESTS, minimum=100),
)  # fmt: skip
HIT_RATE = _by_logs(
    _logged("LoggedCacheHits", "CacheHitRate"),
    _logged_count("LoggedCacheableRequests", "CacheHitRate"),
    Ratio(CACHE_HITS, CACHEABLE, minimum=100),
)
# What deduplication and compression leave to store and deliver of what was sent: with the guide's
# targets for both, 1 - 0.7 x 0.4 = 72 %, which is its target here. The access logs know more of
# bandwidth: what of the delivered bytes the origin did not have to send.
BANDWIDTH_SAVINGS = _by_logs(
    _logged("LoggedBytesFromCache", "ByteHitRate"),
    _logged_count("LoggedCacheableBytes", "ByteHitRate"),
    Ratio(SAVED_BYTES, UPLOADED_BYTES),
)
TTFB_TOTAL = _term("TimeToFirstByteTotal", Measure(Source.ACCESS, "TimeToFirstByte"))
TTFB_COUNT = _term("TimedRequests", Measure(Source.ACCESS, "TimeToFirstByte", "SampleCount"))

DOWN = Measure(Source.HEALTH, "UnhealthyEndpoints", "Maximum")
GOOD_PROBES = _term("GoodProbes", Measure(Source.HEALTH, "EndpointUp"))
PROBES = _term("Probes", Measure(Source.HEALTH, "EndpointUp", "SampleCount"))

STORAGE = Measure(Source.STORAGE, "BucketSizeBytes", "Average", _DAY)


def _saving(name: str) -> Measure:
    """Return a figure of cost control's own; rules that cost more than they save are below 0."""
    return Measure(Source.OPERATIONS, name, "Maximum", _HOUR, signed=True)


LIFECYCLE_SAVING_EXPECTED = _saving("LifecycleSavingExpected")
LIFECYCLE_SAVING_REALISED = _saving("LifecycleSavingRealised")


def _bill(service: str) -> Measure:
    return Measure(
        Source.BILLING, "EstimatedCharges", "Maximum", _HOUR,
        dimensions=(("Currency", "USD"), ("ServiceName", service)),
    )  # fmt: skip


STORAGE_BILL = (_bill("AmazonS3"),)
SYSTEM_BILL = (*STORAGE_BILL, _bill("AmazonCloudFront"))

UPLOADS_OBJECTIVE = Objective("upload", "uploads", 99.0, FAILED_UPLOADS, UPLOAD_ATTEMPTS, least=10)
AVAILABILITY = Objective(
    "availability",
    "polls",
    99.9,
    GOOD_PROBES,
    PROBES,
    least=3,
    is_good=True,
    leaves_out=True,
    is_steady=True,
)
