"""AWS Cost Anomaly Detection: JSON over SNS (``dimensionalValue``) and EventBridge (without "al").

Source: AWS Cost Management's user guide, "Detecting unusual spend" and "Using EventBridge with Cost
Anomaly Detection".
"""

from typing import Any

from pydantic import AliasChoices, Field, ValidationError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.alarm_state import CamelShape
from alarm_fanout.parsers.arrival import Arrival, of_event, place
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.lenient import Finite, Lenient, present
from alarm_fanout.parsers.texts import shortened
from avatarwatch.alerts import AlertState
from avatarwatch.units import Unit, humanize

_MOST_CAUSES = 5


class _Impact(CamelShape):
    total_actual_spend: Lenient[Finite] = None
    total_expected_spend: Lenient[Finite] = None
    total_impact: Lenient[Finite] = None
    total_impact_percentage: Lenient[Finite] = None


class _Cause(CamelShape):
    service: Lenient[str] = None
    region: Lenient[str] = None
    usage_type: Lenient[str] = None
    linked_account_name: Lenient[str] = None
    linked_account: Lenient[str] = None


class _Anomaly(CamelShape):
    anomaly_id: str = Field(min_length=1)
    account_id: Lenient[str] = None
    value: Lenient[str] = Field(
        default=None, validation_alias=AliasChoices("dimensionalValue", "dimensionValue")
    )
    monitor_name: Lenient[str] = None
    anomaly_start_date: Lenient[str] = None
    anomaly_end_date: Lenient[str] = None
    anomaly_details_link: Lenient[str] = None
    impact: Lenient[_Impact] = None
    root_causes: Lenient[list[Lenient[_Cause]]] = None


def parse_event(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an ``Anomaly Detected`` event; raises as ``parse`` does."""
    return parse(event.get("detail"), of_event(event, arrival))


def parse(document: Any, arrival: Arrival) -> Alert:
    """Read an anomaly; it is never taken back, so its state is INFO.

    Raises
    ------
    NotThisShapeError
        The document has no anomaly's id.
    """
    try:
        anomaly = _Anomaly.model_validate(document)
    except ValidationError as error:
        raise NotThisShapeError(str(error)) from error
    where = place(None, anomaly.account_id).or_else(arrival.place)
    link = anomaly.anomaly_details_link or ""
    return Alert(
        kind=Kind.COST_ANOMALY,
        name=anomaly.value or anomaly.monitor_name or "Cost anomaly",
        key=f"cost-anomaly:{anomaly.anomaly_id}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        account=where.account,
        partition=arrival.place.partition,
        summary=_summary(anomaly.impact or _Impact()),
        facts=_facts(anomaly),
        links=(("Anomaly", link),) if link.startswith("https://") else (),
    )


def _summary(impact: _Impact) -> str:
    if impact.total_impact is None:
        return "Unusual spending."
    text = f"{humanize(impact.total_impact, Unit.USD)} more than expected"
    if impact.total_impact_percentage is not None:
        text += f" (+{humanize(impact.total_impact_percentage, Unit.PERCENT)})"
    return f"{text}."


def _facts(anomaly: _Anomaly) -> tuple[tuple[str, str], ...]:
    impact = anomaly.impact or _Impact()
    dates = (anomaly.anomaly_start_date or "")[:10], (anomaly.anomaly_end_date or "")[:10]
    facts = [
        ("Spent", _dollars(impact.total_actual_spend)),
        ("Expected", _dollars(impact.total_expected_spend)),
        ("Days", " to ".join(dict.fromkeys(filter(None, dates)))),
        ("Monitor", anomaly.monitor_name or ""),
        *(("Cause", _cause(cause)) for cause in present(anomaly.root_causes)[:_MOST_CAUSES]),
    ]
    return tuple((label, shortened(value, 200)) for label, value in facts if value)


def _dollars(amount: float | None) -> str:
    return "" if amount is None else humanize(amount, Unit.USD)


def _cause(cause: _Cause) -> str:
    account = cause.linked_account_name or cause.linked_account
    return ", ".join(filter(None, (cause.service, cause.region, cause.usage_type, account)))
