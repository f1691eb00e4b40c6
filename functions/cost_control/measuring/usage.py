"""What is known of a bucket: its size, its growth, how it is used, how it is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cost_control.lifecycle.model import Configuration
from cost_control.money.histogram import Sizes
from cost_control.money.use import Requests

ALIKE = 0.75
"""A sample's mean size and CloudWatch's are at least so alike, or the sample says nothing."""
DIRECTORY_SUFFIX = "--x-s3"
"""How the name of a directory bucket ends (S3 User Guide, "Directory bucket naming rules")."""
ALIAS_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap")
"""How names of access points end, and no bucket's (S3 User Guide, "General purpose bucket naming
rules"): they take requests about objects only, and have no metrics of storage."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What CloudWatch knows of a bucket; None is unknown, never zero.

    ``bytes_by_type`` is by S3's StorageType, all of one day; they are not ``is_certain`` where no
    day of late has them all. ``objects`` counts noncurrent versions, delete markers and parts as
    well. ``growth`` is in bytes and ``grown`` in objects over seven days.
    """

    bytes_by_type: Mapping[str, float] = field(default_factory=dict)
    objects: int | None = None
    growth: float | None = None
    grown: float | None = None
    requests: Requests | None = None
    note: str = ""
    is_certain: bool = True

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
class Setup:
    """How a bucket is set up beside its rules."""

    tags: Mapping[str, str] = field(default_factory=dict)
    versioning: Versioning = Versioning.OFF
    has_mfa_delete: bool = False


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """How a bucket is set up; ``unknown_elements`` of its lifecycle XML are dropped by boto3.

    ``is_own_known`` is whether StateTable knows of a rule that we wrote into it, and
    ``is_own_changed`` whether that does something else by now.
    """

    name: str
    lifecycle: Configuration
    setup: Setup = Setup()
    unknown_elements: tuple[str, ...] = ()
    is_own_known: bool = False
    is_own_changed: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """All that the plan is made from; ``sizes`` are None when they are unknown."""

    facts: BucketFacts
    usage: Usage
    sizes: Sizes | None = None
    sizes_note: str = ""
