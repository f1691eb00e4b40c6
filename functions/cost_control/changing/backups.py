"""Keep what a bucket's rules were in ReportsBucket, with who changed them and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cost_control.lifecycle.compare import fingerprint
from cost_control.lifecycle.document import DocumentError, read, write
from cost_control.lifecycle.model import Configuration

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "cost-control/backups"


class BackupError(Exception):
    """A backup does not hold what it should; the message names it."""


@dataclass(frozen=True, slots=True)
class Backups:
    """The backups; ``who`` names the invocation."""

    client: S3Client
    reports_bucket: str
    owner: str
    who: str
    now: datetime

    def keep(self, bucket: str, configuration: Configuration, why: str) -> str:
        """Keep a configuration and return its key; the bucket is versioned."""
        mark = fingerprint(configuration)
        key = f"{FOLDER}/{bucket}/{self.now:%Y-%m-%dT%H%M%SZ}-{mark[:12]}.json"
        document = {
            "bucket": bucket,
            "time": self.now.isoformat(),
            "who": self.who,
            "why": why,
            "sha256": mark,
            "configuration": write(configuration),
        }
        self.client.put_object(
            Bucket=self.reports_bucket,
            Key=key,
            Body=json.dumps(document, indent=2, default=_json).encode(),
            ContentType="application/json",
            ExpectedBucketOwner=self.owner,
        )
        return key

    def load(self, key: str) -> Configuration:
        """Read a backup; BackupError when it is not what was kept."""
        try:
            answer = self.client.get_object(
                Bucket=self.reports_bucket, Key=key, ExpectedBucketOwner=self.owner
            )
            document = json.loads(answer["Body"].read())
            configuration = read(document["configuration"])
        except (ClientError, ValueError, KeyError, TypeError, DocumentError) as error:
            raise BackupError(f"backup {key} cannot be read: {error}") from error
        if fingerprint(configuration) != document.get("sha256"):
            raise BackupError(f"backup {key} was changed since it was kept: its hash differs")
        return configuration


def _json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a backup")
