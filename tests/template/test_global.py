"""What is global: a budget and cost anomalies over the main stack's topic, CloudFront's metrics."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.cloudformation import Deployment
from local.templates import written
from template.conftest import Registry

TOPIC = {"Ref": "CostAlertsTopic"}
type Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def worldwide() -> Resources:
    found: Resources = written("global.yaml")["Resources"]
    return found


def test_the_budget_tells_of_what_was_spent_and_of_what_is_forecast(worldwide: Resources) -> None:
    budget = worldwide["MonthlyBudget"]["Properties"]
    told = budget["NotificationsWithSubscribers"]
    kinds = [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in told
    ]
    assert kinds == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    for each in told:
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": TOPIC}]
    assert budget["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudgetUsd"}


def test_anomalies_go_to_the_topic_from_the_amount_that_was_given(worldwide: Resources) -> None:
    subscription = worldwide["CostAnomalySubscription"]["Properties"]
    assert subscription["Frequency"] == "IMMEDIATE"  # SNS takes no other
    assert subscription["Subscribers"] == [{"Type": "SNS", "Address": TOPIC}]
    expression = subscription["ThresholdExpression"]["Fn::Sub"].replace("${CostAnomalyUsd}", "50")
    assert json.loads(expression)["Dimensions"]["Values"] == ["50"]


SERVICES = ["budgets.amazonaws.com", "costalerts.amazonaws.com", "cloudwatch.amazonaws.com"]


def allowed(document: dict[str, Any], service: str) -> list[dict[str, Any]]:
    """Return the statements of a policy that allow a service something."""
    return [
        statement
        for statement in document["Statement"]
        if statement["Effect"] == "Allow" and service in json.dumps(statement["Principal"])
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_of_the_bill_may_publish(worldwide: Resources, service: str) -> None:
    policy = worldwide["CostAlertsTopicPolicy"]["Properties"]
    assert policy["Topics"] == [TOPIC]
    [publish] = allowed(policy["PolicyDocument"], service)
    assert publish["Action"] == "sns:Publish"
    # all three are documented to name the account that they publish for
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


@pytest.mark.parametrize("service", SERVICES)
def test_a_budget_of_ones_own_may_use_the_main_stacks_topic(
    resources: Resources, service: str
) -> None:
    for name, document in (("AlertsTopicPolicy", "PolicyDocument"), ("AlertsKey", "KeyPolicy")):
        assert allowed(resources[name]["Properties"][document], service), name


def deployed(**given: str) -> Resources:
    template = written("global.yaml")
    return Deployment(template, {"AWS::Region": "us-east-1", **given}).resources()


COSTS = {
    "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts",
    "MonthlyBudgetUsd": "200",
    "CostAnomalyUsd": "50",
    "MakeCostAnomalyMonitor": "true",
    "OpsEmail": "ops@example.com",
    "TopicKey": "own",
}


@pytest.mark.parametrize("service", SERVICES)
def test_the_key_lets_them_in_by_what_sns_itself_says(service: str) -> None:
    found = deployed(**COSTS)
    [use] = allowed(found["CostAlertsKey"]["Properties"]["KeyPolicy"], service)
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(use["Action"])
    name = found["CostAlertsTopic"]["Properties"]["TopicName"]
    assert use["Condition"] == {
        "StringEquals": {
            "kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:us-east-1:123456789012:{name}"
        }
    }


def test_the_main_stacks_queue_takes_messages_of_that_topic_alone(
    source: dict[str, Any],
) -> None:
    name = deployed(**COSTS)["CostAlertsTopic"]["Properties"]["TopicName"]
    queue = Deployment(source).resources()["AlertsQueuePolicy"]["Properties"]["PolicyDocument"]
    [taken] = [each for each in queue["Statement"] if each["Sid"] == "CostAlertsTopicSends"]
    assert taken["Condition"] == {
        "Bool": {"aws:PrincipalIsAWSService": "true"},
        "ArnEquals": {"aws:SourceArn": f"arn:aws:sns:us-east-1:123456789012:{name}"},
    }
    assert "AlertsQueueArn" in source["Outputs"]


def test_what_does_not_reach_the_main_stack_is_told_past_it() -> None:
    found = deployed(**COSTS)
    alarm = found["CostDeadLetters"]["Properties"]
    assert alarm["Dimensions"][0]["Value"] == "<CostDeadLetterQueue.QueueName>"
    mail = found["OpsEmailSubscription"]["Properties"]
    assert mail["FilterPolicyScope"] == "MessageBody"
    assert mail["FilterPolicy"] == {"AlarmName": [alarm["AlarmName"]]}
    redrive = {"deadLetterTargetArn": "<CostDeadLetterQueue.Arn>"}
    assert mail["RedrivePolicy"] == redrive
    assert found["CostAlertsSubscription"]["Properties"]["RedrivePolicy"] == redrive


@pytest.mark.parametrize(
    "asked",
    [
        {"MonthlyBudgetUsd": "200"},
        {"CostAnomalyUsd": "50", "MakeCostAnomalyMonitor": "true"},
    ],
)
def test_costs_are_not_told_to_nobody(asked: dict[str, str]) -> None:
    template = written("global.yaml")
    [said] = Deployment(template, asked).refusals()
    assert "AlertsQueueArn" in said
    assert not Deployment(template, COSTS).refusals()
    assert not Deployment(template, {"MeasuredDistributionId": "E3SJ7B3QL1F8WH"}).refusals()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, set()),
        ({"MeasuredDistributionId": "E3SJ7B3QL1F8WH"}, {"AdditionalMetrics"}),
        ({"MonthlyBudgetUsd": "200"}, {"MonthlyBudget", "CostAlertsTopic"}),
        (
            {"CostAnomalyUsd": "50", "MakeCostAnomalyMonitor": "true"},
            {"CostAnomalyMonitor", "CostAnomalySubscription"},
        ),
    ],
)
def test_each_part_is_there_only_when_it_is_asked_for(
    given: dict[str, str], kept: set[str]
) -> None:
    found = deployed(**given).keys()
    assert kept <= found
    assert bool(found) == bool(given)
    assert ("CostAlertsTopic" in found) == bool(given.keys() & COSTS.keys())
    assert "OpsEmailSubscription" not in found


def test_cloudfronts_additional_metrics_are_turned_on_when_asked(worldwide: Resources) -> None:
    resource = worldwide["AdditionalMetrics"]
    assert resource["Condition"] == "MeasuresDistribution"
    config = resource["Properties"]["MonitoringSubscription"]["RealtimeMetricsSubscriptionConfig"]
    assert config == {"RealtimeMetricsSubscriptionStatus": "Enabled"}


ELSEWHERE = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
"""Regions of other partitions, in which the template refuses itself (decision 81)."""


# an unknown type makes CloudFormation refuse the whole template, whatever its condition
def test_every_region_knows_the_main_templates_types(
    resources: Resources, registry: Registry
) -> None:
    used = {resource["Type"] for resource in resources.values()}
    ours = [each for each in registry.regions if not each.startswith(ELSEWHERE)]
    assert len(ours) > 20
    assert [region for region in ours if used - registry.types(region)] == []


def test_us_east_1_knows_the_types_of_what_is_global(
    worldwide: Resources, registry: Registry
) -> None:
    used = {resource["Type"] for resource in worldwide.values()}
    assert used <= registry.types("us-east-1")
