"""A stack's whole life: with nothing given, with everything, back again, and gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from fakes.inventory import inventory
from local.generate.template import load
from local.stack import Stack, deploy
from local.teardown import tear_down

if TYPE_CHECKING:
    from local.emulator import Emulator
    from local.scene import Scene

pytestmark = pytest.mark.e2e

STACK = "avatar-watch-options"
GROUP = "/aws/avatar-system/api"
TARGETS = (
    "arn:aws:elasticloadbalancing:eu-north-1:000000000000:targetgroup/avatar-api/0123456789abcdef"
)
# Every parameter with another value than its default, but those below.
OPTIONAL = {
    "AvatarBucketNames": "avatars,avatars-old",
    "DistributionIds": "E3SJ7B3QL1F8WH,E3SJ7B3QL1F8WI",
    "ApiLogGroupName": GROUP,
    "HealthEndpoints": "https://api.example.com/health,https://www.example.com/",
    "HealthEndpointsParameter": "/avatar-watch/options/endpoints",
    "DatabaseInstanceIds": "avatars-db",
    "CacheClusterIds": "avatars-cache",
    "WorkerQueueNames": "resize,moderate",
    "NotificationSettingsParameter": "/avatar-watch/options/notifications",
    "OpsEmail": "ops@example.com",
    "OpsPhone": "+46701234567",
    "WatchedAlarmPrefix": "orders-",
    "RunbookBaseUrl": "https://wiki.example.com/runbook",
    "StatusPageUrl": "https://status.example.com",
    "StorageCriticalThreshold": "7",
    "ErrorRateCriticalThreshold": "4",
    "CdnLatencyCriticalThreshold": "2",
    "UploadFailuresCriticalThreshold": "9",
    "StorageWarningThreshold": "5",
    "BandwidthWarningThreshold": "50",
    "CacheHitRateWarningThreshold": "85",
    "RequestRateWarningThreshold": "2000",
    "DailyUploadsInfoThreshold": "900",
    "StorageGrowthInfoThreshold": "2",
    "CostIncreaseInfoThreshold": "15",
    "UserAdoptionInfoThreshold": "3",
    "TlsExpiryThreshold": "21",
    "CostControlMode": "enforce",
    "EnforcedBucketNames": "avatars",
    "InventoryBucketNames": "inventories",
    "StorageWarningUsd": "10",
    "StorageCriticalUsd": "20",
    "AllowOneZoneIa": "true",
    "IaMinimumDays": "0",
    "AssumedPercentReplaced": "1",
    "AssumedMonthlyReads": "2",
    "CostSource": "cost-explorer",
    "CostTag": "system=avatars",
    "ScalingLaunchTemplateVersion": "1",
    "ScalingSubnetIds": "subnet-0a1b2c3d,subnet-1a2b3c4d",
    "ScalingTargetGroupArns": TARGETS,
    "ScalingCpuPercent": "60",
    "MaxScanGb": "5",
    "HealthEndpointMetrics": "EndpointUp,Phases",
    "HealthReferenceAddress": "www.example.com:443",
    "AllowPrivateEndpoints": "true",
}
# given always, made by the test, or without effect on what is there
OTHERWISE = {
    "SystemName", "Environment", "Emulated", "Architecture", "ScalingLaunchTemplateId",
    "ScalingGroupName", "UploadMetricsFromLogs",
}  # fmt: skip
BASE = {"SystemName": "other-system", "Environment": "dev"}


def alarms(emulator: Emulator) -> dict[str, dict[str, Any]]:
    pages = emulator.client("cloudwatch").get_paginator("describe_alarms")
    return {
        alarm["AlarmName"].removeprefix("other-system-"): alarm
        for page in pages.paginate(AlarmNamePrefix="other-system-")
        for alarm in page["MetricAlarms"]
    }


def dashboard(emulator: Emulator) -> str:
    client = emulator.client("cloudwatch")
    body: str = client.get_dashboard(DashboardName="other-system-eu-north-1")["DashboardBody"]
    assert json.loads(body)["widgets"]
    assert "${" not in body.replace("${PROP(", "")  # labels that CloudWatch itself fills in
    return body


def delete(emulator: Emulator) -> bool:
    client = emulator.client("cloudformation")
    client.delete_stack(StackName=STACK)
    client.get_waiter("stack_delete_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return True


@pytest.fixture
def emulator(deployed: Scene) -> Iterator[Emulator]:
    """Return the emulator; a stack that a failure left there is deleted."""
    before = deployed.contract_violations()
    yield deployed.emulator
    delete(deployed.emulator)
    assert deployed.contract_violations() == before


def test_every_parameter_is_tried() -> None:
    parameters = load()["Parameters"]
    assert OPTIONAL.keys() | OTHERWISE == parameters.keys()
    assert not OPTIONAL.keys() & OTHERWISE
    for name, value in OPTIONAL.items():
        if name != "ScalingLaunchTemplateVersion":
            assert value != str(parameters[name]["Default"]), name


def test_a_stack_comes_grows_shrinks_and_goes_without_a_trace(emulator: Emulator) -> None:
    before = inventory(emulator.client)
    bare = deploy(emulator, BASE, STACK)
    alone = inventory(emulator.client)
    assert "HealthPollingSilent" not in alarms(emulator)
    dashboard(emulator)

    full = deploy(emulator, BASE | OPTIONAL | given_by_others(emulator), STACK)
    assert_everything_is_there(emulator, bare, full)

    nothing = dict.fromkeys([*OPTIONAL, "ScalingLaunchTemplateId"], "")
    defaults = {n: str(p["Default"]) for n, p in load()["Parameters"].items() if n in nothing}
    back = deploy(emulator, BASE | defaults, STACK)
    assert back.resources == bare.resources  # nothing was made anew
    assert inventory(emulator.client) == alone
    assert alarms(emulator)["StorageCritical"]["Threshold"] == 100e9

    bucket = bare.outputs["ReportsBucketName"]
    s3 = emulator.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="status/index.html", Body=body)
    s3.delete_object(Bucket=bucket, Key="status/index.html")
    told = tear_down(emulator.client("cloudformation"), s3, STACK, lambda: delete(emulator))
    assert told == f"{STACK} is deleted, and its bucket with 3 versions of objects"
    assert inventory(emulator.client) == before


def given_by_others(emulator: Emulator) -> dict[str, str]:
    made = emulator.client("ec2").create_launch_template(
        LaunchTemplateName="avatar-api", LaunchTemplateData={"ImageId": "ami-0a1b2c3d"}
    )
    return {"ScalingLaunchTemplateId": made["LaunchTemplate"]["LaunchTemplateId"]}


def assert_everything_is_there(emulator: Emulator, bare: Stack, full: Stack) -> None:
    assert bare.resources.items() <= full.resources.items()  # in place
    conditional = {
        name
        for name, resource in load()["Resources"].items()
        if resource.get("Condition") not in {None, "OnAws", "SavesQueries", "WatchesAvailability"}
    }
    assert full.resources.keys() - bare.resources.keys() == conditional
    found = alarms(emulator)
    assert found["StorageCritical"]["Threshold"] == 7e9
    assert found["CdnLatencyCritical"]["Threshold"] == 2_000
    polling = emulator.client("lambda").get_function_configuration(
        FunctionName=full.outputs["HealthPollingFunction"]
    )
    assert polling["Environment"]["Variables"]["TLS_EXPIRY_THRESHOLD"] == "21"
    body = dashboard(emulator)
    assert r"BucketName=(\"avatars\" OR \"avatars-old\")" in body
    [scaling] = emulator.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    sizes = (scaling["MinSize"], scaling["DesiredCapacity"], scaling["MaxSize"])
    assert sizes == (2, 3, 10)
    assert scaling["AutoScalingGroupName"] in body
    filters = emulator.client("logs").describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    made = {full.resources[name] for name in full.resources if name.endswith("Filter")}
    assert len(made & {each["filterName"] for each in filters}) == 6
