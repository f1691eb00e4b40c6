"""What a run answers and logs: counts, corrections, and each KPI with its verdict or its reason."""

from __future__ import annotations

from typing import Any

from avatarwatch.kpi.readings import NoData, Outcome
from avatarwatch.kpis import Kpi
from avatarwatch.units import humanize
from kpi_aggregation.aggregation import Report, WindowReport
from kpi_aggregation.compute import verdict

LISTED = 20  # corrections that an answer spells out


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as JSON; the KPIs are those of its newest window."""
    newest = report.done[-1] if report.done else None
    changed = [
        (kind, one, name, pair)
        for one in report.done
        for kind, pairs in (
            ("corrected", one.changes.corrected),
            ("withheld", one.changes.withheld),
        )
        for name, pair in pairs.items()
    ]
    return {
        "cadence": report.cadence.value,
        "windows": len(report.done),
        "first": report.done[0].window.start.isoformat() if report.done else None,
        "last": newest.window.start.isoformat() if newest else None,
        "numbers": sum(len(one.changes.put) for one in report.done),
        "corrected": sum(kind == "corrected" for kind, *_ in changed),
        "withheld": sum(kind == "withheld" for kind, *_ in changed),
        "changes": [_change(*change) for change in changed[:LISTED]],
        "busy": report.busy,
        "left": report.left,
        "kpis": {kpi.metric: _kpi(kpi, newest.outcomes[kpi]) for kpi in newest.outcomes}
        if newest
        else {},
    }


def _kpi(kpi: Kpi, outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {"verdict": verdict(kpi, outcome).value}
    if isinstance(outcome, NoData):
        return {**shown, "reason": outcome.reason}
    shown |= {"value": outcome.value, "shown": humanize(outcome.value, kpi.unit)}
    if kpi.target:
        target = humanize(kpi.target.value, kpi.unit)
        shown["target"] = f"{kpi.target.direction.value} {target}"
    return shown


def _change(kind: str, one: WindowReport, name: str, pair: tuple[float, float]) -> dict[str, Any]:
    return {
        "kind": kind,
        "window": one.window.start.isoformat(),
        "metric": name,
        "published": pair[0],
        "now": pair[1],
    }
