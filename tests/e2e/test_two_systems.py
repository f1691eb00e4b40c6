"""Two systems side by side on the emulator: nothing of one reaches the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fakes.packed import deploy
from local.sam import SamError
from local.scene import API_LOG_GROUP
from local.stack import Stack

if TYPE_CHECKING:
    from local.emulator import Emulator
    from local.scene import Scene

pytestmark = pytest.mark.e2e

STACK, REFUSED = "avatar-watch-second", "avatar-watch-refused"
SECOND = {
    "SystemName": "photo-system",
    "MetricNamespace": "PhotoSystem",
    "ApiLogGroupName": API_LOG_GROUP,
    "Environment": "dev",
}


def delete(emulator: Emulator, stack: str) -> None:
    client = emulator.client("cloudformation")
    client.delete_stack(StackName=stack)
    client.get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


@pytest.fixture(scope="module")
def second(deployed: Scene) -> Iterator[Stack]:
    """Deploy a second system beside the scene's."""
    yield deploy(deployed.emulator, SECOND, STACK)
    delete(deployed.emulator, STACK)


def state(scene: Scene, alarm: str) -> dict[str, Any]:
    [found] = scene.emulator.client("cloudwatch").describe_alarms(AlarmNames=[alarm])[
        "MetricAlarms"
    ]
    return dict(found)


def metrics(scene: Scene, namespace: str) -> set[str]:
    pages = scene.emulator.client("cloudwatch").get_paginator("list_metrics")
    return {
        metric["MetricName"]
        for page in pages.paginate(Namespace=namespace)
        for metric in page["Metrics"]
    }


def test_they_have_nothing_in_common(scene: Scene, second: Stack) -> None:
    ours = {**scene.stack.resources}
    assert not set(ours.values()) & set(second.resources.values())


def test_what_fails_in_one_rings_in_that_one_alone(scene: Scene, second: Stack) -> None:
    del second
    before = state(scene, "avatar-system-CdnLatencyCritical")
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace="PhotoSystem/KPI",
        MetricData=[{"MetricName": "CdnLatency", "Value": 9_000.0, "Timestamp": datetime.now(UTC)}],
    )
    assert state(scene, "photo-system-CdnLatencyCritical")["StateValue"] == "ALARM"
    after = state(scene, "avatar-system-CdnLatencyCritical")
    assert after["StateValue"] != "ALARM"
    assert after["StateUpdatedTimestamp"] == before["StateUpdatedTimestamp"]


def test_a_function_publishes_below_its_own_root(scene: Scene, second: Stack) -> None:
    own = metrics(scene, "AvatarSystem/KPI")
    assert "UploadFailureRate" not in metrics(scene, "PhotoSystem/KPI")
    at = datetime.now(UTC) - timedelta(minutes=10)
    names = ("AvatarUploads", "UploadFailures")
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace="PhotoSystem/Custom",
        MetricData=[{"MetricName": name, "Value": 100.0, "Timestamp": at} for name in names],
    )
    answer = scene.emulator.client("lambda").invoke(
        FunctionName=second.outputs["KpiAggregationFunction"], Payload=b'{"cadence": "PT5M"}'
    )
    assert not answer.get("FunctionError"), answer["Payload"].read()
    assert "UploadFailureRate" in metrics(scene, "PhotoSystem/KPI")
    assert metrics(scene, "AvatarSystem/KPI") == own


def test_each_counts_the_lines_into_its_own_metrics(scene: Scene, second: Stack) -> None:
    found = scene.emulator.client("logs").describe_metric_filters(logGroupName=API_LOG_GROUP)
    roots: dict[str, set[str]] = {}
    for each in found["metricFilters"]:
        [made] = each["metricTransformations"]
        owner = "second" if each["filterName"] in second.resources.values() else "first"
        roots.setdefault(owner, set()).add(made["metricNamespace"])
    assert roots == {"first": {"AvatarSystem/Custom"}, "second": {"PhotoSystem/Custom"}}


def test_another_with_the_root_of_the_first_is_refused(scene: Scene) -> None:
    client = scene.emulator.client
    with pytest.raises(SamError, match="ROLLBACK_COMPLETE"):
        deploy(scene.emulator, {"SystemName": "third-system", "Environment": "dev"}, REFUSED)
    events = client("cloudformation").describe_stack_events(StackName=REFUSED)["StackEvents"]
    failed = {
        event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
        for event in events
        if event.get("ResourceStatus") == "CREATE_FAILED"
    }
    assert failed.keys() == {"MetricRoot"}
    assert "ParameterAlreadyExists" in failed["MetricRoot"]
    made = client("cloudwatch").describe_alarms(AlarmNamePrefix="third-system-")["MetricAlarms"]
    assert not made
    root = client("ssm").get_parameter(Name="/avatar-watch/roots/AvatarSystem")["Parameter"]
    assert root["Value"] == "avatar-watch-local"
    delete(scene.emulator, REFUSED)
