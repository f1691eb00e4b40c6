"""Compute a window's KPIs and decide what of them to publish; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite

from avatarwatch.kpi.formulas import Formula
from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import NoData, Outcome, Readings, Source, Unread, Value, Window
from avatarwatch.kpis import Kpi
from kpi_aggregation.sets import Amount, is_oversized, missing
from kpi_aggregation.windows import LOOKS, Record

MOST = 2.0**360  # what a datum may be (PutMetricData, API reference): one more refuses them all

WAITS = 1
"""Up to this look a window waits for logs that have begun to come; then it does without them."""


class Verdict(StrEnum):
    """How a KPI stands against its target."""

    MET = "✓"
    MISSED = "✗"
    MONITORED = "·"
    NO_DATA = "no data"


def verdict(kpi: Kpi, outcome: Outcome) -> Verdict:
    """Hold a KPI against its target; nothing is said of too few events."""
    if isinstance(outcome, NoData) or too_few(kpi, outcome):
        return Verdict.NO_DATA
    if kpi.target is None:
        return Verdict.MONITORED
    return Verdict.MET if kpi.target.is_met(outcome.value) else Verdict.MISSED


def too_few(kpi: Kpi, value: Value) -> bool:
    """Whether a ratio is of too few events to be judged, though they count towards longer spans."""
    return kpi.is_exact and value.count < kpi.minimum_traffic


def evaluate(
    kpis: Iterable[Kpi], readings: Readings, window: Window, now: datetime | None,
    kept: Mapping[str, str] | None = None,
) -> dict[Kpi, Outcome]:  # fmt: skip
    """Compute KPIs for a window; ``now`` None takes the data as they are, late ones or not.

    ``kept`` are the sources of those that were published from one of two, by metric.
    """
    return {kpi: _outcome(kpi, readings, window, now, (kept or {}).get(kpi.metric)) for kpi in kpis}


def _outcome(
    kpi: Kpi, readings: Readings, window: Window, now: datetime | None, kept: str | None
) -> Outcome:
    formula = kpi.formula
    if not isinstance(formula, Preferred):
        return _computed(formula, readings, window, now)
    is_late = now is None or now >= window.end + LOOKS[kpi.cadence][WAITS]
    chosen = formula.chosen(readings, window, kept=kept, is_late=is_late)
    if isinstance(chosen, NoData):
        return chosen
    outcome = _computed(chosen, readings, window, now)
    return replace(outcome, source=chosen.source) if isinstance(outcome, Value) else outcome


def _computed(
    formula: Formula, readings: Readings, window: Window, now: datetime | None
) -> Outcome:
    for measure in formula.measures:
        ready = window.end + measure.lateness
        if now is not None and now < ready:
            until = f"waits until {ready:%H:%M} UTC"
            return NoData(f"{measure.source.namespace} may be late: {until}", early=True)
        if measure in readings.unread:
            why = readings.unread[measure]
            return NoData(why.reason, passing=why.passing)
    outcome = formula.compute(readings, window)
    numbers = [number for _, number in outcome.parts]
    if isinstance(outcome, Value):
        numbers += [outcome.value, outcome.total, outcome.count]
    if not all(isfinite(number) and abs(number) <= MOST for number in numbers):
        return NoData(f"absurd: {numbers}")
    return outcome


def sources(outcomes: Mapping[Kpi, Outcome], kept: Mapping[str, str]) -> dict[str, str]:
    """Return the sources that a window keeps from now on, where it could have had another."""
    found = {
        kpi.metric: outcome.source.value
        for kpi, outcome in outcomes.items()
        if isinstance(outcome, Value) and outcome.source
    }
    return {**kept, **found}


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
    """What to put of a window, and what was put in all once that is done.

    ``corrected`` holds values as they were and as they are; ``oversized`` the counts of ratios
    that were put and that are true, where fewer events are found than before: what was added
    cannot be taken away, so that the ratio is right and its weight in longer spans too great.
    """

    put: Mapping[str, Amount] = field(default_factory=dict)
    after: Mapping[str, Amount] = field(default_factory=dict)
    corrected: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    oversized: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def changes(outcomes: Mapping[Kpi, Outcome], before: Mapping[str, Amount]) -> Changes:
    """Compare a window's numbers with what was put for it."""
    put: dict[str, Amount] = {}
    after = dict(before)
    corrected: dict[str, tuple[float, float]] = {}
    oversized: dict[str, tuple[float, float]] = {}
    for kpi, outcome in outcomes.items():
        if isinstance(outcome, NoData):
            continue
        name, wanted = kpi.metric, Amount(outcome.count, outcome.total)
        known = before.get(name)
        if known and kpi.is_exact and is_oversized(known, wanted):
            oversized[name] = (known.count, wanted.count)
        if (more := missing(known, wanted)) is None:
            continue
        put[name] = more
        after[name] = known.plus(more) if known else more
        if known:
            corrected[name] = (known.value, wanted.value)
    return Changes(put, after, corrected, oversized)


def without(found: Changes, refused: Collection[str], before: Mapping[str, Amount]) -> Changes:
    """Return the changes less what CloudWatch refused, which stays as it was."""
    return Changes(
        {name: put for name, put in found.put.items() if name not in refused},
        {
            name: before[name] if name in refused else put
            for name, put in found.after.items()
            if name not in refused or name in before
        },
        {name: pair for name, pair in found.corrected.items() if name not in refused},
        found.oversized,
    )


def is_incomplete(outcomes: Iterable[Outcome]) -> bool:
    """Whether anything was missing that the next run may find."""
    return any(isinstance(outcome, NoData) and outcome.passing for outcome in outcomes)
