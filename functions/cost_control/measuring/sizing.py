"""Learn the sizes of a bucket's objects: from its inventory, else from a sample of listings."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from cost_control.measuring.inventory.choosing import InventoryError
from cost_control.measuring.sampling import Sample
from cost_control.money.histogram import Histogram


class Inventories(Protocol):
    """Where whole inventories are read."""

    def sizes(self, bucket: str) -> Histogram:
        """Return the sizes of its objects; InventoryError says why they are not there."""


class Listings(Protocol):
    """Where a bucket is listed."""

    def sample(self, bucket: str, objects: int, mean: float) -> Sample:
        """Return the sizes of its objects, scaled to their number."""


def learn(
    inventories: Inventories, listings: Listings, bucket: str, objects: int, mean: float
) -> Sample:
    """Return the sizes and where they come from; the note says why an inventory was not used.

    ``objects`` and ``mean`` are what CloudWatch knows. An inventory may be days old: it is never
    taken for more objects than there are by now.
    """
    try:
        sizes = inventories.sizes(bucket)
    except InventoryError as error:
        found = listings.sample(bucket, objects, mean)
        note = f"{found.note}; no S3 Inventory: {error}"
        return Sample(replace(found.sizes, origin=note) if found.sizes else None, note)
    if sizes.objects > objects:
        sizes = sizes.scaled(objects)
    return Sample(sizes, sizes.origin)
