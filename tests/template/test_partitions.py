"""The stack is for AWS's commercial partition, and says so before anything is made elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.cloudformation import Deployment

GIVEN = {
    "AvatarBucketNames": "avatars,avatars-old",
    "CostControlMode": "enforce",
    "EnforcedBucketNames": "avatars",
    "InventoryBucketNames": "inventories,inventories-old",
    "HealthEndpointsParameter": "/avatar-watch/endpoints",
    "WatchedAlarmPrefix": "orders-",
}
_ARN = re.compile(r"arn:aws[a-z-]*:")
type Template = dict[str, Any]


def arns(value: Any) -> list[str]:
    """Return every text in a value that is an ARN with its partition."""
    if isinstance(value, dict):
        return [found for each in value.values() for found in arns(each)]
    if isinstance(value, list):
        return [found for each in value for found in arns(each)]
    return [value] if isinstance(value, str) and _ARN.search(value) else []


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"])
def test_another_partition_is_refused_with_a_sentence(source: Template, partition: str) -> None:
    [why] = Deployment(source, GIVEN | {"AWS::Partition": partition}).refusals()
    assert why.startswith("Avatar Watch runs in AWS's commercial regions alone")


def test_the_commercial_one_is_not(source: Template) -> None:
    assert Deployment(source, GIVEN).refusals() == []


def test_every_arn_is_whole(source: Template) -> None:
    """Of the lists of buckets as well, whose ARNs are joined."""
    deployed = Deployment(source, GIVEN).resources()
    found = [arn for name in deployed for arn in arns(deployed[name]["Properties"])]
    for bucket in ("avatars", "avatars-old", "inventories", "inventories-old"):
        assert f"arn:aws:s3:::{bucket}" in found
    assert {"arn:aws:s3:::inventories/*", "arn:aws:s3:::inventories-old/*"} <= set(found)
    assert set(_ARN.findall(" ".join(found))) == {"arn:aws:"}
