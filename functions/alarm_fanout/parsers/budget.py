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
from avatarwatch.catalogue import Severity

_ACCOUNT = re.compile(r"^AWS Account (\d{12})\b", re.MULTILINE | re.ASCII)
_PERIOD = re.compile(r"\b(per day|for the current (?:month|quarter|year))\b")
_LINK = re.compile(r"^\[1\] (https://\S{1,500})$", re.MULTILINE)
_VALUE = 200
_WAITING = frozenset({"pending", "standby", "requires approval", "awaiting approval"})


def parse(text: str, arrival: Arrival) -> Alert:
    """Read a notification of AWS Budgets; it is never taken back, so its state is INFO.

    Raises
    ------
    NotThisShapeError
        The text names no budget or no type of alert.
    """
    fields = _fields(text)
    name, alert_type = fields.get("Budget Name"), fields.get("Alert Type", "").upper()
    action = fields.get("Action Type") or fields.get("Action Status")
    if not (name and (alert_type or action)):
        raise NotThisShapeError("no notification of AWS Budgets")
    account = _ACCOUNT.search(text)
    where = origin(None, account[1] if account else None).or_else(arrival.origin)
    threshold = fields.get("Alert Threshold") or fields.get("Action Threshold", "")
    summary = _summary(fields, alert_type, text) if alert_type else _action(fields)
    link = _LINK.search(text)
    return Alert(
        kind=Kind.BUDGET,
        name=name,
        title=shortened(f"{name}: {summary}", _VALUE),
        key=f"budget:{where.account or ''}:{name}:{alert_type or 'ACTION'}:{threshold}",
        state=AlertState.INFO,
        severity=Severity.WARNING,
        changed_at=arrival.sent_at,
        account=where.account,
        summary=summary,
        facts=_facts(fields, text),
        links=(("Budgets", link[1]),) if link else (),
    )


def _fields(text: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in text.splitlines())
    return {label.strip(): shortened(value, _VALUE) for label, colon, value in lines if colon}


def _summary(fields: dict[str, str], alert_type: str, text: str) -> str:
    measured = " ".join(_lower(word) for word in fields.get("Budget Type", "amount").split())
    # a share is measured; of money the forecast must not be taken for what was spent
    shares = fields.get("Budgeted Amount", "").endswith("%")
    words = [measured] if shares else [alert_type.capitalize(), measured]
    if amount := fields.get(f"{alert_type} Amount"):
        words.append(_spaced(amount))
    if threshold := fields.get("Alert Threshold"):
        words.append(f"is {_spelled(threshold)}")
    if period := _PERIOD.search(text):
        words.append(period[1])
    return " ".join(word for word in words if word)


def _action(fields: dict[str, str]) -> str:
    """Say what becomes of a budget's action (AWS Budgets, "Configuring budget actions")."""
    status = fields.get("Action Status", "").lower()
    words = ["action awaits approval" if status in _WAITING else f"action {status}".strip()]
    if threshold := fields.get("Action Threshold"):
        over = _spelled(threshold)
        budgeted = fields.get("Budgeted Amount", "")
        words.append(f"{over} of {budgeted}" if over.endswith("%") and budgeted else over)
    return ", ".join(words)


def _lower(word: str) -> str:
    return word if word.isupper() else word.lower()


def _spaced(amount: str) -> str:
    return f"{amount[:-1].rstrip()} %" if amount.endswith("%") else amount


def _spelled(threshold: str) -> str:
    """Write ``> $200.00`` as a sentence needs it."""
    sign, _, amount = threshold.partition(" ")
    word = {">": "over", ">=": "at or over", "<": "under", "=": "at"}.get(sign)
    return f"{word} {_spaced(amount)}" if word else _spaced(threshold)


def _facts(fields: dict[str, str], text: str) -> tuple[tuple[str, str], ...]:
    labels = ("Budgeted Amount", "Action Type", "Action Threshold", "Action Status",
        "Alert Threshold", "ACTUAL Amount", "FORECASTED Amount")  # fmt: skip
    facts = [(label.capitalize(), fields[label]) for label in labels if fields.get(label)]
    period = _PERIOD.search(text)
    if period:
        facts.append(("Period", "day" if period[1] == "per day" else period[1].rsplit(" ", 1)[-1]))
    return tuple(facts)
