"""User experience: the app monitor, and what a browser may do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.cloudformation import Deployment
from local.paths import ROOT
from local.templates import written
from template.conftest import Registry

WITHOUT_RUM = {"ap-east-2", "ap-southeast-6", "cn-north-1", "cn-northwest-1"}
TEMPLATE = written("rum.yaml")
GUIDE = (ROOT / "docs" / "integration.md").read_text()


def deployed(**given: str) -> dict[str, dict[str, Any]]:
    domains = {"SiteDomains": "www.example.com,*.avatars.example.com"}
    return Deployment(TEMPLATE, domains | given).resources()


def test_a_visitor_may_send_to_this_one_app_monitor_and_nothing_else() -> None:
    found = deployed()
    [policy] = found["VisitorRole"]["Properties"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "rum:PutRumEvents")
    name = found["AppMonitor"]["Properties"]["Name"]
    assert statement["Resource"] == f"arn:aws:rum:eu-north-1:123456789012:appmonitor/{name}"
    assert "ManagedPolicyArns" not in found["VisitorRole"]["Properties"]


def test_only_guests_of_this_pool_take_the_role() -> None:
    found = deployed()
    [trust] = found["VisitorRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Federated": "cognito-identity.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"cognito-identity.amazonaws.com:aud": "<VisitorPool>"},
        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"},
    }
    attached = found["VisitorPoolRole"]["Properties"]
    assert attached["Roles"] == {"unauthenticated": "<VisitorRole.Arn>"}
    # aws-rum-web with guestRoleArn uses AssumeRoleWithWebIdentity
    assert found["VisitorPool"]["Properties"]["AllowClassicFlow"] is True


def test_what_needs_consent_or_costs_more_is_off_until_it_is_asked_for() -> None:
    monitor = deployed()["AppMonitor"]["Properties"]
    configuration = monitor["AppMonitorConfiguration"]
    assert configuration["AllowCookies"] == configuration["EnableXRay"] == "false"
    assert monitor["CwLogEnabled"] == "false"
    assert configuration["SessionSampleRate"] == "0.1"
    assert deployed(AllowCookies="true")["AppMonitor"]["Properties"]["AppMonitorConfiguration"][
        "AllowCookies"
    ]


def test_every_domain_that_was_given_is_watched() -> None:
    domains = deployed()["AppMonitor"]["Properties"]["DomainList"]
    assert domains == ["www.example.com", "*.avatars.example.com"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("www.example.com", True),
        ("a.example.com,*.b.example.com,c.example.com,d.example.com,e.example.com", True),
        ("a.io1,b.io1,c.io1,d.io1,e.io1,f.io1", False),
        ("https://www.example.com", False),
        ("www.example.com, example.com", False),
        ("", False),
    ],
)
def test_domains_are_checked_before_anything_is_made(given: str, *, taken: bool) -> None:
    pattern = TEMPLATE["Parameters"]["SiteDomains"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, given)) is taken


@pytest.mark.parametrize("parameter", ["SessionSampleRate", "TraceRequests", "KeepInLogs"])
def test_what_costs_says_its_price(parameter: str) -> None:
    assert "$" in TEMPLATE["Parameters"][parameter]["Description"]


def test_the_regions_without_it_are_why_it_is_a_template_of_its_own(registry: Registry) -> None:
    used = {resource["Type"] for resource in TEMPLATE["Resources"].values()}
    lacking = {region for region in registry.regions if used - registry.types(region)}
    assert lacking == WITHOUT_RUM


def test_the_page_is_given_the_stacks_outputs_and_its_telemetries() -> None:
    [snippet] = re.findall(r"```typescript\n(.*?)```", GUIDE, re.DOTALL)
    for output in ("AppMonitorId", "IdentityPoolId", "GuestRoleArn"):
        assert output in TEMPLATE["Outputs"]
        assert snippet.count(output) == 2
    found = deployed()["AppMonitor"]["Properties"]
    telemetries = found["AppMonitorConfiguration"]["Telemetries"]
    assert f"telemetries: {telemetries}" in snippet
    assert "recordEvent(" in snippet
    assert found["CustomEvents"] == {"Status": "ENABLED"}
