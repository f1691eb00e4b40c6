"""What CloudWatch refuses because of what was made before: alarms.

Rules over several requests; `aws_contract.account` asks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aws_contract.cloudwatch_actions import ACTIONS
from aws_contract.cloudwatch_composites import children
from aws_contract.core import Breach, Params

if TYPE_CHECKING:
    from aws_contract.account import Account, Check


def _put_composite_alarm(account: Account, params: Params) -> Iterator[Breach]:
    """Look at alarms that are there. Source: API Reference, PutCompositeAlarm, AlarmRule."""
    for name in _children(params):
        if name not in account.alarms:
            text = f"Could not save the composite alarm as alarms [{name}] do not exist"
            yield Breach("ValidationError", text)
    yield from _actions_here(account, params)
    account.alarms.add(params["AlarmName"])


def _children(params: Params) -> Iterator[str]:
    for name in (*children(params["AlarmRule"]), params.get("ActionsSuppressor")):
        if name:
            yield name.split(":alarm:")[-1]


def _put_metric_alarm(account: Account, params: Params) -> Iterator[Breach]:
    yield from _actions_here(account, params)
    account.alarms.add(params["AlarmName"])


def _actions_here(account: Account, params: Params) -> Iterator[Breach]:
    """Act in the alarm's region. Source: CloudWatch's answer to a topic of another one."""
    for action in (each for name in ACTIONS for each in params.get(name) or ()):
        region = action.split(":")[3]
        if action.split(":")[2] in {"sns", "lambda"} and region != account.region:
            yield Breach(
                "ValidationError",
                f"Invalid region {region} specified. Only {account.region} is supported.",
            )


CHECKS: dict[tuple[str, str], Check] = {
    ("cloudwatch", "PutMetricAlarm"): _put_metric_alarm,
    ("cloudwatch", "PutCompositeAlarm"): _put_composite_alarm,
}
