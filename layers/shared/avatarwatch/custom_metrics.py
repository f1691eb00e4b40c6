"""The metrics of <root>/Custom: what an avatar backend tells of itself, one entry each.

A team's own stand in `kpi/team.py`. From here come the metric filters of template.yaml, the tables
of docs/integration.md (both by `make docs`), what the simulated backend writes, and what tests
know of.
"""

from __future__ import annotations

from collections.abc import Mapping

from avatarwatch.kpi import team
from avatarwatch.kpi.backend_metric import UPLOAD, CustomMetric, Line, MetricUnit

SUCCEEDED, FAILED = "$.success IS TRUE", "$.success IS FALSE"


def _counted(
    name: str, unit: MetricUnit, meaning: str, *terms: str, value: str = "1"
) -> CustomMetric:
    return CustomMetric(name, unit, meaning, Line((UPLOAD, *terms), value))


_DUPLICATE, _SIZE = "$.isDuplicate IS TRUE", "$.fileSize >= 0"

_METRICS = (
    _counted("AvatarUploads", "Count", "an upload that succeeded", SUCCEEDED),
    _counted("UploadFailures", "Count", "an upload that failed", FAILED),
    _counted("UploadDuration", "Milliseconds", "how long an upload that succeeded took",
             SUCCEEDED, "$.duration >= 0", value="$.duration"),
    _counted("UploadBytes", "Bytes", "the file of an upload that succeeded",
             SUCCEEDED, _SIZE, value="$.fileSize"),
    _counted("DuplicateUploads", "Count", "an upload whose file was there already",
             SUCCEEDED, _DUPLICATE),
    _counted("DeduplicationSavings", "Bytes", "the file that was therefore not stored again",
             SUCCEEDED, _DUPLICATE, _SIZE, value="$.fileSize"),
    CustomMetric("OriginalBytes", "Bytes", "a newly stored avatar before compression"),
    CustomMetric("StoredBytes", "Bytes", "a newly stored avatar after compression"),
    CustomMetric("ConcurrentUploads", "Count", "uploads under way at the moment"),
    CustomMetric("MultiSizeUploads", "Count", "an upload that asked for several sizes"),
    CustomMetric("UserSatisfactionScore", "None", "a user's rating from 1 to 5"),
)  # fmt: skip

CUSTOM_METRICS: Mapping[str, CustomMetric] = {
    metric.name: metric for metric in (*_METRICS, *team.METRICS)
}
"""Every metric by its name."""
