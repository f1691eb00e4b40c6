"""The same template in AWS's other partitions: no ARN of ours begins with a partition typed in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fakes.intrinsics import Deployment
from local.paths import ROOT

GIVEN = {
    "AvatarBucketNames": "avatars,avatars-old",
    "CostControlMode": "enforce",
    "EnforcedBucketNames": "avatars",
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


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_arn_is_of_the_partition_that_is_deployed_to(
    source: Template, partition: str
) -> None:
    deployed = Deployment(source, GIVEN | {"AWS::Partition": partition}).resources()
    found = [arn for name in deployed for arn in arns(deployed[name]["Properties"])]
    assert f"arn:{partition}:s3:::avatars-old" in found
    assert len(found) > 10
    for text in found:
        assert set(_ARN.findall(text)) == {f"arn:{partition}:"}, text


@pytest.mark.parametrize("name", ["template.yaml", "global.yaml", "rum.yaml"])
def test_no_partition_is_typed_in_but_where_a_delimiter_must_be(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        if re.search(r"arn:aws(-cn|-us-gov)?:", line):
            assert "!Join" in line, line
