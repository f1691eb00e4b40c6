"""Whether e-mail and SMS reach a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_TOPICS = {"EmailTopicArn": ("e-mail", "OpsEmail"), "SmsTopicArn": ("SMS", "OpsPhone")}
_PENDING = "PendingConfirmation"  # in the place of the subscription's ARN (API reference)


def subscriptions(deployment: Deployment) -> Iterator[Finding]:
    """Name the topics that nobody listens to, and who has not confirmed."""
    for output, (kind, parameter) in _TOPICS.items():
        listed = _subscriptions(deployment, deployment.outputs[output])
        for each in listed:
            if _is_pending(deployment, each["SubscriptionArn"]):
                mend = (
                    "click the link in the mail from AWS (no-reply@sns.amazonaws.com; look in spam)"
                    f" or have it sent again: aws sns subscribe --topic-arn {each['TopicArn']}"
                    f" --protocol {each['Protocol']} --notification-endpoint {each['Endpoint']}"
                )
                yield mistake(
                    kind, f"{each['Endpoint']} has not confirmed: it is told nothing", mend
                )
        if listed:
            continue
        if kind == "e-mail":
            mend = f"deploy with {parameter}=…: it is what still works when Slack does not"
            yield mistake(kind, "nobody is subscribed", mend)
        elif not deployment.parameters.get(parameter):
            yield Finding(Kind.NOTE, kind, f"nobody is subscribed ({parameter} is empty)")


def _subscriptions(deployment: Deployment, topic: str) -> list[dict[str, Any]]:
    pages = deployment.client("sns").get_paginator("list_subscriptions_by_topic")
    return [each for page in pages.paginate(TopicArn=topic) for each in page["Subscriptions"]]


def _is_pending(deployment: Deployment, arn: str) -> bool:
    if arn == _PENDING:
        return True
    found = deployment.client("sns").get_subscription_attributes(SubscriptionArn=arn)
    return bool(found["Attributes"].get("PendingConfirmation") == "true")


def sms(deployment: Deployment) -> Iterator[Finding]:
    """Ask whether the account may send SMS to the number, and for how much money."""
    number = deployment.parameters.get("OpsPhone")
    if not number:
        return
    client = deployment.client("sns")
    if client.get_sms_sandbox_account_status()["IsInSandbox"]:
        pages = client.get_paginator("list_sms_sandbox_phone_numbers").paginate()
        verified = {
            each["PhoneNumber"]
            for page in pages
            for each in page["PhoneNumbers"]
            if each["Status"] == "Verified"
        }
        if number not in verified:
            mend = (
                f"verify it (aws sns create-sms-sandbox-phone-number --phone-number {number})"
                " or ask AWS to leave the sandbox (SNS console, Text messaging)"
            )
            yield mistake("SMS", f"the account is in the SMS sandbox, {number} not verified", mend)
    limit = client.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    dollars = float(limit.get("MonthlySpendLimit", 1))
    if dollars <= 1:
        mend = "ask AWS to raise it (Service Quotas, SNS, account spend threshold for SMS)"
        what = f"AWS stops at ${dollars:g} of SMS a month, some {dollars / 0.06:.0f} messages"
        yield Finding(Kind.NOTE, "SMS", what, mend)
