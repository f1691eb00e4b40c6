"""What a plan is given beside the bucket: what it may do, and how the objects are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cost_control.lifecycle.checks import IA_MINIMUM_DAYS
from cost_control.measuring.usage import Bucket, Versioning
from cost_control.money.contents import Contents
from cost_control.money.prices import PriceList
from cost_control.money.stored import unpriced
from cost_control.money.use import Use

_WEEKS_A_MONTH = 30 / 7


@dataclass(frozen=True, slots=True)
class Policy:
    """What the plan may do.

    ``days`` before objects move in ordinary times, ``accelerated_days`` over the critical
    threshold (the infrequent-access classes wait ``ia_minimum_days`` all the same).
    ``assumed_reads`` are GETs of an object a month, and ``assumed_replaced`` the share of objects
    that a month replaces, where nobody counts them. A saving below ``worth_it`` US$ in twelve
    months, in the worse end of its range, is left alone.
    """

    days: int = 30
    accelerated_days: int = 1
    ia_minimum_days: int = IA_MINIMUM_DAYS
    allow_one_zone: bool = False
    assumed_reads: float = 1.0
    assumed_replaced: float = 0.0
    worth_it: float = 1.0


def use_of(bucket: Bucket, contents: Contents, policy: Policy) -> Use:
    """Return how the objects are used: what is counted, else what is assumed.

    What comes is at most what is put; what goes, what is put less by how much the objects became
    more, at least what is deleted. Of a versioned bucket nobody counts the current objects, so
    that everything that is put is taken to replace one.
    """
    usage = bucket.usage
    objects = max(1.0, contents.objects)
    is_versioned = bucket.facts.setup.versioning is not Versioning.OFF
    grown = (usage.grown or 0.0) * _WEEKS_A_MONTH / objects
    grown = max(0.0, grown) if is_versioned else grown
    asked = usage.requests
    if asked is None:
        same = policy.assumed_replaced
        more, fewer = max(0.0, grown), max(0.0, -grown)
        return Use(
            policy.assumed_reads,
            births=same + more,
            deaths=same + fewer,
            lingers=is_versioned,
        )
    births = max(asked.puts / objects, grown)
    deaths = max(births if is_versioned else births - grown, asked.deletes / objects)
    return Use(
        asked.reads,
        is_counted=True,
        touches=asked.touches,
        downloaded=asked.downloaded,
        births=births,
        deaths=deaths,
        uploaded=asked.uploaded,
        lingers=is_versioned,
    )


def assumptions(bucket: Bucket, use: Use, prices: PriceList) -> Iterator[str]:
    """Say what a plan takes for granted, and where its figures come from."""
    yield f"prices: {prices.source}, {prices.as_of}"
    strange = unpriced(bucket.usage.bytes_by_type, prices)
    if strange:
        yield f"without a price, and counted as nothing: {', '.join(strange)}"
    if bucket.sizes is not None:
        yield f"sizes: {bucket.sizes.origin}"
    if use.is_counted:
        yield f"reads: {use.reads:,.0f} GETs, HEADs and SELECTs a month, counted by S3"
        yield f"downloaded: {_bytes(use.downloaded)}"
    else:
        yield f"reads: {use.reads:.3g} of each object a month, assumed: nobody counts them"
    said = "counted by S3" if use.is_counted else "assumed: nobody counts them"
    yield f"replaced: {use.deaths:.1%} of the objects a month, {said}"
    yield "every object waits the full days first, and is used as it was in the last month"
    if any(each.steps for each in prices.classes.values()):
        yield "steps of the price: as if the account had nothing else in the region"


def narrower(bucket: Bucket) -> Iterator[str]:
    """Say which readings would make the range of a saving narrower."""
    if bucket.sizes is None or not bucket.sizes.is_exact:
        yield "an S3 Inventory of the bucket as CSV (the sizes of all objects)"
    if bucket.usage.requests is None:
        yield "request metrics of the bucket with the id EntireBucket (reads and replacements)"
    elif None in {bucket.usage.requests.downloaded, bucket.usage.requests.uploaded}:
        yield "BytesDownloaded and BytesUploaded of the request metrics"


def hygiene(bucket: Bucket) -> Iterator[str]:
    """Suggest what is never done unasked."""
    enabled = [rule for rule in bucket.facts.lifecycle.rules if rule.is_enabled]
    if not any(rule.abort for rule in enabled):
        yield "no rule ends abandoned uploads: AbortIncompleteMultipartUpload after 7 days would"
    is_versioned = bucket.facts.setup.versioning is not Versioning.OFF
    if is_versioned and not any(rule.noncurrent_expiration for rule in enabled):
        yield "noncurrent versions are kept for ever: NoncurrentVersionExpiration would end them"


def _bytes(downloaded: float | None) -> str:
    if downloaded is None:
        return "not counted: each read is taken to download one whole object"
    return f"{downloaded / 2**30:,.1f} GiB a month, counted by S3"
