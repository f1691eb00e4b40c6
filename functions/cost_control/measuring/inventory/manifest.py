"""Read the manifest of a delivered inventory: its columns, its files, its age.

Source: User Guide, "Locating your inventory list".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cost_control.measuring.inventory.choosing import NEEDED, InventoryError

MAX_AGE = timedelta(days=10)
"""A weekly inventory is a week old, and S3 may take two days to deliver it."""
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of an inventory; ``size`` in bytes as it lies there, compressed."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of the columns that are read; the last two are there when versions are listed."""

    size: int
    storage_class: int
    is_latest: int | None = None
    is_delete_marker: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one delivery holds. ``created`` is when S3 began to scan the bucket."""

    key: str
    created: datetime
    columns: Columns
    files: tuple[DataFile, ...]

    @property
    def total(self) -> int:
        """Return the bytes of all files."""
        return sum(each.size for each in self.files)


def read_manifest(body: bytes, checksum: bytes, key: str, source: str, now: datetime) -> Manifest:
    """Read a manifest.json; InventoryError where it is incomplete, of another bucket, or too old.

    ``checksum`` is manifest.checksum, the MD5 in hex, which S3 writes last.
    """
    if (
        hashlib.md5(body, usedforsecurity=False).hexdigest()
        != checksum.decode(errors="replace").strip()
    ):
        raise InventoryError(f"{key} does not have its checksum")
    try:
        document = json.loads(body)
        created = datetime.fromtimestamp(int(document["creationTimestamp"]) / 1000, UTC)
        files = tuple(DataFile(str(one["key"]), int(one["size"])) for one in document["files"])
        manifest = Manifest(key, created, _columns(document), files)
        of = document["sourceBucket"]
    except _UNREADABLE as error:
        raise InventoryError(f"{key} cannot be read: {error!r}") from error
    if of != source:
        raise InventoryError(f"{key} is about {of}")
    if now - created > MAX_AGE:
        raise InventoryError(f"the newest is of {created:%Y-%m-%d}, over {MAX_AGE.days} days old")
    if not files:
        raise InventoryError(f"{key} names no files")
    return manifest


def _columns(document: Mapping[str, Any]) -> Columns:
    if document["fileFormat"] != "CSV":
        raise InventoryError(f"it is written as {document['fileFormat']}, and only CSV is read")
    names = [name.strip() for name in document["fileSchema"].split(",")]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InventoryError(f"it lacks the field {' and '.join(missing)}")
    places = {name: place for place, name in enumerate(names)}
    return Columns(
        places["Size"], places["StorageClass"], places.get("IsLatest"), places.get("IsDeleteMarker")
    )
