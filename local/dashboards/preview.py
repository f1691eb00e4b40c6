"""Both dashboards as pages in a folder: the CloudWatch one as deployed, the Grafana one as made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local.charts.model import Graph
from local.dashboards.cloudwatch import read_body
from local.dashboards.grafana import read_dashboard
from local.dashboards.page import Grid, page
from local.dashboards.panels import (
    Gauge,
    Numbers,
    Panel,
    Table,
)
from local.dashboards.sources import Sources
from local.emulator import REGION, Emulator
from local.paths import ROOT

GRAFANA = ROOT / "dashboards" / "grafana" / "avatar-watch.json"
# a widget's unit of CloudWatch's grid and of Grafana's, on a screen of 1,600 pixels
_GRIDS = {
    "cloudwatch": Grid(column=66, row=46, gap=8, title=22),
    "grafana": Grid(column=66, row=38, gap=8, title=22),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was written; ``empty`` are the titles of what has no data."""

    path: Path
    panels: int
    empty: tuple[str, ...]


def write_pages(
    emulator: Emulator,
    name: str,
    folder: Path,
    end: datetime,
    reasons: Mapping[str, str] | None = None,
) -> tuple[Page, Page]:
    """Write cloudwatch.html and grafana.html as seen at ``end``; raises DashboardError.

    ``name`` is the deployed dashboard's; ``reasons`` say why a KPI has no value.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = Sources.of(emulator, reasons)
    answer = emulator.client("cloudwatch").get_dashboard(DashboardName=name)
    cloudwatch = read_body(json.loads(answer["DashboardBody"]), sources, end)
    grafana = read_dashboard(json.loads(GRAFANA.read_text()), sources, end, REGION)
    note = f"metrics of the local emulator, until {end:%Y-%m-%d %H:%M} UTC; alarms as they are now"
    return (
        _written(folder / "cloudwatch.html", name, note, cloudwatch),
        _written(folder / "grafana.html", "Avatar Watch", note, grafana),
    )


def _written(path: Path, name: str, note: str, panels: Sequence[Panel]) -> Page:
    path.write_text(page(name, f"preview · {note}", path.stem, _GRIDS[path.stem], panels))
    empty = tuple(panel.title for panel in panels if _is_empty(panel))
    return Page(path, len(panels), empty)


def _is_empty(panel: Panel) -> bool:
    match panel.content:
        case Graph(curves=curves):
            return not any(curve.points for curve in curves)
        case Numbers(numbers=numbers):
            return all(number.text is None for number in numbers)
        case Gauge(value=value):
            return value is None
        case Table(rows=rows):
            return not rows
    return False
