"""The guide's Auto Scaling group and policy."""

from __future__ import annotations

from typing import Any

import pytest

from local.cloudformation import Deployment

type Resources = dict[str, dict[str, Any]]


def test_the_group_is_the_guides(resources: Resources) -> None:
    group = resources["ApiScalingGroup"]
    properties = group["Properties"]
    sizes = (properties["MinSize"], properties["DesiredCapacity"], properties["MaxSize"])
    assert sizes == ("2", "3", "10")
    assert (properties["HealthCheckType"], properties["HealthCheckGracePeriod"]) == ("ELB", 300)
    assert group["Condition"] == "MakesScalingGroup"


def test_an_update_does_not_set_the_number_of_instances_back(resources: Resources) -> None:
    policy = resources["ApiScalingGroup"]["UpdatePolicy"]["AutoScalingScheduledAction"]
    assert policy["IgnoreUnmodifiedGroupSizeProperties"] is True


def test_it_follows_the_cpu_of_its_group_or_of_one_that_exists(
    source: dict[str, Any], resources: Resources
) -> None:
    properties = resources["ApiScalingPolicy"]["Properties"]
    assert properties["PolicyType"] == "TargetTrackingScaling"
    tracking = properties["TargetTrackingConfiguration"]
    assert tracking["TargetValue"] == {"Ref": "ScalingCpuPercent"}
    assert source["Parameters"]["ScalingCpuPercent"]["Default"] == 70
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "ASGAverageCPUUtilization"
    assert properties["AutoScalingGroupName"] == {
        "Fn::If": ["MakesScalingGroup", {"Ref": "ApiScalingGroup"}, {"Ref": "ScalingGroupName"}]
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, None),
        ({"ScalingGroupName": "avatar-api"}, None),
        ({"ScalingLaunchTemplateId": "lt-0a1b2c3d", "ScalingSubnetIds": "subnet-0a1b2c3d"}, None),
        ({"ScalingLaunchTemplateId": "lt-0a1b2c3d"}, "ScalingSubnetIds"),
        (
            {"ScalingLaunchTemplateId": "lt-0a1b2c3d", "ScalingSubnetIds": "subnet-0a1b2c3d",
             "ScalingGroupName": "avatar-api"},
            "not both",
        ),
        ({"CostControlMode": "enforce"}, "EnforcedBucketNames"),
    ],
)  # fmt: skip
def test_what_cannot_be_deployed_is_said_before_anything_is_made(
    source: dict[str, Any], given: dict[str, str], said: str | None
) -> None:
    refusals = Deployment(source, given).refusals()
    assert len(refusals) == (1 if said else 0)
    assert all(said in refusal for refusal in refusals if said)
