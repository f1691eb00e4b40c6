"""Whether the alarms have something to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind

# Why an alarm's metric may have no point, by its namespace.
_WHY = {
    "AWS/Billing": "AWS publishes charges some four times a day, when billing alerts are on",
    "AWS/CloudFront": "CloudFront publishes only what is requested, in us-east-1",
    "AWS/Lambda": "the function has not been called yet",
    "AWS/S3": "S3 publishes storage once a day, after midnight UTC",
    "AWS/SQS": "an idle queue publishes nothing",
}
_OWN_WHY = "what it is computed from has no data yet, or less than an alarm's least number"


def _deployed(deployment: Deployment) -> dict[str, dict[str, Any]]:
    pages = deployment.client("cloudwatch").get_paginator("describe_alarms")
    return {
        alarm["AlarmName"]: alarm
        for page in pages.paginate(
            AlarmNamePrefix=f"{deployment.system}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        for alarm in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
    }


def without_data(deployment: Deployment) -> Iterator[Finding]:
    """Name the alarms that have nothing to look at, by why that may be."""
    blind: dict[str, list[str]] = {}
    for name, alarm in _deployed(deployment).items():
        if alarm["StateValue"] == "INSUFFICIENT_DATA" and "MetricName" in alarm:
            why = _WHY.get(alarm["Namespace"], _OWN_WHY)
            blind.setdefault(why, []).append(name.removeprefix(f"{deployment.system}-"))
    for why, names in blind.items():
        yield Finding(Kind.NOTE, "alarms without data", f"{', '.join(names)}: {why}")
