"""S3 Inventory: its configurations, and deliveries in the form of the User Guide's example."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fakes.s3 import OWNER, FakeBucket

SOURCE, DESTINATION = "avatars", "inventories"
FIELDS = ("Size", "StorageClass")
CURRENT = "Bucket, Key, Size, LastModifiedDate, StorageClass"
VERSIONS = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, StorageClass"


def configuration(
    name: str = "all",
    *,
    form: str = "CSV",
    fields: Sequence[str] = FIELDS,
    is_enabled: bool = True,
    only: str = "",
    prefix: str = "daily",
) -> str:
    """Return a configuration as ListBucketInventoryConfigurations answers it."""
    narrowed = f"<Filter><Prefix>{only}</Prefix></Filter>" if only else ""
    where = f"<Prefix>{prefix}</Prefix>" if prefix else ""
    optional = "".join(f"<Field>{each}</Field>" for each in fields)
    return (
        f"<InventoryConfiguration><Id>{name}</Id><IsEnabled>{str(is_enabled).lower()}</IsEnabled>"
        f"<Destination><S3BucketDestination><Format>{form}</Format><AccountId>{OWNER}</AccountId>"
        f"<Bucket>arn:aws:s3:::{DESTINATION}</Bucket>{where}</S3BucketDestination></Destination>"
        f"<Schedule><Frequency>Daily</Frequency></Schedule>{narrowed}"
        "<IncludedObjectVersions>All</IncludedObjectVersions>"
        f"<OptionalFields>{optional}</OptionalFields></InventoryConfiguration>"
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as an inventory lists it: a key of any letters, sizes empty for delete markers."""

    size: int
    storage_class: str = "STANDARD"
    key: str = "avatars/zoë, 1.webp"
    is_latest: bool = True
    is_marker: bool = False

    def row(self, schema: str) -> list[str]:
        """Return its columns in the order of a schema."""
        values = {
            "Bucket": SOURCE,
            "Key": quote(self.key),
            "VersionId": "3sL4kqtJlcpXroDTDmJ",
            "IsLatest": str(self.is_latest).lower(),
            "IsDeleteMarker": str(self.is_marker).lower(),
            "Size": "" if self.is_marker else str(self.size),
            "LastModifiedDate": "2026-11-01T08:15:00.000Z",
            "StorageClass": "" if self.is_marker else self.storage_class,
        }
        return [values[name] for name in schema.split(", ")]


def packed(objects: Iterable[Listed], schema: str = CURRENT) -> bytes:
    """Return a data file: every column quoted, no heading, gzipped."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        one.row(schema) for one in objects
    )
    return gzip.compress(text.getvalue().encode())


def deliver(
    bucket: FakeBucket,
    at: datetime,
    files: Sequence[bytes],
    *,
    schema: str = CURRENT,
    form: str = "CSV",
    folder: str = "daily/avatars/all/",
    source: str = SOURCE,
) -> str:
    """Put a delivery into its destination; return the folder of its manifest."""
    listed = []
    for number, body in enumerate(files):
        key = f"{folder}data/{at:%j}-{number}.csv.gz"
        bucket.bodies[key] = body
        listed.append(
            {
                "key": key,
                "size": len(body),
                "MD5checksum": hashlib.md5(body, usedforsecurity=False).hexdigest(),
            }
        )
    manifest = {
        "sourceBucket": source,
        "destinationBucket": f"arn:aws:s3:::{DESTINATION}",
        "version": "2016-11-30",
        "creationTimestamp": str(int(at.timestamp() * 1000)),
        "fileFormat": form,
        "fileSchema": schema,
        "files": listed,
    }
    where = f"{folder}{at:%Y-%m-%dT%H-%MZ}/"
    body = json.dumps(manifest, indent=2).encode()
    bucket.bodies[f"{where}manifest.json"] = body
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    bucket.bodies[f"{where}manifest.checksum"] = digest.encode()
    bucket.bodies[f"{folder}hive/dt={at:%Y-%m-%d-%H-%M}/symlink.txt"] = b""
    return where
