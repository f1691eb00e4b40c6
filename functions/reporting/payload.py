"""What an invocation asks for, read field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from avatarwatch.environment import SettingsError
from reporting.spans import OLDEST, Kind, Span, latest, span_of


@dataclass(frozen=True, slots=True)
class Order:
    """A report: the present one of the schedule, or one by its date, which nobody is told of."""

    span: Span
    is_scheduled: bool


def read_order(event: Any, now: datetime) -> Order:
    """Read ``{"report": "daily" | "weekly" | "monthly"[, "date": "YYYY-MM-DD"]}``.

    ``date`` is any day of the report. Raises SettingsError naming the field that is wrong.
    """
    if not isinstance(event, dict):
        raise SettingsError(f"the event must be an object, not {type(event).__name__}")
    if unknown := set(event) - {"report", "date"}:
        raise SettingsError(f"{min(map(str, unknown))}: not known; report and date are")
    kind = event.get("report")
    if kind not in set(Kind):
        raise SettingsError(f"report: {kind!r} is none of {', '.join(Kind)}")
    if event.get("date") is None:
        return Order(latest(Kind(kind), now), is_scheduled=True)
    span = span_of(Kind(kind), _date(event["date"]))
    if span.end > now:
        raise SettingsError(f"date: {span.title} is not over before {span.end:%Y-%m-%d %H:%M} UTC")
    if span.start < now - OLDEST:
        raise SettingsError(f"date: {span.title} is older than CloudWatch's numbers, 455 days")
    return Order(span, is_scheduled=False)


def _date(given: Any) -> date:
    try:
        found = date.fromisoformat(given)
    except (TypeError, ValueError):
        raise SettingsError(f"date: {given!r} is no day such as 2026-11-25") from None
    if found.year < datetime(2000, 1, 1, tzinfo=UTC).year:
        raise SettingsError(f"date: {found} is older than CloudWatch's numbers, 455 days")
    if found.year > 9000:
        raise SettingsError(f"date: {found} is not over")
    return found
