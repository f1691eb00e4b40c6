"""A budget is told in us-east-1, and people hear of it from the main stack in eu-north-1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from samcli.yamlhelper import yaml_parse

from local.demo import evidence
from local.paths import ROOT
from local.scene import SYSTEM

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

STACK = "avatar-watch-global"
# what the emulator's CloudFormation refuses; nobody is to publish there but us
REFUSED = {
    "AWS::Budgets::Budget",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::CloudFront::MonitoringSubscription",
}
BUDGET = (ROOT / "events" / "alarm_fanout" / "budget-actual-monthly.json").read_text()


@pytest.fixture
def topic(deployed: Scene) -> Iterator[str]:
    """Deploy global.yaml beside the main stack, in its own region; return the topic's ARN."""
    template = yaml_parse((ROOT / "global.yaml").read_text())
    resources = {n: r for n, r in template["Resources"].items() if r["Type"] not in REFUSED}
    queue = deployed.stack.outputs["AlertsQueueArn"]
    client = deployed.emulator.client("cloudformation", "us-east-1")
    client.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps({**template, "Resources": resources}),
        Parameters=[
            {"ParameterKey": "SystemName", "ParameterValue": SYSTEM},
            {"ParameterKey": "AlertsQueueArn", "ParameterValue": queue},
            {"ParameterKey": "MonthlyBudgetUsd", "ParameterValue": "200"},
        ],
    )
    client.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    yield f"arn:aws:sns:us-east-1:000000000000:{SYSTEM}-cost-alerts"
    client.delete_stack(StackName=STACK)
    client.get_waiter("stack_delete_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    sns: Any = deployed.emulator.client("sns", "us-east-1")
    assert not sns.list_topics()["Topics"]
    assert not deployed.emulator.client("sqs", "us-east-1").list_queues().get("QueueUrls")


def test_a_budgets_alert_reaches_slack(scene: Scene, topic: str) -> None:
    [record] = json.loads(BUDGET)["Records"]
    message = json.loads(record["body"])
    sns = scene.emulator.client("sns", "us-east-1")
    sns.publish(TopicArn=topic, Subject=message["Subject"], Message=message["Message"])
    told = scene.inbox.wait_for(
        lambda kept: next(
            (each for each in evidence.slack(kept) if "avatar-system-monthly" in str(each)), None
        ),
        30,
    )
    assert "$212.37" in str(told.content)
