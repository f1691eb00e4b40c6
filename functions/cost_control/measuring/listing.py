"""List a bucket's current objects: all of them where they are few, else pages by lot."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cost_control.measuring.calls import Calls

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = 1_000
"""Keys of one listing, the most that S3 gives."""


@dataclass(slots=True)
class Listing:
    """One bucket's listings; ``rng`` chooses where, once it is not read from the beginning."""

    client: S3Client
    owner: str
    rng: random.Random
    bucket: str
    calls: Calls
    listed: dict[str, tuple[int, str]] = field(default_factory=dict)
    pages: int = 0
    is_complete: bool = False
    _last: str = ""

    @property
    def most(self) -> int:
        """Return how many pages there can be with the calls that are left."""
        return self.pages + self.calls.left

    def go_on(self) -> None:
        """List the next page from where the last one ended."""
        keys, more = self._page(self._last)
        self.is_complete = not more
        self._last = keys[-1] if keys else self._last

    def elsewhere(self) -> None:
        """List a page from a random place: behind what a known key begins with, and a letter."""
        known = self.rng.choice(sorted(self.listed))
        cut = self.rng.randrange(len(known))
        letters = sorted({letter for key in self.listed for letter in key})
        self._page(known[:cut] + self.rng.choice(letters))

    def _page(self, after: str) -> tuple[list[str], bool]:
        self.calls.spend()
        self.pages += 1
        answer = self.client.list_objects_v2(
            Bucket=self.bucket, StartAfter=after, MaxKeys=PAGE, ExpectedBucketOwner=self.owner
        )
        contents = answer.get("Contents", [])
        for one in contents:
            kind = str(one.get("StorageClass", "STANDARD"))
            self.listed[one["Key"]] = (one["Size"], kind)
        return [one["Key"] for one in contents], answer["IsTruncated"]
