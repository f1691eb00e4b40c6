"""Partitions as botocore lists them: one that AWS adds turns a test red."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from avatarwatch.partitions import is_region, partition_of

LISTED: list[dict[str, Any]] = json.loads(
    (Path(botocore.__file__).parent / "data" / "partitions.json").read_text(encoding="utf-8")
)["partitions"]
REGIONS = [
    (partition["id"], name)
    for partition in LISTED
    for name in partition["regions"]
    if not name.endswith("-global")  # a name for what has no region
]


@pytest.mark.parametrize(("partition", "region"), REGIONS)
def test_a_region_tells_its_partition(partition: str, region: str) -> None:
    assert is_region(region)
    assert partition_of(region) == partition


@pytest.mark.parametrize("text", ["", "evil.example/", "EU (Stockholm)", "eu-north-1.evil", "eu"])
def test_what_is_no_region(text: str) -> None:
    assert not is_region(text)
