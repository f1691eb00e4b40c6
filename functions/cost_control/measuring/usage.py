"""What is known of a bucket: its size, its growth, how it is read, how it is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cost_control.lifecycle.model import Configuration
from cost_control.money.histogram import Histogram


@dataclass(frozen=True, slots=True)
class Usage:
    """What CloudWatch knows of a bucket; None is unknown, never zero.

    ``bytes_by_type`` is by S3's StorageType, ``growth`` in bytes over seven days, ``reads`` in
    GETs of one object a month, ``replaced`` the share of objects that a month replaces or deletes.
    """

    bytes_by_type: Mapping[str, float] = field(default_factory=dict)
    objects: int | None = None
    growth: float | None = None
    reads: float | None = None
    replaced: float | None = None
    note: str = ""

    @property
    def total(self) -> float | None:
        """Return the bytes of all storage types, None when there is no measurement."""
        return sum(self.bytes_by_type.values()) if self.bytes_by_type else None


class Versioning(StrEnum):
    """Whether a bucket keeps noncurrent versions."""

    OFF = "Off"
    ENABLED = "Enabled"
    SUSPENDED = "Suspended"


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """How a bucket is set up; ``unknown_elements`` of its lifecycle XML are dropped by boto3."""

    name: str
    region: str
    lifecycle: Configuration
    tags: Mapping[str, str] = field(default_factory=dict)
    versioning: Versioning = Versioning.OFF
    is_replicated: bool = False
    has_object_lock: bool = False
    unknown_elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """All that the plan is made from."""

    facts: BucketFacts
    usage: Usage
    sizes: Histogram | None = None  # None: not sampled, or the sample does not hold
    sizes_note: str = ""
