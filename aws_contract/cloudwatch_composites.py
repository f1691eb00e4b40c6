"""CloudWatch: composite alarms."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_CHILDREN = 100
_STATES = r"(?:ALARM|OK|INSUFFICIENT_DATA)"
_NAME = r"\(\s*(?:\"[^\"]+\"|'[^']+'|[^\s()\"']+)\s*\)"
_CHILD = re.compile(rf"\b{_STATES}\s*{_NAME}")
_REST = re.compile(r"(?:\s|\(|\)|\b(?:AND|OR|NOT|TRUE|FALSE)\b|#)*")


def _error(message: str) -> Breach:
    return Breach("ValidationError", message)


@rule("cloudwatch", "PutCompositeAlarm")
def composite_rule(params: Params) -> Iterator[Breach]:
    """Combine the states of alarms. Source: API Reference, PutCompositeAlarm, AlarmRule.

    Of the rule's functions, AT_LEAST is not known here: ours does without.
    """
    text = params["AlarmRule"]
    children = _CHILD.findall(text)
    if len(children) > MAX_CHILDREN:
        yield _error(f"AlarmRule must not reference more than {MAX_CHILDREN} alarms.")
    if not _REST.fullmatch(_CHILD.sub("#", text)) or text.count("(") != text.count(")"):
        yield _error("AlarmRule must be a valid expression of alarm states.")


@rule("cloudwatch", "PutCompositeAlarm")
def composite_suppressor(params: Params) -> Iterator[Breach]:
    """Wait for a suppressor for a while. Source: the same, ActionsSuppressor."""
    periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    for name in periods:
        if bool(params.get("ActionsSuppressor")) != (params.get(name) is not None):
            yield _error(f"{name} is required with ActionsSuppressor, and only then.")
