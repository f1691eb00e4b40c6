"""Learn the sizes of a bucket's objects from a bounded number of listings.

A bucket that fits into the listings is read whole. Of a larger one pages are read that begin at
random places among its keys: behind what two known keys share, so that every part is met, however
long a beginning all have in common. Such a sample favours objects after gaps in the keys; so it is
held against the mean size that CloudWatch knows of all objects, and not used where the two differ
by more than `TOLERANCE`. Why it is not weighed by the gaps: docs/decisions/0032.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cost_control.money.histogram import Histogram, of_sizes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_LISTINGS = 20
"""Requests for one bucket: $0.0001 at $0.005 for 1,000."""
PAGE = 1_000
SAMPLE_PAGE = 250
"""Keys of one place: twenty places of 250 tell more than five of 1,000, and parse as fast."""
TOLERANCE = 0.25
_LAST = "\U0010ffff"  # behind every letter


@dataclass(frozen=True, slots=True)
class Sample:
    """The distribution, or None with the reason."""

    sizes: Histogram | None
    note: str


@dataclass(slots=True)
class Sampler:
    """List a bucket's objects; ``rng`` chooses where."""

    client: S3Client
    owner: str
    rng: random.Random
    calls: int = field(default=0, init=False)

    def sample(self, bucket: str, objects: int, mean: float) -> Sample:
        """Return the sizes of the objects in STANDARD, scaled to their number.

        ``objects`` and ``mean`` (bytes) are what CloudWatch knows of the bucket.
        """
        try:
            listed = self._all(bucket) if objects <= MAX_LISTINGS * PAGE else self._some(bucket)
        except ClientError as error:
            return Sample(None, f"listing: {error.response['Error']['Code']}")
        if not listed:
            return Sample(None, "listing found no objects")
        found = sum(size for size, _ in listed) / len(listed)
        if mean and abs(found - mean) > TOLERANCE * mean:
            note = f"the sample's mean of {found:,.0f} bytes is not CloudWatch's {mean:,.0f}"
            return Sample(None, note)
        movable = [size for size, storage_class in listed if storage_class == "STANDARD"]
        origin = f"{len(listed):,} objects of {objects:,} in {self.calls} listings"
        share = round(objects * len(movable) / len(listed))
        return Sample(of_sizes(movable, origin).scaled(share), origin)

    def _all(self, bucket: str) -> list[tuple[int, str]]:
        """List from the beginning, as far as the bound allows."""
        listed: list[tuple[int, str]] = []
        after = ""
        for _ in range(MAX_LISTINGS):
            keys, page = self._page(bucket, after, PAGE)
            listed += page
            if len(keys) < PAGE:
                break
            after = keys[-1]
        return listed

    def _some(self, bucket: str) -> list[tuple[int, str]]:
        first, _ = self._page(
            bucket, "", SAMPLE_PAGE
        )  # of the letters alone: it is no random place
        letters = set("".join(first))
        known = self._corners(bucket, first[0]) if first else []
        seen: set[str] = set()
        listed: list[tuple[int, str]] = []
        while known and self.calls < MAX_LISTINGS:
            place = self._place(known, sorted(letters))
            keys, page = self._page(bucket, place, SAMPLE_PAGE)
            listed += [one for key, one in zip(keys, page, strict=True) if key not in seen]
            seen.update(keys)
            known += keys[:: SAMPLE_PAGE - 1]  # the first and the last
            letters.update("".join(keys))
        return listed

    def _corners(self, bucket: str, first: str) -> list[str]:
        """Return keys from different parts of a bucket: a place is made up from one of them.

        What comes right behind all keys with a beginning of the first one is in another part.
        Halving finds the longest beginning that all keys share.
        """
        known = [first]
        nothing, something = 0, len(first) + 1
        while something - nothing > 1:
            cut = (nothing + something) // 2
            behind, _ = self._page(bucket, first[: cut - 1] + _LAST, 1)
            known += behind
            nothing, something = (nothing, cut) if behind else (cut, something)
        return known

    def _place(self, known: list[str], letters: list[str]) -> str:
        """Make up a key: what two known ones share, and letters that keys have."""
        one, other = self.rng.choices(known, k=2)
        shared = commonprefix([one, other])  # noqa: RUF071 - of keys, letter by letter
        return shared + "".join(self.rng.choices(letters, k=8))

    def _page(self, bucket: str, after: str, most: int) -> tuple[list[str], list[tuple[int, str]]]:
        self.calls += 1
        answer = self.client.list_objects_v2(
            Bucket=bucket, StartAfter=after, MaxKeys=most, ExpectedBucketOwner=self.owner
        )
        contents = answer.get("Contents", [])
        return (
            [one["Key"] for one in contents],
            [(one["Size"], str(one.get("StorageClass", "STANDARD"))) for one in contents],
        )
