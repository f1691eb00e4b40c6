"""What a bucket contains: what was listed, held against what CloudWatch knows."""

from __future__ import annotations

from collections.abc import Mapping

from cost_control.measuring.usage import ALIKE, Bucket, Usage, Versioning
from cost_control.money.contents import Contents, Stock, Unlisted
from cost_control.money.histogram import Bin, Histogram, Sizes
from cost_control.money.prices import SMALL, StorageClass
from cost_control.money.stored import TYPES, is_overhead
from cost_control.planning.archives import without_archives

PART = 5 * 2**20
"""Bytes of a part of an upload, but for the last (User Guide, "Multipart upload limits")."""


class NotCountedError(Exception):
    """Nobody knows how many current objects there are; the message says what would tell."""


def contents_of(bucket: Bucket) -> Contents:
    """Return the current objects by class.

    All that were listed count as they are, capped by what CloudWatch says is there by now. Of a
    sample only the shape counts: bytes are CloudWatch's, exactly, and so is the number of objects,
    from above. In a versioned bucket CloudWatch counts noncurrent versions too: a sample of it
    says nothing. NotCountedError in that case.
    """
    sizes, usage = bucket.sizes, bucket.usage
    if sizes is None:
        raise NotCountedError(f"the sizes of its objects are unknown ({bucket.sizes_note})")
    held = bytes_by_class(usage)
    if sizes.is_exact:
        there = [each for each in StorageClass if each in held or each.value in sizes.by_class]
        return Contents({each: _listed(sizes, held, each) for each in there})
    if bucket.facts.setup.versioning is not Versioning.OFF:
        raise NotCountedError(
            f"how many of its versions are current is unknown ({sizes.origin});"
            " an S3 Inventory of the bucket as CSV would tell"
        )
    sizes, usage = without_archives(sizes, usage)
    if not sizes.objects:
        raise NotCountedError(f"a sample met nothing that can be moved ({sizes.origin})")
    current = _current_share(sizes, usage, ends_uploads=_ends_uploads(bucket))
    return Contents(
        {each: _sampled(sizes, held, each, usage, current) for each in held if held[each]}
    )


def bytes_by_class(usage: Usage) -> dict[StorageClass, float]:
    """Return the bytes by class, what is billed for small objects on top left out."""
    found: dict[StorageClass, float] = {}
    for kind, size in usage.bytes_by_type.items():
        if kind in TYPES:
            each = TYPES[kind][0]
            found[each] = found.get(each, 0.0) + size
    return found


def _listed(sizes: Sizes, held: Mapping[StorageClass, float], each: StorageClass) -> Stock:
    listed = sizes.by_class.get(each.value, Histogram())
    most = held.get(each, listed.total)
    if listed.total > most:
        listed = listed.fitted(listed.count * most / listed.total, most) if most else Histogram()
    return Stock(listed)


def _sampled(
    sizes: Sizes,
    held: Mapping[StorageClass, float],
    each: StorageClass,
    usage: Usage,
    current: float,
) -> Stock:
    objects, total = float(usage.objects or 0), held[each]
    seen = sizes.by_class.get(each.value)
    if sum(size > 0 for kind, size in usage.bytes_by_type.items() if not is_overhead(kind)) == 1:
        share = 1.0
    elif seen:
        share = seen.objects / sizes.objects
    else:  # it is there, and was not met
        share = min(1.0, total / max(1.0, sizes.mean) / max(1.0, objects))
    shape = seen or Histogram((Bin(SMALL, 1, sizes.mean),))
    number = max(1.0, objects * share)
    return Stock(
        shape.fitted(number, total),
        Unlisted(objects, total, total * current),
    )


def _ends_uploads(bucket: Bucket) -> bool:
    """Tell whether a rule about the whole bucket ends abandoned uploads."""
    return any(
        rule.is_enabled and rule.abort and not rule.scope.prefix
        for rule in bucket.facts.lifecycle.rules
    )


def _current_share(sizes: Sizes, usage: Usage, *, ends_uploads: bool) -> float:
    """Return the share of the bytes that are of objects, as far as a sample can tell.

    A sample of another mean, or of other classes, is of a part of the bucket. Parts of abandoned
    uploads, which no rule ends, have 5 MiB or more: where the mean of all is larger than that of
    the sample, n parts explain it, n x (5 MiB - mean) <= bytes - objects x mean; and nothing tells
    them from objects as large.
    """
    whole = sum(size for kind, size in usage.bytes_by_type.items() if not is_overhead(kind))
    mean = whole / max(1, usage.objects or 0)
    if not mean or not ALIKE <= sizes.mean / mean <= 1 / ALIKE:
        return 0.0
    for each, size in bytes_by_class(usage).items():
        seen = sizes.by_class.get(each.value, Histogram()).total / sizes.total
        if abs(seen - size / whole) > 1 - ALIKE:
            return 0.0
    if ends_uploads:
        return min(1.0, sizes.mean / mean)
    if sizes.mean >= PART:
        return 0.0
    return min(1.0, 1 - (1 - sizes.mean / mean) * PART / (PART - sizes.mean))
