"""Alarms and log lines of the emulator, beside its metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Self

from local.dashboards.metrics import Metrics
from local.dashboards.panels import (
    AlarmState,
    DashboardError,
)

if TYPE_CHECKING:
    from local.dashboards.insights import Event, Value
    from local.emulator import Emulator

_SLICE = timedelta(hours=1)
_MOST_EVENTS = 10_000  # after which the emulator stops without a word


@dataclass(slots=True)
class Sources:
    """Everything that a dashboard shows comes from here."""

    emulator: Emulator
    metrics: Metrics
    _alarms: dict[str, dict[str, AlarmState]] = field(default_factory=dict)
    _events: dict[tuple[str, str, datetime, datetime], list[Event]] = field(default_factory=dict)

    @classmethod
    def of(cls, emulator: Emulator, reasons: Mapping[str, str] | None = None) -> Self:
        """Read an emulator; ``reasons`` say why a KPI has no value, by its metric's name."""
        client = cache(lambda region: emulator.client("cloudwatch", region))
        return cls(emulator, Metrics(client, reasons or {}))

    def alarm(self, arn: str) -> AlarmState:
        """Return an alarm's state now; without one where the alarm does not exist."""
        region, name = arn.split(":")[3], arn.split(":alarm:")[1]
        if region not in self._alarms:
            pages = self.emulator.client("cloudwatch", region).get_paginator("describe_alarms")
            self._alarms[region] = {
                each["AlarmName"]: AlarmState(
                    each["AlarmName"], each["StateValue"], each.get("StateReason", "")
                )
                for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
                for each in (*page.get("MetricAlarms", []), *page.get("CompositeAlarms", []))
            }
        return self._alarms[region].get(name, AlarmState(name, None))

    def events(self, region: str, group: str, start: datetime, end: datetime) -> list[Event]:
        """Return the JSON lines of a log group."""
        key = (region, group, start, end)
        if key not in self._events:
            self._events[key] = [*self._read_events(*key)]
        return self._events[key]

    def _read_events(
        self, region: str, group: str, start: datetime, end: datetime
    ) -> Iterator[Event]:
        client = self.emulator.client("logs", region)
        while start < end:
            until = min(start + _SLICE, end)
            # AWS takes the end in, the emulator as well
            span = {"startTime": _epoch_ms(start), "endTime": _epoch_ms(until) - 1}
            found = client.filter_log_events(logGroupName=group, **span)["events"]
            if len(found) >= _MOST_EVENTS:
                raise DashboardError(f"{group} has more lines than the emulator gives at once")
            for each in found:
                line = _fields(json.loads(each["message"]))
                yield {"@timestamp": each["timestamp"] / 1000, **line}
            start = until


def _epoch_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _fields(line: Mapping[str, object]) -> dict[str, Value]:
    """Return a line's fields as Insights sees them: numbers and booleans are numbers."""
    return {
        name: float(value) if isinstance(value, int | float) else str(value)
        for name, value in line.items()
        if value is not None
    }
