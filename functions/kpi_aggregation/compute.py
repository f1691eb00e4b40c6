"""Compute a window's KPIs and decide what of them to publish; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from math import isclose, isfinite

from avatarwatch.kpi.readings import NoData, Outcome, Readings, Source, Unread, Value, Window
from avatarwatch.kpis import Kpi
from kpi_aggregation.windows import Record

MOST = 2.0**360  # what a datum may be (PutMetricData, API reference): one more refuses them all
SAME = 1e-9  # relative: sums of the same points in another order


class Verdict(StrEnum):
    """How a KPI stands against its target."""

    MET = "✓"
    MISSED = "✗"
    MONITORED = "·"
    NO_DATA = "no data"


def verdict(kpi: Kpi, outcome: Outcome) -> Verdict:
    """Hold a KPI against its target."""
    if isinstance(outcome, NoData):
        return Verdict.NO_DATA
    if kpi.target is None:
        return Verdict.MONITORED
    return Verdict.MET if kpi.target.is_met(outcome.value) else Verdict.MISSED


def evaluate(
    kpis: Iterable[Kpi], readings: Readings, window: Window, now: datetime | None
) -> dict[Kpi, Outcome]:
    """Compute KPIs for a window; ``now`` None takes the data as they are, late ones or not."""
    return {kpi: _outcome(kpi, readings, window, now) for kpi in kpis}


def _outcome(kpi: Kpi, readings: Readings, window: Window, now: datetime | None) -> Outcome:
    for measure in kpi.inputs:
        ready = window.end + measure.lateness
        if now is not None and now < ready:
            until = f"waits until {ready:%H:%M} UTC"
            return NoData(f"{measure.source.namespace} may be late: {until}", early=True)
        if measure in readings.unread:
            why = readings.unread[measure]
            return NoData(why.reason, passing=why.passing)
    outcome = kpi.formula.compute(readings, window)
    numbers = [number for _, number in outcome.parts]
    if isinstance(outcome, Value):
        numbers.append(outcome.value)
    if not all(isfinite(number) and abs(number) <= MOST for number in numbers):
        return NoData(f"absurd: {numbers}")
    return outcome


def of_one_source(readings: Readings, record: Record, costs_from: str) -> Readings:
    """Leave a window its source of costs: the other one means something else by the same name."""
    if record.costs_from in (None, costs_from):
        return readings
    why = Unread(
        f"its costs were published from {record.costs_from}, not {costs_from}: a window keeps"
        " its source", passing=False,
    )  # fmt: skip
    bill = [measure for measure in readings.series if measure.source is Source.BILLING]
    return replace(readings, unread={**readings.unread, **dict.fromkeys(bill, why)})


@dataclass(frozen=True, slots=True)
class Changes:
    """What to publish of a window, and what not although it differs.

    ``withheld`` holds a number's published and its new, lower value: readers take the Maximum, so
    a lower one would not be seen. The counts beside a ratio still tell the truth.
    """

    put: Mapping[str, float] = field(default_factory=dict)
    corrected: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    withheld: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def changes(outcomes: Mapping[Kpi, Outcome], before: Mapping[str, float]) -> Changes:
    """Compare a window's numbers with those that were published for it."""
    put: dict[str, float] = {}
    corrected: dict[str, tuple[float, float]] = {}
    withheld: dict[str, tuple[float, float]] = {}
    for name, number in _numbers(outcomes).items():
        known = before.get(name)
        if known is None:
            put[name] = number
        elif isclose(known, number, rel_tol=SAME, abs_tol=SAME):
            continue
        elif number > known:
            put[name] = number
            corrected[name] = (known, number)
        else:
            withheld[name] = (known, number)
    return Changes(put, corrected, withheld)


def _numbers(outcomes: Mapping[Kpi, Outcome]) -> dict[str, float]:
    """Return every number by its metric; parts that several KPIs share are one metric."""
    found: dict[str, float] = {}
    for kpi, outcome in outcomes.items():
        if isinstance(outcome, Value):
            found[kpi.metric] = outcome.value
        found.update(outcome.parts)
    return found


def is_incomplete(outcomes: Iterable[Outcome]) -> bool:
    """Whether anything was missing that the next run may find."""
    return any(isinstance(outcome, NoData) and outcome.passing for outcome in outcomes)
