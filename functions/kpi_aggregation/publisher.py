"""Numbers as metric data, stamped with their window's start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from avatarwatch.kpis import KPIS
from avatarwatch.units import Unit

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.literals import StandardUnitType
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

HEARTBEAT = "KpiAggregationHeartbeat"

_UNITS: Mapping[Unit, StandardUnitType] = {
    Unit.PERCENT: "Percent",
    Unit.BYTES: "Bytes",
    Unit.MILLISECONDS: "Milliseconds",
    Unit.PER_SECOND: "Count/Second",
}


def data(numbers: Mapping[str, float], start: datetime) -> Iterator[MetricDatumTypeDef]:
    """Yield a window's numbers; parts of a KPI have no unit of their own."""
    for name, number in numbers.items():
        unit = _UNITS.get(KPIS[name].unit, "None") if name in KPIS else "None"
        yield {"MetricName": name, "Timestamp": start, "Value": number, "Unit": unit}


def heartbeat(now: datetime) -> MetricDatumTypeDef:
    """Return the sign of life that KpiAggregationSilent waits for: a run came to its end."""
    return {"MetricName": HEARTBEAT, "Timestamp": now, "Value": 1.0, "Unit": "None"}
