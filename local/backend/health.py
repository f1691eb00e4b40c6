"""The guide's health document, and its own (too simple) judgement of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from local.backend.ledger import Ledger
from local.backend.scenarios import ComponentStyle
from local.backend.traffic import ComponentHealth
from local.backend.writers import iso_ms

SERVICE = "avatar-system"
VERSION = "1.0.0"
_RECENT = timedelta(minutes=15)
_DAY = timedelta(days=1)

type Document = dict[str, Any]


def health_document(
    components: Sequence[ComponentHealth], ledger: Ledger, style: ComponentStyle, at: datetime
) -> Document:
    """Return the document of GET /api/monitoring/health, its fields named as in the guide.

    `metrics`: uploads of the last 24 h; the mean upload in ms, and cache hits and failed uploads
    in percent of the last 15 min, null without traffic; storage in bytes, null while unknown.
    """
    return {
        "timestamp": iso_ms(at),
        "service": SERVICE,
        "version": VERSION,
        **{health.component.value: _written(health, style) for health in components},
        "metrics": _metrics(ledger, at),
    }


def http_status(document: Document) -> int:
    """Judge a document as the guide does: 503 where a top-level value is "unhealthy", else 200.

    A component written as an object is never equal to that word, so its failure is overlooked.
    """
    return 503 if "unhealthy" in document.values() else 200


def _written(health: ComponentHealth, style: ComponentStyle) -> str | dict[str, Any]:
    if style is ComponentStyle.STRINGS:
        return health.status
    written = {"status": health.status, "latencyMs": health.latency_ms}
    return written if health.error is None else {**written, "error": health.error}


def _metrics(ledger: Ledger, at: datetime) -> dict[str, float | None]:
    day = ledger.between(at - _DAY, at)
    recent = ledger.totals(at - _RECENT, at)
    return {
        "uploadsLast24h": sum(entry.totals.uploads for entry in day),
        "averageUploadTime": _ratio(recent.duration_sum_ms, recent.uploads),
        "cacheHitRate": _percent(recent.cache_hits, recent.requests),
        "errorRate": _percent(recent.failures, recent.uploads + recent.failures),
        "storageUsage": sum(day[-1].storage_bytes.values()) if day else None,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _percent(part: float, whole: float) -> float | None:
    return part / whole * 100 if whole else None
