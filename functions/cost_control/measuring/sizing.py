"""Learn the sizes of a bucket's current objects, within the calls that it may take.

All are listed where that takes few calls. Else an inventory tells them, where there is one. Else a
page or more say what is to be expected; what there is at least and at most, CloudWatch knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from botocore.exceptions import ClientError

from cost_control.measuring.calls import Calls, NoCallsLeftError
from cost_control.measuring.inventory.choosing import InventoryError
from cost_control.measuring.listing import PAGE, Listing
from cost_control.measuring.usage import ALIKE, Usage, Versioning
from cost_control.money.histogram import Sizes, by_folder, of_listing

_FEW = 2 * PAGE
"""Objects that are listed whole and leave calls for a change in the same run."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sizes, or None with the reason."""

    sizes: Sizes | None
    note: str


class Inventories(Protocol):
    """Where whole inventories are read."""

    def sizes(self, bucket: str, calls: Calls) -> Sizes:
        """Return the sizes of its objects; InventoryError says why they are not there."""


def learn(
    inventories: Inventories, listing: Listing, usage: Usage, versioning: Versioning
) -> Sample:
    """Return the sizes and where they come from; the note says what was not there."""
    is_versioned = versioning is not Versioning.OFF
    most = usage.objects or 0
    try:
        if is_versioned:
            listing.go_on()
        while most <= _FEW and not listing.is_complete and listing.pages <= _FEW / PAGE:
            listing.go_on()
        if listing.is_complete:
            return _sample(listing, usage, "")
    except ClientError as error:
        return Sample(None, f"listing: {error.response['Error']['Code']}")
    try:
        found = inventories.sizes(listing.bucket, listing.calls)
    except InventoryError as error:
        return _sampled(listing, usage, f"; no S3 Inventory: {error}", is_versioned=is_versioned)
    return Sample(found, found.origin)


def _sampled(listing: Listing, usage: Usage, why: str, *, is_versioned: bool) -> Sample:
    """List on, of a versioned bucket to its end: how many are current only that tells."""
    try:
        if not listing.pages:
            listing.go_on()
        while listing.listed and not listing.is_complete:
            if not is_versioned and _is_near(listing, usage):
                break
            if is_versioned or (usage.objects or 0) <= listing.most * PAGE:
                listing.go_on()
            else:
                listing.elsewhere()
    except NoCallsLeftError:
        pass
    except ClientError as error:
        return Sample(None, f"listing: {error.response['Error']['Code']}{why}")
    return _sample(listing, usage, why)


def _is_near(listing: Listing, usage: Usage) -> bool:
    """Tell whether what was listed is like the whole; else more pages are listed."""
    if not usage.total or not usage.objects:
        return False
    found = sum(size for size, _ in listing.listed.values()) / len(listing.listed)
    return ALIKE <= found * usage.objects / usage.total <= 1 / ALIKE


def _sample(listing: Listing, usage: Usage, why: str) -> Sample:
    if not listing.listed:
        return Sample(None, f"listing found no objects{why}")
    count, pages = len(listing.listed), listing.pages
    whole = "all" if listing.is_complete else f"of {usage.objects or 0:,}"
    origin = f"{count:,} objects, {whole}, in {pages} listing{'s' * (pages > 1)}{why}"
    sizes = of_listing(listing.listed.values(), origin, is_exact=listing.is_complete)
    folders = by_folder((key, size) for key, (size, _) in listing.listed.items())
    return Sample(replace(sizes, folders=folders), origin)
