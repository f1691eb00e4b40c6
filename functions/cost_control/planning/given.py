"""What a plan is given beside the bucket: what it may do, and how the objects are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from cost_control.lifecycle.checks import IA_MINIMUM_DAYS
from cost_control.measuring.usage import Bucket, Usage
from cost_control.money.prices import PriceList
from cost_control.money.stored import unpriced


@dataclass(frozen=True, slots=True)
class Policy:
    """What the plan may do.

    ``days`` before objects move in ordinary times, ``accelerated_days`` over the critical
    threshold (the infrequent-access classes wait ``ia_minimum_days`` all the same).
    ``assumed_reads`` are GETs of an object a month, and ``assumed_replaced`` the share of objects
    that a month replaces, where nobody counts them. A saving below ``worth_it`` US$ in twelve
    months is left alone.
    """

    days: int = 30
    accelerated_days: int = 1
    ia_minimum_days: int = IA_MINIMUM_DAYS
    allow_one_zone: bool = False
    assumed_reads: float = 1.0
    assumed_replaced: float = 0.0
    worth_it: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Use:
    """How objects are used: GETs of one a month, and the share that a month replaces."""

    reads: float
    replaced: float

    @classmethod
    def of(cls, usage: Usage, policy: Policy) -> Self:
        """Take what is counted, else what is assumed."""
        return cls(
            usage.reads if usage.reads is not None else policy.assumed_reads,
            usage.replaced if usage.replaced is not None else policy.assumed_replaced,
        )


def assumptions(bucket: Bucket, prices: PriceList, policy: Policy) -> Iterator[str]:
    """Say what a plan takes for granted, and where its figures come from."""
    yield f"prices: {prices.source}, {prices.as_of}"
    strange = unpriced(bucket.usage.bytes_by_type, prices)
    if strange:
        yield f"without a price, and counted as nothing: {', '.join(strange)}"
    if bucket.sizes is not None:
        yield f"sizes: {bucket.sizes.origin}"
    use, counted = Use.of(bucket.usage, policy), "counted by S3"
    said = counted if bucket.usage.reads is not None else "assumed: nobody counts them"
    yield f"reads: {use.reads:.3g} of each object a month, {said}"
    said = counted if bucket.usage.replaced is not None else "assumed: nobody counts them"
    yield f"replaced: {use.replaced:.1%} of the objects a month, {said}"
    if bucket.facts.is_replicated:
        yield "replication: replicas are not moved, their bucket has rules of its own"
    if bucket.facts.has_object_lock:
        yield "object lock: locked objects move as well, and stay locked"
    yield "every object waits the full days first, and there are as many all the time"


def hygiene(bucket: Bucket) -> Iterator[str]:
    """Suggest what is never done unasked."""
    enabled = [rule for rule in bucket.facts.lifecycle.rules if rule.is_enabled]
    if not any(rule.abort for rule in enabled):
        yield "no rule ends abandoned uploads: AbortIncompleteMultipartUpload after 7 days would"
    if bucket.facts.versioning != "Off" and not any(r.noncurrent_expiration for r in enabled):
        yield "noncurrent versions are kept for ever: NoncurrentVersionExpiration would end them"
