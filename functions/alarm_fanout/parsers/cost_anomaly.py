"""AWS Cost Anomaly Detection: JSON over SNS (``dimensionalValue``) and EventBridge (without "al").

Source: AWS Cost Management's user guide, "Detecting unusual spend" and "Using EventBridge with Cost
Anomaly Detection".
"""

from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.arrival import Arrival, of_event, origin
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.part import Part
from alarm_fanout.parsers.texts import HEADLINE, shortened
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.units import Unit, humanize

_MOST_CAUSES = 5
_OF_COSTS = frozenset({
    "anomalyDetailsLink", "dimensionValue", "dimensionalValue", "impact", "monitorArn",
    "monitorName", "rootCauses",
})  # fmt: skip


def parse_event(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an ``Anomaly Detected`` event; raises as ``parse`` does."""
    return parse(event.get("detail"), of_event(event, arrival))


def parse(document: Any, arrival: Arrival) -> Alert:
    """Read an anomaly; it is never taken back, so its state is INFO.

    Raises
    ------
    NotThisShapeError
        The document has no anomaly's id, or is of another service's anomaly.
    """
    anomaly = Part.of(document)
    identifier = anomaly.need("anomalyId")
    if not _OF_COSTS & anomaly.document.keys():
        raise NotThisShapeError("an anomaly, but not of costs")
    where = origin(None, anomaly.text("accountId")).or_else(arrival.origin)
    value = anomaly.text("dimensionalValue") or anomaly.text("dimensionValue")
    link = anomaly.text("anomalyDetailsLink") or ""
    impact = anomaly.part("impact") or Part()
    name = value or anomaly.text("monitorName") or "Cost anomaly"
    summary, cause = _summary(impact), _main_cause(anomaly)
    return Alert(
        kind=Kind.COST_ANOMALY,
        name=name,
        title=shortened(f"{name}: {summary.rstrip('.')}{cause}", HEADLINE),
        key=f"cost-anomaly:{identifier}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        account=where.account,
        severity=Severity.WARNING,
        summary=summary,
        facts=_facts(anomaly, impact),
        links=(("Anomaly", link),) if link.startswith("https://") else (),
    )


def _summary(impact: Part) -> str:
    total, percent = impact.number("totalImpact"), impact.number("totalImpactPercentage")
    if total is None:
        return "Unusual spending."
    text = f"{humanize(total, Unit.USD)} more than expected"
    if percent is not None:
        text += f" (+{humanize(percent, Unit.PERCENT)})"
    return f"{text}."


def _main_cause(anomaly: Part) -> str:
    """Name the cause that contributes most, where the message says how much."""
    found = [
        (part.number("contribution"), cause)
        for cause in anomaly.parts("rootCauses") or []
        if (part := cause.part("impact"))
    ]
    known = [(amount, cause) for amount, cause in found if amount is not None]
    if not known:
        return ""
    amount, cause = max(known, key=lambda pair: pair[0])
    what = cause.text("usageType") or cause.text("service") or ""
    return f", cause {what} {humanize(amount, Unit.USD)}".replace("  ", " ")


def _facts(anomaly: Part, impact: Part) -> tuple[tuple[str, str], ...]:
    days = ((anomaly.text(name) or "")[:10] for name in ("anomalyStartDate", "anomalyEndDate"))
    causes = (anomaly.parts("rootCauses") or [])[:_MOST_CAUSES]
    facts = [
        ("Spent", _dollars(impact.number("totalActualSpend"))),
        ("Expected", _dollars(impact.number("totalExpectedSpend"))),
        ("Days", " to ".join(dict.fromkeys(filter(None, days)))),
        ("Monitor", anomaly.text("monitorName") or ""),
        *(("Cause", _cause(cause)) for cause in causes),
    ]
    return tuple((label, shortened(value, 200)) for label, value in facts if value)


def _dollars(amount: float | None) -> str:
    return "" if amount is None else humanize(amount, Unit.USD)


def _cause(cause: Part) -> str:
    account = cause.text("linkedAccountName") or cause.text("linkedAccount")
    told = (cause.text(name) for name in ("service", "region", "usageType"))
    part = cause.part("impact")
    amount = _dollars(part.number("contribution")) if part else ""
    return ", ".join(filter(None, (*told, account, amount)))
