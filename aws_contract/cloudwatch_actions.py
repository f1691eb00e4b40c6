"""CloudWatch: the names and actions of alarms, metric and composite."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
MAX_ACTIONS = 5
_HERE = r"arn:aws[a-z-]*"
# Source: API Reference, PutMetricAlarm and PutCompositeAlarm, AlarmActions, "Valid Values".
_OF_BOTH = (
    rf"{_HERE}:sns:[a-z0-9-]+:\d{{12}}:[A-Za-z0-9_-]{{1,256}}",
    rf"{_HERE}:lambda:[a-z0-9-]+:\d{{12}}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?",
    rf"{_HERE}:ssm:[a-z0-9-]+:\d{{12}}:opsitem:[1-4](#CATEGORY=[A-Za-z_]+)?",
    rf"{_HERE}:ssm-incidents::\d{{12}}:response-?plan/.+",
    rf"{_HERE}:aiops:[a-z0-9-]+:\d{{12}}:investigation-group[:/].+",
)
_OF_METRICS = (
    rf"{_HERE}:autoscaling:[a-z0-9-]+:\d{{12}}:scalingPolicy:.+:autoScalingGroupName/.+",
    rf"{_HERE}:automate:[a-z0-9-]+:ec2:(stop|terminate|reboot|recover)",
    rf"{_HERE}:swf:[a-z0-9-]+:\d{{12}}:action/actions/AWS_EC2\.InstanceId\..+",
)


def _error(message: str) -> Breach:
    return Breach("ValidationError", message)


@rule("cloudwatch", "PutMetricAlarm")
def metric_alarm(params: Params) -> Iterator[Breach]:
    """Check what a person names. Source: API Reference, PutMetricAlarm, AlarmName."""
    yield from _named(params, (*_OF_BOTH, *_OF_METRICS))


@rule("cloudwatch", "PutCompositeAlarm")
def composite_alarm(params: Params) -> Iterator[Breach]:
    """Check what a person names. Source: API Reference, PutCompositeAlarm, AlarmActions."""
    yield from _named(params, _OF_BOTH)


def _named(params: Params, forms: tuple[str, ...]) -> Iterator[Breach]:
    if re.search(r"[\x00-\x1f\x7f]", params["AlarmName"]):
        yield _error("The parameter AlarmName must not contain ASCII control characters.")
    for name in ACTIONS:
        actions = params.get(name) or ()
        if len(actions) > MAX_ACTIONS:
            yield _error(f"The parameter {name} must have at most {MAX_ACTIONS} elements.")
        for action in actions:
            if not action.startswith("arn:"):
                yield _error(f"Invalid arn syntax: {action}")
            elif not any(re.fullmatch(form, action) for form in forms):
                yield _error(f"Unsupported action: {action}")
    if len(params.get("Tags") or ()) > 50:
        yield _error("The parameter Tags must have at most 50 elements.")
