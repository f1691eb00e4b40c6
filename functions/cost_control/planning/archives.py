"""Archived objects in a bucket: what CloudWatch counts of them is no business of a rule of ours."""

from __future__ import annotations

from dataclasses import replace

from cost_control.measuring.usage import Usage
from cost_control.money.histogram import Sizes

NAME_BYTES = 8 * 1024
"""Bytes in STANDARD of each archived object: its name and metadata, so that they are countable.

Source: User Guide, "Transitioning to the S3 Glacier Flexible Retrieval and S3 Glacier Deep Archive
storage classes", "Storage overhead charges".
"""
_ARCHIVES = (
    ("GLACIER", "Glacier", "Glacier"),
    ("DEEP_ARCHIVE", "DeepArchive", "DeepArchive"),
    ("INTELLIGENT_TIERING", "IntelligentTieringAA", "IntAA"),
    ("INTELLIGENT_TIERING", "IntelligentTieringDAA", "IntDAA"),
)
"""The class where objects are listed, and how CloudWatch's types of storage and overhead begin."""
_READ_AT_ONCE = tuple(f"IntelligentTiering{tier}Storage" for tier in ("FA", "IA", "AIA"))


def without_archives(sizes: Sizes, usage: Usage) -> tuple[Sizes, Usage]:
    """Return sizes and usage of what is not archived, as far as CloudWatch tells them apart."""
    for storage_class, stored, overhead in _ARCHIVES:
        names = usage.bytes_by_type.get(f"{overhead}S3ObjectOverhead")
        if names is None or usage.objects is None:
            continue
        types = {
            f"{stored}Storage", f"{stored}StagingStorage",
            f"{overhead}ObjectOverhead", f"{overhead}S3ObjectOverhead",
        }  # fmt: skip
        left = {kind: size for kind, size in usage.bytes_by_type.items() if kind not in types}
        count = max(0, usage.objects - round(names / NAME_BYTES))
        usage = replace(usage, objects=count, bytes_by_type=left)
        if storage_class != "INTELLIGENT_TIERING" or not any(map(left.get, _READ_AT_ONCE)):
            others = {name: one for name, one in sizes.by_class.items() if name != storage_class}
            sizes = replace(sizes, by_class=others)
    return sizes, usage
