"""Which of a bucket's inventories tells the sizes of all its objects, or why none does: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NEEDED = ("Size", "StorageClass")


class InventoryError(Exception):
    """An inventory cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """Where an inventory is delivered to; ``owner`` is that bucket's account, if it is told."""

    config_id: str
    source: str
    bucket: str
    prefix: str
    owner: str | None

    @property
    def folder(self) -> str:
        """Return the prefix under which each delivery has a folder named after its time."""
        parts = (self.prefix, self.source, self.config_id) if self.prefix else (
            self.source, self.config_id)  # fmt: skip
        return "/".join(parts) + "/"


def choose(configurations: Iterable[Mapping[str, Any]], source: str) -> Inventory:
    """Return the first usable inventory of a bucket, in the order of their ids.

    ORC and Parquet would need a library of tens of megabytes in every cold start; S3 Select takes
    no new customers, and Athena would need tables, a workgroup and rights to both.
    InventoryError says of each configuration why it was not taken.
    """
    refused = []
    for each in sorted(configurations, key=lambda one: str(one["Id"])):
        why = _unusable(each)
        if why is None:
            return _inventory(each, source)
        refused.append(f"{each['Id']} {why}")
    raise InventoryError("; ".join(refused) if refused else "the bucket has none")


def _unusable(configuration: Mapping[str, Any]) -> str | None:
    destination = configuration["Destination"]["S3BucketDestination"]
    missing = [each for each in NEEDED if each not in configuration.get("OptionalFields", ())]
    if not configuration["IsEnabled"]:
        return "is disabled"
    if configuration.get("Filter", {}).get("Prefix"):
        return f"is about {configuration['Filter']['Prefix']} only"
    if destination["Format"] != "CSV":
        return f"is written as {destination['Format']}, and only CSV is read"
    return f"lacks the field {' and '.join(missing)}" if missing else None


def _inventory(configuration: Mapping[str, Any], source: str) -> Inventory:
    destination = configuration["Destination"]["S3BucketDestination"]
    return Inventory(
        config_id=str(configuration["Id"]),
        source=source,
        bucket=str(destination["Bucket"]).rpartition(":")[2],  # arn:aws:s3:::name
        prefix=str(destination.get("Prefix", "")),
        owner=destination.get("AccountId"),
    )
