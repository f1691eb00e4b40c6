"""What a run answers and logs: counts, corrections, and each KPI with its verdict or its reason."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpi.projections import DaysUntil
from avatarwatch.kpi.readings import NoData, Outcome, Source, Window
from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.kpis import Kpi
from avatarwatch.left_out import LeftOut, without
from avatarwatch.units import humanize
from kpi_aggregation.compute import Verdict, too_few, verdict
from kpi_aggregation.report import Report, WindowReport

_NOTHING = LeftOut()
LISTED = 20  # corrections that an answer spells out


def as_json(report: Report, left_out: LeftOut = _NOTHING) -> dict[str, Any]:
    """Return a report as JSON; of each KPI the newest window that its sources can have filled.

    ``left_out`` is the maintenance that availability leaves out: what is made of it says so.
    """
    changed = [
        (kind, one, name, pair)
        for one in report.done
        for kind, pairs in (
            ("corrected", one.changes.corrected),
            ("oversized", one.changes.oversized),
        )
        for name, pair in pairs.items()
    ]
    newest = _newest(report)
    verdicts = Counter(verdict(kpi, outcome) for kpi, (_, outcome) in newest.items())
    return {
        "cadence": report.cadence.value,
        "windows": len(report.done),
        "first": report.done[0].window.start.isoformat() if report.done else None,
        "last": report.done[-1].window.start.isoformat() if report.done else None,
        "numbers": sum(len(one.changes.put) for one in report.done),
        "corrected": sum(kind == "corrected" for kind, *_ in changed),
        "oversized": sum(kind == "oversized" for kind, *_ in changed),
        "changes": [_change(*change) for change in changed[:LISTED]],
        "busy": report.busy,
        "left": report.left,
        "met": verdicts[Verdict.MET],
        "missed": verdicts[Verdict.MISSED],
        "no_data": verdicts[Verdict.NO_DATA],
        "kpis": {
            kpi.metric: _kpi(kpi, *found) | _source(kpi, report) | _without(kpi, *found, left_out)
            for kpi, found in newest.items()
        },
    }


def _newest(report: Report) -> dict[Kpi, tuple[Window, Outcome]]:
    """Return each KPI's newest outcome; one that only came too early says nothing yet."""
    found: dict[Kpi, tuple[Window, Outcome]] = {}
    for one in report.done:
        for kpi, outcome in one.outcomes.items():
            if kpi not in found or not (isinstance(outcome, NoData) and outcome.early):
                found[kpi] = (one.window, outcome)
    return found


def _kpi(kpi: Kpi, window: Window, outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "verdict": verdict(kpi, outcome).value,
        "window": window.start.isoformat(),
    }
    if kpi.target:
        target = humanize(kpi.target.value, kpi.unit)
        shown["target"] = f"{kpi.target.direction.value} {target}"
    if isinstance(outcome, NoData):
        return {**shown, "reason": outcome.reason}
    if too_few(kpi, outcome):
        shown["reason"] = kpi.too_few(outcome.count)
    shown |= {"value": outcome.value, "shown": kpi.written(outcome.value)}
    if outcome.parts:
        shown["from"] = dict(outcome.parts)
    if source := outcome.source or _only_logs(kpi):
        shown["basis"] = f"from {source.spoken}"
    if isinstance(kpi.formula, BudgetLeft):
        shown["basis"] = kpi.formula.basis(outcome)
    if isinstance(kpi.formula, DaysUntil):
        shown["day"] = (window.end + timedelta(days=outcome.value)).date().isoformat()
    return shown


def _only_logs(kpi: Kpi) -> Source | None:
    """Return the access logs where nothing else can tell a KPI."""
    return Source.ACCESS if {each.source for each in kpi.inputs} == {Source.ACCESS} else None


def _source(kpi: Kpi, report: Report) -> dict[str, str]:
    """Tell costs of one source from those of the other."""
    is_cost = any(measure.source is Source.BILLING for measure in kpi.inputs)
    return {"costs_from": report.costs_from} if is_cost else {}


def _without(kpi: Kpi, window: Window, outcome: Outcome, left_out: LeftOut) -> dict[str, str]:
    """Say what maintenance a KPI's polls leave out, of the time that it looks back on."""
    if isinstance(outcome, NoData) or not AVAILABILITY.is_in(kpi.inputs):
        return {}
    start = min(window.start, window.end - kpi.formula.covers)
    said = without(left_out.within(start, window.end))
    return {"left_out": said} if said else {}


def _change(kind: str, one: WindowReport, name: str, pair: tuple[float, float]) -> dict[str, Any]:
    return {
        "kind": kind,
        "window": one.window.start.isoformat(),
        "metric": name,
        "published": pair[0],
        "now": pair[1],
    }
