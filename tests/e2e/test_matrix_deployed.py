"""What is watched, as the emulator holds it after a deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from avatarwatch.catalogue import CATALOGUE
from local.generate.template import alarms, defaults, load
from local.stack import deploy

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

OPTIONAL = {
    "SystemName": "other-system",
    "AvatarBucketNames": "avatars,avatars-old",
    "DistributionIds": "E3SJ7B3QL1F8WH",
    "ApiLogGroupName": "/aws/avatar-system/api",
    "OpsEmail": "ops@example.com",
    "OpsPhone": "+46701234567",
    "WatchedAlarmPrefix": "orders-",
    "StorageCriticalThreshold": "7",
    "CdnLatencyCriticalThreshold": "2",
    "ScalingSubnetIds": "subnet-0a1b2c3d,subnet-1a2b3c4d",
    "ScalingTargetGroupArns": (
        "arn:aws:elasticloadbalancing:eu-north-1:000000000000:targetgroup/avatar-api/0123456789abcdef"
    ),
}


def deployed_alarms(scene: Scene, prefix: str) -> dict[str, dict[str, Any]]:
    pages = scene.emulator.client("cloudwatch").get_paginator("describe_alarms")
    return {
        alarm["AlarmName"].removeprefix(prefix): alarm
        for page in pages.paginate(AlarmNamePrefix=prefix)
        for alarm in page["MetricAlarms"]
    }


def test_the_alarms_are_there_as_the_template_says(scene: Scene) -> None:
    template = load()
    found = deployed_alarms(scene, "avatar-system-")
    expected = {
        name: alarm
        for name, alarm in alarms(template, defaults(template)).items()
        if alarm.condition in {None, "PollsHealth"}  # the scene has endpoints to poll
    }
    assert found.keys() == expected.keys()
    assert len(found.keys() & CATALOGUE.keys()) >= 15
    for name, alarm in expected.items():
        assert found[name]["MetricName"] == alarm.metric
        assert found[name]["Threshold"] == alarm.threshold
        assert found[name]["TreatMissingData"] == alarm.missing
        assert len(found[name]["AlarmActions"]) == len(alarm.actions)


def test_the_dashboard_is_whole(scene: Scene) -> None:
    name = "avatar-system-eu-north-1"
    answer = scene.emulator.client("cloudwatch").get_dashboard(DashboardName=name)
    widgets = json.loads(answer["DashboardBody"])["widgets"]
    labels = answer["DashboardBody"].count("${PROP('Dim.")  # CloudWatch's own, not CloudFormation's
    assert answer["DashboardBody"].count("${") == labels > 0
    assert {"text", "alarm", "metric", "log"} == {widget["type"] for widget in widgets}
    assert name in scene.stack.outputs["DashboardUrl"]
    # CloudFormation's own call is the emulator's: the same by a client that the contract checks
    scene.emulator.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=answer["DashboardBody"]
    )


def test_every_option_is_taken_on_changed_and_left_without_a_trace(scene: Scene) -> None:
    emulator, stack = scene.emulator, "avatar-watch-options"
    cloudwatch, logs = emulator.client("cloudwatch"), emulator.client("logs")
    group = OPTIONAL["ApiLogGroupName"]
    filters = len(logs.describe_metric_filters(logGroupName=group)["metricFilters"])

    launch_template = emulator.client("ec2").create_launch_template(
        LaunchTemplateName="avatar-api", LaunchTemplateData={"ImageId": "ami-0a1b2c3d"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    options = OPTIONAL | {"ScalingLaunchTemplateId": launch_template}
    deploy(emulator, options, stack)
    found = deployed_alarms(scene, "other-system-")
    assert found["StorageCritical"]["Threshold"] == 7e9
    assert found["CdnLatencyCritical"]["Threshold"] == 2_000
    body = cloudwatch.get_dashboard(DashboardName="other-system-eu-north-1")["DashboardBody"]
    assert json.loads(body)
    assert r"BucketName=(\"avatars\" OR \"avatars-old\")" in body
    assert len(logs.describe_metric_filters(logGroupName=group)["metricFilters"]) == filters + 6

    autoscaling = emulator.client("autoscaling")
    [scaling] = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    sizes = (scaling["MinSize"], scaling["DesiredCapacity"], scaling["MaxSize"])
    assert sizes == (2, 3, 10)
    assert scaling["AutoScalingGroupName"] in body

    changed = {"StorageCriticalThreshold": "9", "UploadMetricsFromLogs": "false"}
    deploy(emulator, options | changed, stack)
    assert deployed_alarms(scene, "other-system-")["StorageCritical"]["Threshold"] == 9e9
    assert len(logs.describe_metric_filters(logGroupName=group)["metricFilters"]) == filters

    emulator.client("cloudformation").delete_stack(StackName=stack)
    emulator.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert not deployed_alarms(scene, "other-system-")
    assert not autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert len(cloudwatch.list_dashboards()["DashboardEntries"]) == 1
