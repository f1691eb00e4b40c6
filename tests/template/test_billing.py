"""The bill's own template: a budget and cost anomalies, told over the main stack's topic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse

from local.paths import ROOT

TOPIC = {"Ref": "AlertsTopicArn"}
type Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def billing() -> Resources:
    found: Resources = yaml_parse((ROOT / "billing.yaml").read_text())["Resources"]
    return found


def test_the_budget_tells_of_what_was_spent_and_of_what_is_forecast(billing: Resources) -> None:
    budget = billing["MonthlyBudget"]["Properties"]
    told = budget["NotificationsWithSubscribers"]
    kinds = [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in told
    ]
    assert kinds == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    for each in told:
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": TOPIC}]
    assert budget["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "MonthlyBudgetUsd"}


def test_anomalies_go_to_the_topic_from_the_amount_that_was_given(billing: Resources) -> None:
    subscription = billing["CostAnomalySubscription"]["Properties"]
    assert subscription["Frequency"] == "IMMEDIATE"  # SNS takes no other
    assert subscription["Subscribers"] == [{"Type": "SNS", "Address": TOPIC}]
    expression = subscription["ThresholdExpression"]["Fn::Sub"].replace("${CostAnomalyUsd}", "50")
    assert json.loads(expression)["Dimensions"]["Values"] == ["50"]


@pytest.mark.parametrize("service", ["budgets.amazonaws.com", "costalerts.amazonaws.com"])
def test_the_services_of_the_bill_may_publish(resources: Resources, service: str) -> None:
    for name, document in (("AlertTopicsPolicy", "PolicyDocument"), ("AlertsKey", "KeyPolicy")):
        allowed = [
            statement
            for statement in resources[name]["Properties"][document]["Statement"]
            if statement["Effect"] == "Allow" and service in json.dumps(statement["Principal"])
        ]
        assert allowed, name


@pytest.mark.parametrize(
    ("region", "template"), [("eu-north-1", "template.yaml"), ("us-east-1", "billing.yaml")]
)
def test_the_region_knows_every_type(resources: Resources, billing: Resources, region: str,
                                     template: str) -> None:  # fmt: skip
    # an unknown type makes CloudFormation refuse the whole template, whatever its condition
    used = {r["Type"] for r in (resources if template == "template.yaml" else billing).values()}
    assert used <= set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    assert used
