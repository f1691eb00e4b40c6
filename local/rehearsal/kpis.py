"""The KPIs of a recording, by the formulas and the reader of KpiAggregation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from alarm_evaluator import Datum, MetricRef, Series
from avatarwatch.kpi.readings import NoData, Window
from avatarwatch.kpis import Cadence, of_cadence
from avatarwatch.namespaces import Own
from kpi_aggregation.compute import evaluate
from kpi_aggregation.reader import Reader
from kpi_aggregation.resources import Resources
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import LOOKS, stamp, windows

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_SPAN = {Cadence.FIVE_MINUTES: timedelta(days=1), Cadence.DAY: timedelta(days=14)}
"""What is read at once: as much as a run of KpiAggregation reads."""


@dataclass(slots=True)
class Computed:
    """KPIs as series of what would have been put, and why others have no value."""

    data: dict[MetricRef, Series] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)


def compute(
    settings: FunctionSettings, clients: Callable[[str], Any], start: datetime, end: datetime
) -> Computed:
    """Compute every KPI of [start, end), each readable when a run would have put it.

    The first look at a window is what is told: that data came late is not in a recording.
    """
    found = Computed()
    reader = reader_of(settings, clients, found.usage)
    rows: dict[str, list[tuple[int, int, Datum]]] = {}
    for cadence, span in _SPAN.items():
        for each in _spans(cadence, start, end, span):
            _read(reader, cadence, each, rows, found.reasons)
    for metric, points in rows.items():
        found.data[MetricRef(Own.KPI.full, metric)] = Series.of(points)
        found.reasons.pop(metric, None)
    return found


def _spans(
    cadence: Cadence, start: datetime, end: datetime, span: timedelta
) -> Iterator[tuple[Window, ...]]:
    every = list(windows(cadence, start, end))
    size = span // cadence.length
    for first in range(0, len(every), size):
        yield tuple(every[first : first + size])


def _read(
    reader: Reader, cadence: Cadence, of: tuple[Window, ...],
    rows: dict[str, list[tuple[int, int, Datum]]], reasons: dict[str, str],
) -> None:  # fmt: skip
    kpis = of_cadence(cadence)
    readings = reader.read(kpis, {}, Window(of[0].start, of[-1].end), cadence.length)
    for window in of:
        at = int(stamp(cadence, window).timestamp())
        seen = int((window.end + LOOKS[cadence][0]).timestamp())
        for kpi, outcome in evaluate(kpis, readings, window, None).items():
            if isinstance(outcome, NoData):
                reasons[kpi.metric] = outcome.reason
            else:
                value = outcome.value
                datum = Datum(outcome.count, outcome.total, value, value)
                rows.setdefault(kpi.metric, []).append((at, seen, datum))


def reader_of(
    settings: FunctionSettings, clients: Callable[[str], Any], usage: Usage | None = None
) -> Reader:
    """Return KpiAggregation's reader over something that answers as CloudWatch."""
    client, counted = cast("Callable[[str], CloudWatchClient]", clients), usage or Usage()
    resources = Resources(settings, client, counted)
    return Reader(resources, client, counted, settings.thresholds)
