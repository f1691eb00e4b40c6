"""Find a bucket's newest inventory and learn its sizes: in full, or from files drawn by lot.

Each file is as likely as any other to be drawn, and is counted to its end, so that the sample
favours no key. Every request is one of the bucket's calls.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cost_control.measuring.calls import Calls, NoCallsLeftError
from cost_control.measuring.inventory.choosing import Inventory, InventoryError, choose
from cost_control.measuring.inventory.manifest import MAX_AGE, Manifest, read_manifest
from cost_control.measuring.inventory.rows import OutOfTimeError, count
from cost_control.money.histogram import Sizes, added

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_BYTES = 128 * 2**20
"""What is read of one inventory, compressed: some millions of rows."""
MAX_MANIFEST = 4 * 2**20
"""A manifest of over ten thousand files: an object each would be a bucket of tens of billions."""
_PAGES = 2  # of 100 configurations: a bucket has up to 1,000, and few calls
_DELIVERIES = 3  # looked at, the newest first: S3 may be at work on it


@dataclass(frozen=True, slots=True)
class InventoryReader:
    """Read inventories. ``has_time`` answers whether there is time to read on."""

    client: S3Client
    owner: str
    now: datetime
    rng: random.Random
    has_time: Callable[[], bool]

    def sizes(self, bucket: str, calls: Calls) -> Sizes:
        """Return the sizes of a bucket's current objects by class.

        InventoryError says why there are none: no inventory, or one that cannot be read.
        """
        where = bucket
        try:
            inventory = choose(self._configurations(bucket, calls), bucket)
            where = f"{inventory.bucket} (InventoryBucketNames gives the rights to it)"
            return self._count(inventory, self._newest(inventory, calls), calls)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise InventoryError(f"{error.operation_name} answers {code} for {where}") from error
        except (BotoCoreError, NoCallsLeftError) as error:
            raise InventoryError(str(error)) from error

    def _configurations(self, bucket: str, calls: Calls) -> Iterator[Any]:
        token: dict[str, str] = {}
        for _ in range(_PAGES):
            calls.spend()
            answer = self.client.list_bucket_inventory_configurations(
                Bucket=bucket,
                ExpectedBucketOwner=self.owner,
                **token,
            )
            yield from answer.get("InventoryConfigurationList", ())
            if not (answer.get("IsTruncated") and answer.get("NextContinuationToken")):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}

    def _newest(self, inventory: Inventory, calls: Calls) -> Manifest:
        """Return the newest manifest that is complete."""
        calls.spend()
        folders = self._deliveries(inventory)
        if not folders:
            where = f"s3://{inventory.bucket}/{inventory.folder}"
            raise InventoryError(f"nothing was delivered to {where} in {MAX_AGE.days} days")
        trouble: Exception | None = None
        for folder in folders[-1 : -_DELIVERIES - 1 : -1]:
            key = f"{folder}manifest.json"
            try:
                calls.spend(2)
                body = self._get(inventory, key).read(MAX_MANIFEST)
                checksum = self._get(inventory, f"{folder}manifest.checksum").read(64)
                return read_manifest(body, checksum, key, inventory.source, self.now)
            except (InventoryError, self.client.exceptions.NoSuchKey) as error:
                trouble = trouble or error
        raise trouble or InventoryError("there is no manifest")

    def _deliveries(self, inventory: Inventory) -> list[str]:
        """Return the folders named after a time that is young enough, oldest first."""
        since = f"{inventory.folder}{self.now - MAX_AGE:%Y-%m-%dT}"
        answer = self.client.list_objects_v2(
            Bucket=inventory.bucket,
            Prefix=inventory.folder,
            Delimiter="/",
            StartAfter=since,
            ExpectedBucketOwner=inventory.owner or self.owner,
        )
        folders = [each["Prefix"] for each in answer.get("CommonPrefixes", ())]
        return sorted(each for each in folders if each.endswith("Z/"))  # not data/ and hive/

    def _get(self, inventory: Inventory, key: str) -> Any:
        return self.client.get_object(
            Bucket=inventory.bucket, Key=key, ExpectedBucketOwner=inventory.owner or self.owner
        )["Body"]

    def _count(self, inventory: Inventory, manifest: Manifest, calls: Calls) -> Sizes:
        files = list(manifest.files)
        self.rng.shuffle(files)
        # how many are read depends on all files alike, not on which of them were drawn
        wanted = max(1, min(len(files), MAX_BYTES * len(files) // max(1, manifest.total)))
        counted: list[Sizes] = []
        for each in files[: min(wanted, calls.left)]:
            try:
                calls.spend()
                with closing(self._get(inventory, each.key)) as body:
                    found = count(body, manifest.columns, self.has_time)
            except OutOfTimeError:
                break
            except InventoryError as error:
                raise InventoryError(f"{each.key} is {error}") from error
            counted.append(found)
        if not counted:
            raise InventoryError("there was no time, or no call left, to read one of its files")
        is_whole = len(counted) == len(files)
        return added(counted, _origin(manifest, len(counted)), is_exact=is_whole)


def _origin(manifest: Manifest, counted: int) -> str:
    files = len(manifest.files)
    share = "" if counted == files else f", {counted} of its {files} files drawn by lot"
    return f"S3 Inventory of {manifest.created:%Y-%m-%d}{share}"
