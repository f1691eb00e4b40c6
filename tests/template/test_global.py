"""What is global: a budget and cost anomalies over the main stack's topic, CloudFront's metrics."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse

from local.paths import ROOT

TOPIC = {"Ref": "AlertsTopicArn"}
type Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def worldwide() -> Resources:
    found: Resources = yaml_parse((ROOT / "global.yaml").read_text())["Resources"]
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


@pytest.mark.parametrize("service", ["budgets.amazonaws.com", "costalerts.amazonaws.com"])
def test_the_services_of_the_bill_may_publish(resources: Resources, service: str) -> None:
    for name, document in (("AlertTopicsPolicy", "PolicyDocument"), ("AlertsKey", "KeyPolicy")):
        allowed = [
            statement
            for statement in resources[name]["Properties"][document]["Statement"]
            if statement["Effect"] == "Allow" and service in json.dumps(statement["Principal"])
        ]
        assert allowed, name


def test_cloudfronts_additional_metrics_are_turned_on_when_asked(worldwide: Resources) -> None:
    resource = worldwide["AdditionalMetrics"]
    assert resource["Condition"] == "MeasuresDistribution"
    config = resource["Properties"]["MonitoringSubscription"]["RealtimeMetricsSubscriptionConfig"]
    assert config == {"RealtimeMetricsSubscriptionStatus": "Enabled"}


# an unknown type makes CloudFormation refuse the whole template, whatever its condition
@pytest.mark.parametrize("region", REGIONS)
def test_every_region_knows_the_main_templates_types(resources: Resources, region: str) -> None:
    used = {resource["Type"] for resource in resources.values()}
    assert used - set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region)) == set()


def test_us_east_1_knows_the_types_of_what_is_global(worldwide: Resources) -> None:
    used = {resource["Type"] for resource in worldwide.values()}
    assert used <= set(PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1"))
