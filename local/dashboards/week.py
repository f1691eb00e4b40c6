"""A week of traffic up to now on the emulator, and both dashboards drawn of it.

The uploads begin to fail a quarter of an hour ago; the deployed function computes the KPIs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from avatarwatch.kpis import Cadence
from local.backend.writers import LogLinesWriter
from local.dashboards.preview import Page, write_pages
from local.history import DAY, play_day, quieter_day, yesterday
from local.paths import OUT
from local.scene import API_LOG_GROUP, SYSTEM, Scene

if TYPE_CHECKING:
    from local.backend.traffic import MinuteOfTraffic
    from local.backend.writers import Writer

UPLOADS_PER_MINUTE = 12.0
TROUBLE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
SHOWN = timedelta(hours=12)
WEEK = timedelta(days=6)  # before yesterday
_PATIENCE = 12  # calls until a span is computed


def draw(detail: str = "everything") -> tuple[Page, Page]:
    """Write both pages into out/dashboards/; raises DashboardError for what is not understood.

    ``detail`` is the parameter DashboardDetail: by default what somebody may have changed is there.
    """
    with Scene({"DashboardDetail": detail}) as scene:
        reasons = _until_now(scene)
        name = f"{SYSTEM}-{scene.emulator.client('cloudwatch').meta.region_name}"
        return write_pages(scene.emulator, name, OUT / "dashboards", datetime.now(UTC), reasons)


@dataclass(frozen=True, slots=True)
class _Since:
    """A writer that gets the minutes from a time on: the log tables look back half a day."""

    writer: Writer
    start: datetime

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        recent = [minute for minute in minutes if minute.start >= self.start]
        if recent:
            self.writer.write(recent)


def _until_now(scene: Scene) -> Mapping[str, str]:
    """Play until now and compute it; return why a KPI has no value."""
    start = yesterday() - WEEK
    now = datetime.now(UTC)
    end = now - timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    lines = LogLinesWriter(scene.emulator.client("logs"), API_LOG_GROUP, start)
    day = play_day(
        scene.emulator, start, scenario=quieter_day(UPLOADS_PER_MINUTE),
        minutes=(end - TROUBLE - start) // MINUTE, more=[_Since(lines, end - SHOWN)],
    )  # fmt: skip
    day.backend.play("upload_failures", TROUBLE // MINUTE, end - TROUBLE)
    for _ in range(5):
        scene.poll()
    reasons: dict[str, str] = {}
    for cadence, begin, until in (
        (Cadence.DAY, start, end.replace(hour=0, minute=0)),
        (Cadence.HOUR, yesterday() - DAY, end.replace(minute=0)),
        (Cadence.FIVE_MINUTES, yesterday() - DAY, end),
    ):
        rows = _computed(scene, cadence, begin, until)
        reasons |= {metric: row["reason"] for metric, row in rows.items() if "reason" in row}
    return reasons


def _computed(
    scene: Scene, cadence: Cadence, begin: datetime, until: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """Have a span computed, in as many calls as it takes; return the last window's KPIs."""
    for _ in range(_PATIENCE):
        answer = scene.invoke("KpiAggregation", {
            "action": "recompute", "cadence": cadence.value,
            "from": begin.isoformat(), "to": until.isoformat(),
        })  # fmt: skip
        [run] = answer["runs"]
        if not run["left"]:
            found: Mapping[str, Mapping[str, Any]] = run["kpis"]
            return found
    raise TimeoutError(f"{cadence.value} is not computed after {_PATIENCE} calls")
