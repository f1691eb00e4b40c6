"""The demo's step on KPIs: a day of traffic in two regions, computed by the deployed function."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from avatarwatch.kpis import KPIS, Cadence
from local.demo import evidence
from local.demo.steps import Log, StepFailedError
from local.history import DAY, play_day, yesterday
from local.inbox.client import InboxTimeoutError

if TYPE_CHECKING:
    from local.scene import Scene

UPLOADS_PER_MINUTE = 12.0  # fewer than the scenario's: a day is to be played within seconds
EVENING = timedelta(hours=12)  # of five-minute windows; the hours and the day are computed whole
# Nothing here writes access logs or thirty days of bills, the emulator's Insights cannot count.
WITHOUT = frozenset({"TimeToFirstByte", "DailyActiveUploaders", "MonthlyGrowthRate"})
PATIENCE = 30.0


def table(scene: Scene, log: Log) -> str:
    """Play a day, let KpiAggregation compute it, and hold each KPI against its target."""
    start = yesterday()
    play_day(scene.emulator, start, per_minute=UPLOADS_PER_MINUTE)
    rows: dict[str, dict[str, Any]] = {}
    for cadence in Cadence:
        rows |= _computed(scene, cadence, start)
    log.reasons |= {metric: row["reason"] for metric, row in rows.items() if "reason" in row}
    guide = [kpi for kpi in KPIS.values() if kpi.target or rows[kpi.metric]["verdict"] == "·"]
    missing = {kpi.metric for kpi in guide if "reason" in rows[kpi.metric]} - WITHOUT
    if missing:
        name = min(missing)
        raise StepFailedError(f"{name} has no data: {rows[name]['reason']}")
    _show_on_the_page(scene, rows)
    told = [metric for metric in rows if _is_told(metric, rows[metric])]
    left = len(rows) - len(told)
    lines = [_line(metric, rows[metric]) for metric in told]
    return "\n    ".join([*lines, f"  and {left} more: burn rates, what no parameter names"])


def _computed(scene: Scene, cadence: Cadence, start: datetime) -> dict[str, dict[str, Any]]:
    end = start + DAY
    begin = end - EVENING if cadence is Cadence.FIVE_MINUTES else start
    answer = scene.invoke("KpiAggregation", {
        "action": "recompute", "cadence": cadence.value,
        "from": begin.isoformat(), "to": end.isoformat(),
    })  # fmt: skip
    [run] = answer["runs"]
    if run["windows"] != (end - begin) / cadence.length:
        raise StepFailedError(f"{cadence.value}: {run['windows']} windows were computed")
    found: dict[str, dict[str, Any]] = run["kpis"]
    return found


def _is_told(metric: str, row: dict[str, Any]) -> bool:
    """Whether a person wants it in a table: not each burn rate, not what nobody asked for."""
    return "BurnRate" not in metric and not row.get("reason", "").startswith("the parameter")


def _line(metric: str, row: dict[str, Any]) -> str:
    title = KPIS[metric].title
    if "reason" in row:
        return f"  {title:<36} no data: {row['reason']}"
    return f"{row['verdict']} {title:<36} {row['shown']:>10}  {row.get('target', '')}".rstrip()


def _show_on_the_page(scene: Scene, rows: dict[str, dict[str, Any]]) -> None:
    """Send the KPIs that have a target as a message, as a report would."""
    targets = {metric: row for metric, row in rows.items() if KPIS[metric].target}
    met = sum(row["verdict"] == "✓" for row in targets.values())
    known = sum("value" in row for row in targets.values())
    summary = f"{met} of {known} KPIs meet their target"
    now = datetime.now(UTC)
    scene.emulator.client("sns").publish(
        TopicArn=scene.stack.outputs["AlertsTopicArn"],
        Message=json.dumps({
            "source": "avatarwatch", "alert": "KPIs of the day", "state": "INFO",
            "summary": summary,
            "facts": {KPIS[metric].title: _fact(row) for metric, row in targets.items()},
            "time": now.isoformat(), "key": f"kpis/{now:%Y-%m-%d}",
        }),
    )  # fmt: skip
    try:
        scene.inbox.wait_for(
            lambda kept: any(summary in str(m.content) for m in evidence.slack(kept)), PATIENCE
        )
    except InboxTimeoutError as error:
        raise StepFailedError(f"the KPIs did not arrive on the page: {error}") from error


def _fact(row: dict[str, Any]) -> str:
    if "reason" in row:
        return f"no data: {row['reason']}"
    return f"{row['verdict']} {row['shown']} ({row['target']})"
