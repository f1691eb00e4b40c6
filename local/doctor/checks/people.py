"""Whether e-mail and SMS reach a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.doctor.checks.by_hand import is_not_there
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_TOPICS = {"EmailTopicArn": ("e-mail", "OpsEmail"), "SmsTopicArn": ("SMS", "OpsPhone")}
_PEOPLE = frozenset({"email", "email-json", "sms"})
_PENDING = "PendingConfirmation"  # in the place of the subscription's ARN (API reference)


def subscriptions(deployment: Deployment) -> Iterator[Finding]:
    """Name who has not confirmed, is not told all, or is told besides; and topics of nobody's.

    That the stack's own subscription is gone is told with the stack's resources.
    """
    for output, (kind, parameter) in _TOPICS.items():
        asked = deployment.parameters.get(parameter)
        try:
            listed = list(_subscriptions(deployment, deployment.outputs[output]))
        except ClientError as error:
            if is_not_there(error):
                continue  # that the topic is gone is told of the topic
            raise
        for each, attributes in listed:
            yield from _listener(deployment, kind, parameter, each, attributes)
        if listed or asked:
            continue
        if kind == "e-mail":
            mend = f"deploy with {parameter}=…: it is what still works when Slack does not"
            yield mistake(kind, "nobody is subscribed", mend)
        else:
            yield Finding(Kind.NOTE, kind, f"nobody is subscribed ({parameter} is empty)")


def _subscriptions(
    deployment: Deployment, topic: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each subscription of a topic with its attributes, none before it is confirmed."""
    client = deployment.client("sns")
    for page in client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
        for each in page["Subscriptions"]:
            arn = each["SubscriptionArn"]
            if arn == _PENDING:
                yield each, {"PendingConfirmation": "true"}
            else:
                yield each, client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


def _listener(
    deployment: Deployment, kind: str, parameter: str, each: dict[str, Any], found: dict[str, Any]
) -> Iterator[Finding]:
    endpoint, arn = each["Endpoint"], each["SubscriptionArn"]
    if found.get("PendingConfirmation") == "true":
        mend = (
            "click the link in the mail from AWS (no-reply@sns.amazonaws.com; look in spam)"
            f" or have it sent again: aws sns subscribe --topic-arn {each['TopicArn']}"
            f" --protocol {each['Protocol']} --notification-endpoint {endpoint}"
        )
        yield mistake(kind, f"{endpoint} has not confirmed: it is told nothing", mend)
    if arn in deployment.resources.values():
        return
    if found.get("FilterPolicy") not in {None, "", "{}"}:
        mend = (
            f"aws sns set-subscription-attributes --subscription-arn {arn}"
            " --attribute-name FilterPolicy --attribute-value '{}'"
        )
        what = f"{endpoint} is told only what matches {found['FilterPolicy']}, which nothing does"
        yield mistake(kind, what, mend)
    asked = deployment.parameters.get(parameter)
    if asked and each["Protocol"] in _PEOPLE and endpoint != asked:
        mend = f"if nobody knows it: aws sns unsubscribe --subscription-arn {arn}"
        yield Finding(
            Kind.NOTE, kind, f"{endpoint} is told as well, which is not {parameter}", mend
        )


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
