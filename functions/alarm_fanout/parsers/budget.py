"""AWS Budgets: plain text over SNS, the same for actual and forecasted spending.

::

    Budget Name: avatar-system
    Budget Type: Cost
    Budgeted Amount: $250.00
    Alert Type: ACTUAL
    Alert Threshold: > $200.00
    ACTUAL Amount: $212.37
"""

import re

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.arrival import Arrival, origin
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alert_state import AlertState

_ACCOUNT = re.compile(r"^AWS Account (\d{12})\b", re.MULTILINE | re.ASCII)
_PERIOD = re.compile(r"\b(per day|for the current (?:month|quarter|year))\b")
_LINK = re.compile(r"^\[1\] (https://\S{1,500})$", re.MULTILINE)
_VALUE = 200


def parse(text: str, arrival: Arrival) -> Alert:
    """Read a notification of AWS Budgets; it is never taken back, so its state is INFO.

    Raises
    ------
    NotThisShapeError
        The text names no budget or no type of alert.
    """
    fields = _fields(text)
    name, alert_type = fields.get("Budget Name"), fields.get("Alert Type", "").upper()
    if not (name and alert_type):
        raise NotThisShapeError("no notification of AWS Budgets")
    account = _ACCOUNT.search(text)
    where = origin(None, account[1] if account else None).or_else(arrival.origin)
    threshold = fields.get("Alert Threshold", "")
    link = _LINK.search(text)
    return Alert(
        kind=Kind.BUDGET,
        name=name,
        key=f"budget:{where.account or ''}:{name}:{alert_type}:{threshold}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        account=where.account,
        summary=_summary(fields, alert_type, text),
        facts=_facts(fields, text),
        links=(("Budgets", link[1]),) if link else (),
    )


def _fields(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.splitlines())
    return {label.strip(): shortened(value, _VALUE) for label, colon, value in lines if colon}


def _summary(fields: dict[str, str], alert_type: str, text: str) -> str:
    words = [alert_type.capitalize(), fields.get("Budget Type", "").lower() or "amount"]
    if amount := fields.get(f"{alert_type} Amount"):
        words.append(amount)
    if threshold := fields.get("Alert Threshold"):
        words.append(f"is {_spelled(threshold)}")
    if period := _PERIOD.search(text):
        words.append(period[1])
    return " ".join(word for word in words if word)


def _spelled(threshold: str) -> str:
    """Write ``> $200.00`` as a sentence needs it."""
    sign, _, amount = threshold.partition(" ")
    word = {">": "over", ">=": "at or over", "<": "under", "=": "at"}.get(sign)
    return f"{word} {amount}" if word else threshold


def _facts(fields: dict[str, str], text: str) -> tuple[tuple[str, str], ...]:
    labels = ("Budgeted Amount", "Alert Threshold", "ACTUAL Amount", "FORECASTED Amount")
    facts = [(label.capitalize(), fields[label]) for label in labels if fields.get(label)]
    period = _PERIOD.search(text)
    if period:
        facts.append(("Period", "day" if period[1] == "per day" else period[1].rsplit(" ", 1)[-1]))
    return tuple(facts)
