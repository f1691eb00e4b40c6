"""Draw the documentation's pictures of both dashboards anew: a part of `make pictures`.

A week of traffic up to now, whose uploads begin to fail a quarter of an hour ago, and the KPIs
that the deployed function computes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from avatarwatch.kpis import Cadence
from local.backend.writers import LogLinesWriter
from local.dashboards.preview import write_pages
from local.history import DAY, play_day, yesterday
from local.paths import OUT
from local.scene import API_LOG_GROUP, SYSTEM, Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from local.backend.traffic import MinuteOfTraffic
    from local.backend.writers import Writer

UPLOADS_PER_MINUTE = 12.0
TROUBLE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
SHOWN = timedelta(hours=12)
WEEK = timedelta(days=6)  # before yesterday
_COLORS = 256  # of a PNG's palette
_PATIENCE = 12  # calls until a span is computed


def photograph(browser: Browser, folder: Path) -> None:
    """Write dashboard-cloudwatch.png and dashboard-grafana.png into a folder."""
    with Scene() as scene:
        reasons = _until_now(scene)
        name = f"{SYSTEM}-{scene.emulator.client('cloudwatch').meta.region_name}"
        pages = write_pages(scene.emulator, name, OUT / "dashboards", datetime.now(UTC), reasons)
    for page in pages:
        target = folder / f"dashboard-{page.path.stem}.png"
        tab = browser.new_page(viewport={"width": 1608, "height": 1000})
        tab.goto(page.path.as_uri())
        tab.screenshot(path=target, full_page=True)
        tab.close()
        with Image.open(target) as drawn:
            small = _few_colors(drawn.convert("RGB"))
        small.save(target, optimize=True)


def _few_colors(image: Image.Image) -> Image.Image:
    """Reduce a picture to its most frequent colours: a third of the size, each line as it was."""
    found: list[Any] = sorted(image.getcolors(image.width * image.height) or (), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, color in found[:_COLORS] for part in color])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


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
        scene.emulator, start, per_minute=UPLOADS_PER_MINUTE,
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
