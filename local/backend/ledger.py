"""The simulator's own book of what it generated, to check published numbers against."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from local.backend.traffic import MinuteOfTraffic


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums of one minute or many; sizes in bytes, durations in milliseconds.

    Durations and `upload_bytes` are those of succeeded uploads, duplicates included;
    `original_bytes` (before compression) and `stored_bytes` (after) those of newly stored ones;
    `dedup_savings_bytes` the files that were not stored again.
    """

    uploads: int = 0
    failures: int = 0
    duplicates: int = 0
    multi_size: int = 0
    duration_sum_ms: int = 0
    upload_bytes: int = 0
    dedup_savings_bytes: int = 0
    original_bytes: int = 0
    stored_bytes: int = 0
    ratings: int = 0
    rating_sum: float = 0.0
    requests: int = 0
    cache_hits: int = 0
    errors_4xx: int = 0
    errors_5xx: int = 0
    bytes_downloaded: int = 0
    bytes_uploaded: int = 0

    @classmethod
    def of(cls, minute: MinuteOfTraffic) -> Self:
        """Count one minute."""
        succeeded, cdn = minute.succeeded, minute.cdn
        new = [upload for upload in succeeded if not upload.duplicate]
        ratings = [upload.rating for upload in minute.uploads if upload.rating is not None]
        return cls(
            uploads=len(succeeded),
            failures=len(minute.failed),
            duplicates=sum(upload.duplicate for upload in succeeded),
            multi_size=sum(upload.multi_size for upload in succeeded),
            duration_sum_ms=sum(upload.duration_ms for upload in succeeded),
            upload_bytes=sum(upload.file_bytes for upload in succeeded),
            dedup_savings_bytes=sum(u.file_bytes for u in succeeded if u.duplicate),
            original_bytes=sum(upload.file_bytes for upload in new),
            stored_bytes=sum(upload.stored_bytes for upload in new),
            ratings=len(ratings),
            rating_sum=math.fsum(ratings),
            requests=cdn.requests,
            cache_hits=cdn.cache_hits,
            errors_4xx=cdn.errors_4xx,
            errors_5xx=cdn.errors_5xx,
            bytes_downloaded=cdn.bytes_downloaded,
            bytes_uploaded=cdn.bytes_uploaded,
        )

    @classmethod
    def sum(cls, parts: Iterable[Self]) -> Self:
        """Add totals up."""
        rows = tuple(parts)
        return cls(**{f.name: sum(getattr(row, f.name) for row in rows) for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Entry:
    """One minute in the book: its totals, who uploaded, and the levels at its end."""

    start: datetime
    scenario: str
    totals: Totals
    uploaders: frozenset[str]
    concurrent_uploads: int
    storage_bytes: dict[str, int]
    objects: int
    charges_usd: dict[str, float]

    @classmethod
    def of(cls, minute: MinuteOfTraffic) -> Self:
        """Enter one minute."""
        return cls(
            start=minute.start,
            scenario=minute.scenario,
            totals=Totals.of(minute),
            uploaders=frozenset(upload.user_id for upload in minute.succeeded),
            concurrent_uploads=minute.concurrent_uploads,
            storage_bytes=minute.storage.by_type,
            objects=minute.storage.objects,
            charges_usd=minute.charges.by_service,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the entry with the totals spread beside the rest, times in ISO 8601."""
        return {
            "start": self.start.isoformat(),
            "scenario": self.scenario,
            **asdict(self.totals),
            "uploaders": sorted(self.uploaders),
            "concurrent_uploads": self.concurrent_uploads,
            "storage_bytes": self.storage_bytes,
            "objects": self.objects,
            "charges_usd": self.charges_usd,
        }


class Ledger:
    """What was generated, minute by minute, in the order it was written.

    A minute entered twice counts twice, as it does in CloudWatch, which has no upsert.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries so far."""
        return tuple(self._entries)

    def record(self, minutes: Iterable[MinuteOfTraffic]) -> None:
        """Enter minutes."""
        self._entries += [Entry.of(minute) for minute in minutes]

    def between(self, start: datetime, end: datetime) -> tuple[Entry, ...]:
        """Return the entries of minutes that started in [start, end)."""
        return tuple(entry for entry in tuple(self._entries) if start <= entry.start < end)

    def totals(self, start: datetime | None = None, end: datetime | None = None) -> Totals:
        """Sum the minutes that started in [start, end), by default all."""
        first = start or datetime.min.replace(tzinfo=UTC)
        last = end or datetime.max.replace(tzinfo=UTC)
        return Totals.sum(entry.totals for entry in self.between(first, last))

    def as_json(self) -> dict[str, Any]:
        """Return the book: ``{"totals": {...}, "minutes": [{"start": ..., ...}]}``."""
        minutes = [entry.as_json() for entry in self.entries]
        return {"totals": asdict(self.totals()), "minutes": minutes}

    def dump(self, path: Path) -> None:
        """Write the book to a JSON file."""
        path.write_text(json.dumps(self.as_json(), indent=1), encoding="utf-8")
