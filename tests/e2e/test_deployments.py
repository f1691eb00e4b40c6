"""A stack's whole life: with nothing given, with everything, back again, and gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from fakes.inventory import inventory
from fakes.packed import BUCKET, deploy
from fakes.parameters import fewest_rows, values
from local.cloudformation import Deployment
from local.generate.template import defaults, load
from local.paths import EMULATOR_HOME
from local.scene import Scene
from local.stack import Stack, describe, ours
from local.teardown import tear_down

if TYPE_CHECKING:
    from local.emulator import Emulator

pytestmark = pytest.mark.e2e

STACK = "avatar-watch-options"
GROUP = "/aws/avatar-system/api"
# of the values that every parameter is tried with, those whose effect is looked at below
OPTIONAL = {name: values(name, declared)[-1] for name, declared in load()["Parameters"].items()} | {
    "ApiLogGroupName": GROUP,
    "TopicKey": "own",
    "StorageCriticalThreshold": "7",
    "CdnLatencyCriticalThreshold": "2",
    "TlsExpiryThreshold": "21",
    "CostControlMode": "enforce",
    "UploadMetricsFromLogs": "true",
}
# given always, made by the test, or not together with what is given
for _name in ("SystemName", "MetricNamespace", "Environment", "Emulated", "Architecture",
              "ScalingLaunchTemplateId", "ScalingGroupName", "MakeAccessLogBucket"):  # fmt: skip
    del OPTIONAL[_name]
# without a condition, not on the emulator, or by the processor
ALWAYS_OR_NEVER = {
    None, "OnAws", "SavesQueries", "WatchesAvailability", "QueriesLogs",
    "OnArm", "OnX86", "CountsLogsOnArm", "StreamsLogsOnAws", "MakesLogBucket",
}  # fmt: skip
DEFAULTS = defaults(load())
BASE = {"SystemName": "other-system", "MetricNamespace": "OtherSystem", "Environment": "dev"}


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


@pytest.fixture(scope="module")
def empty() -> Iterator[Scene]:
    """An emulator of its own, with what a stack finds in an account and no stack."""
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    with closing(Scene()) as made:
        made.start_emulator()
        made.start_inbox()
        made.emulator.client("logs").create_log_group(logGroupName=GROUP)
        yield made


@pytest.fixture
def emulator(empty: Scene) -> Iterator[Emulator]:
    """Return the emulator; a stack that a failure left there is deleted."""
    yield empty.emulator
    delete(empty.emulator)
    assert not empty.contract_violations()


def test_a_stack_comes_grows_shrinks_and_goes_without_a_trace(emulator: Emulator) -> None:
    before = inventory(emulator.client)
    bare = deploy(emulator, BASE, STACK)
    alone = inventory(emulator.client)
    assert "HealthPollingSilent" not in alarms(emulator)
    dashboard(emulator)

    full = update(emulator, BASE | OPTIONAL | given_by_others(emulator))
    assert_everything_is_there(emulator, bare, full)

    nothing = {*OPTIONAL, "ScalingLaunchTemplateId"}
    usual = {name: DEFAULTS[name] for name in nothing}
    back = update(emulator, BASE | usual)
    assert back.resources == bare.resources  # nothing was made anew
    assert inventory(emulator.client) == alone
    assert alarms(emulator)["StorageCritical"]["Threshold"] == 100e9

    bucket = bare.outputs["ReportsBucketName"]
    s3 = emulator.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="status/index.html", Body=body)
    s3.delete_object(Bucket=bucket, Key="status/index.html")
    listed = s3.list_object_versions(Bucket=bucket)
    kept = len(listed["Versions"]) + len(listed["DeleteMarkers"])
    assert kept >= 3  # a round of health polling may have written its page meanwhile
    told = tear_down(emulator.client("cloudformation"), s3, STACK, lambda: delete(emulator))
    assert told == f"{STACK} is deleted, and its bucket with {kept} versions of objects"
    left = {each for each in inventory(emulator.client) if BUCKET not in str(each)}
    assert left == before


def test_each_value_is_deployed_and_arrives(emulator: Emulator) -> None:
    deploy(emulator, BASE, STACK)
    for row in fewest_rows("template.yaml"):
        given = {**row, "Emulated": "true"}
        if row["ScalingLaunchTemplateId"]:
            given |= given_by_others(emulator)
        deployment = Deployment(load(), given)
        assert_it_is(deployment, update(emulator, given), emulator)


def update(emulator: Emulator, given: Mapping[str, str]) -> Stack:
    """Update the stack by what was uploaded for it before: sam would zip it all anew."""
    given = ours(given)
    client = emulator.client("cloudformation")
    client.update_stack(
        StackName=STACK, UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )  # fmt: skip
    client.get_waiter("stack_update_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return describe(emulator, STACK)


def assert_it_is(deployment: Deployment, stack: Stack, emulator: Emulator) -> None:
    """Hold what was made against the template: what is there, and what functions are told."""
    expected = deployment.resources()
    for name, declared in load()["Resources"].items():
        if declared["Type"] != "AWS::Serverless::LayerVersion":  # named by their content
            assert (name in stack.resources) == (name in expected), name
    for name, resource in expected.items():
        if resource["Type"] == "AWS::Serverless::Function":
            made = emulator.client("lambda").get_function_configuration(
                FunctionName=stack.resources[name]
            )
            told = made["Environment"]["Variables"]
            for variable, value in resource["Properties"]["Environment"]["Variables"].items():
                if "<" not in value:  # which only the emulator could say
                    assert told[variable] == value, (name, variable)


def given_by_others(emulator: Emulator) -> dict[str, str]:
    ec2 = emulator.client("ec2")
    there = ec2.describe_launch_templates()["LaunchTemplates"]
    [made] = there or [
        ec2.create_launch_template(
            LaunchTemplateName="avatar-api", LaunchTemplateData={"ImageId": "ami-0a1b2c3d"}
        )["LaunchTemplate"]
    ]
    return {"ScalingLaunchTemplateId": made["LaunchTemplateId"]}


def assert_everything_is_there(emulator: Emulator, bare: Stack, full: Stack) -> None:
    assert bare.resources.items() <= full.resources.items()  # in place
    conditional = {
        name: resource["Type"]
        for name, resource in load()["Resources"].items()
        if resource.get("Condition") not in ALWAYS_OR_NEVER
    }
    made = full.resources.keys() - bare.resources.keys()
    # SAM names layers by their content, and what it makes of a function after it
    others = made - conditional.keys()
    by_sam = {name for name in others if name.startswith(tuple(conditional))}
    layers = {n for n, kind in conditional.items() if kind == "AWS::Serverless::LayerVersion"}
    assert made - by_sam == conditional.keys() - layers
    found = alarms(emulator)
    assert found["StorageCritical"]["Threshold"] == 7e9
    assert found["CdnLatencyCritical"]["Threshold"] == 2_000
    polling = emulator.client("lambda").get_function_configuration(
        FunctionName=full.outputs["HealthPollingFunction"]
    )
    assert polling["Environment"]["Variables"]["TLS_EXPIRY_THRESHOLD"] == "21"
    body = dashboard(emulator)
    assert r"BucketName=(\"avatars\" OR \"avatars.old\")" in body
    [scaling] = emulator.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    sizes = (scaling["MinSize"], scaling["DesiredCapacity"], scaling["MaxSize"])
    assert sizes == (2, 3, 10)
    assert scaling["AutoScalingGroupName"] in body
    filters = emulator.client("logs").describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    made = {full.resources[name] for name in full.resources if name.endswith("Filter")}
    assert len(made & {each["filterName"] for each in filters}) == 6
