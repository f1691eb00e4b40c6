"""The demo's step on dashboards: both as pages, as they stood at the end of the simulated day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.dashboards.panels import (
    DashboardError,
)
from local.dashboards.preview import write_pages
from local.demo.steps import Log, StepFailedError
from local.history import DAY, yesterday
from local.paths import OUT
from local.scene import SYSTEM

if TYPE_CHECKING:
    from local.scene import Scene

FOLDER = OUT / "demo" / "dashboards"
_EMPTY = 30  # panels at most of what nobody publishes here


def draw(scene: Scene, log: Log) -> str:
    """Draw what CloudWatch and Grafana would show: what is not understood fails."""
    name = f"{SYSTEM}-{scene.emulator.client('cloudwatch').meta.region_name}"
    try:
        pages = write_pages(scene.emulator, name, FOLDER, yesterday() + DAY, log.reasons)
    except DashboardError as error:
        raise StepFailedError(str(error)) from error
    for page in pages:
        if len(page.empty) > _EMPTY:
            raise StepFailedError(f"{page.path.name}: no data for {', '.join(page.empty)}")
    return "\n    ".join(
        f"{page.panels} panels, {page.panels - len(page.empty)} with data: {page.path}"
        for page in pages
    )
