"""The demo's step on KPIs: a day of traffic in two regions, computed by the deployed function."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.namespaces import Own
from kpi_aggregation.settings import FunctionSettings
from local.backend.access_logs import AccessLogsWriter
from local.backend.model import MINUTE
from local.demo import evidence
from local.demo.steps import Log, StepFailedError
from local.emulator import REGION
from local.history import BUCKET, DAY, DISTRIBUTION, play_day, quieter_day, yesterday
from local.inbox.client import InboxTimeoutError
from local.kpi_board.board import NO_DATA, Board, board
from local.kpi_board.last import last_windows
from local.kpi_board.page import html
from local.kpi_board.text import lines
from local.paths import OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.backend.traffic import MinuteOfTraffic
    from local.scene import Scene

PAGE = OUT / "demo" / "kpis" / "index.html"
# Fewer than the scenario's: a day is to be played, and its access log counted, within seconds.
UPLOADS_PER_MINUTE, REQUESTS_PER_MINUTE = 12.0, 40.0
EVENING = timedelta(hours=12)  # of five-minute windows; the day is computed whole
# Those that the logs tell better than CloudWatch's own metrics (docs/decisions/0130).
OF_LOGS = ("TimeToFirstByte", "CacheHitRate", "ErrorRate", "BandwidthSavings")
# Nothing here writes thirty days of bills, the emulator's Insights cannot count.
WITHOUT = frozenset({"DailyActiveUploaders", "MonthlyGrowthRate"})
PATIENCE = 30.0
COUNTED_WITHIN = 90.0  # seconds for a day of requests, on a busy machine
MOST_FACTS = 10


def table(scene: Scene, log: Log) -> str:
    """Play a day, let KpiAggregation compute it, and hold each KPI against its target."""
    start = yesterday()
    scenario = quieter_day(UPLOADS_PER_MINUTE, REQUESTS_PER_MINUTE)
    day = play_day(scene.emulator, start, scenario=scenario)
    _deliver_log(scene, day.minutes)
    rows: dict[str, dict[str, Any]] = {}
    for cadence in (Cadence.FIVE_MINUTES, Cadence.HOUR):  # meanwhile the log is counted
        rows |= _computed(scene, cadence, start)
    _await_counted(scene, day.minutes)
    rows |= _computed(scene, Cadence.DAY, start)
    for metric in OF_LOGS:
        if rows[metric].get("basis") != f"from {Source.ACCESS.spoken}":
            raise StepFailedError(f"{metric} is not of the access logs: {rows[metric]}")
    log.reasons |= {metric: row["reason"] for metric, row in rows.items() if "reason" in row}
    guide = [kpi for kpi in KPIS.values() if kpi.target or rows[kpi.metric]["verdict"] == "·"]
    missing = {kpi.metric for kpi in guide if "reason" in rows[kpi.metric]} - WITHOUT
    if missing:
        name = min(missing)
        raise StepFailedError(f"{name} has no data: {rows[name]['reason']}")
    end = start + DAY
    watched = FunctionSettings("", REGION, (BUCKET,), (DISTRIBUTION,))
    basis = {metric: row.get("basis", "") for metric, row in rows.items()}
    last = last_windows(partial(scene.emulator.client, "cloudwatch"), watched, end, basis)
    found = board(rows, _courses(scene, start), end, last)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(html(found))
    _tell(scene, found)
    return "\n    ".join([*lines(found), f"on a page: {PAGE}"])


def _deliver_log(scene: Scene, minutes: Sequence[MinuteOfTraffic]) -> None:
    """Deliver CloudFront's log file of some minutes."""
    bucket = scene.stack.outputs["AccessLogsBucketName"]
    AccessLogsWriter(scene.emulator.client("s3"), bucket, DISTRIBUTION).write(minutes)


def _await_counted(scene: Scene, minutes: Sequence[MinuteOfTraffic]) -> None:
    """Wait until all requests of a log file are in the metrics."""
    requests = sum(minute.cdn.requests for minute in minutes)
    until = time.monotonic() + COUNTED_WITHIN
    while (counted := _counted(scene, minutes[0].start, minutes[-1].start + MINUTE)) < requests:
        if time.monotonic() > until:
            raise StepFailedError(f"{counted:g} of {requests} requests in the access log counted")
        time.sleep(0.5)


def _counted(scene: Scene, start: datetime, end: datetime) -> float:
    answer = scene.emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "requests", "MetricStat": {
            "Metric": {"Namespace": Own.ACCESS.full, "MetricName": "BytesSent"},
            "Period": 60, "Stat": "SampleCount"}}],
        StartTime=start, EndTime=end,
    )  # fmt: skip
    return float(sum(answer["MetricDataResults"][0]["Values"]))


def _courses(scene: Scene, start: datetime) -> dict[str, list[float]]:
    """Read what was published for alarms, as dashboards do: with Average, window by window."""
    shown = [kpi for kpi in KPIS.values() if kpi.cadence is not Cadence.DAY]
    answer = scene.emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {"Id": f"q{index}", "MetricStat": {
                "Metric": {"Namespace": Own.KPI.full, "MetricName": kpi.metric},
                "Period": int(kpi.cadence.length.total_seconds()), "Stat": "Average"}}
            for index, kpi in enumerate(shown)
        ],
        StartTime=start, EndTime=start + DAY, ScanBy="TimestampAscending",
    )  # fmt: skip
    return {
        shown[int(result["Id"][1:])].metric: result["Values"]
        for result in answer["MetricDataResults"]
    }


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


def _tell(scene: Scene, found: Board) -> None:
    """Send the targets as a message, as a report would: what a person must look at first."""
    now = datetime.now(UTC)
    scene.emulator.client("sns").publish(
        TopicArn=scene.stack.outputs["AlertsTopicArn"],
        Message=json.dumps({
            "source": "avatarwatch", "alert": "KPIs of the day", "state": "INFO",
            "summary": found.summary,
            "facts": _facts(found),
            "time": now.isoformat(), "key": f"kpis/{now:%Y-%m-%d}",
        }),
    )  # fmt: skip
    try:
        scene.inbox.wait_for(
            lambda kept: any(found.summary in str(m.content) for m in evidence.slack(kept)),
            PATIENCE,
        )
    except InboxTimeoutError as error:
        raise StepFailedError(f"the KPIs did not arrive on the page: {error}") from error


def _facts(found: Board) -> dict[str, str]:
    """Return a fact for each KPI with a target; a message has room for ten."""
    rows = [row for section in found.sections for row in section.rows if row.kpi.target]
    rows.sort(key=lambda row: ("✗", NO_DATA, "✓").index(row.mark))
    facts = {
        row.kpi.title: f"{row.mark} {row.shown} ({row.target})"
        if row.shown
        else f"{row.mark} no data: {row.reason}"
        for row in rows[: MOST_FACTS - 1]
    }
    return {**facts, "More": f"{len(rows) - len(facts)} that are met"}
