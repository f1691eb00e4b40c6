"""Panels of every kind on one page, some with long names: as a dashboard's preview draws them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from local.charts.model import Axis, Curve, Graph, Mark
from local.dashboards.page import Grid
from local.dashboards.panels import (
    Alarms,
    AlarmState,
    Gauge,
    Number,
    Numbers,
    Panel,
    Table,
    Text,
)

GRID = Grid(column=66, row=46, gap=8, title=22)
START = datetime(2026, 11, 25, 10, tzinfo=UTC)
POINTS = tuple((START + timedelta(minutes=5 * n), 1e9 * (n % 7)) for n in range(144))
LINES = (
    Curve("uploaded", "#1f77b4", POINTS),
    Curve("saved", "#2ca02c", POINTS[:5], "right"),
    Curve("nobody's", "#7f7f7f", (), reason="nobody publishes it"),
)
GRAPH = Graph(
    LINES, (Mark(5e9, "target < 5 GB", "#2ca02c"), Mark(9e9, "Critical", "#d62728", dashed=True)),
    START, START + timedelta(hours=12), Axis(0, label="bytes"), Axis(0, label="bytes"),
)  # fmt: skip
NUMBER = Number("Error rate, % (< 1 %)", "0.5", "#d62728", POINTS)
PANELS = [
    Panel(0, 0, 24, 2, "", Text("# avatar-system\nGreen lines are targets.")),
    Panel(0, 2, 18, 5, "Alarms", Alarms((
        AlarmState("avatar-system-UploadFailuresCritical", "ALARM"), AlarmState("quiet", "OK"),
        AlarmState("new", "INSUFFICIENT_DATA"), AlarmState("absent", None)))),
    Panel(18, 2, 6, 5, "Budget left", Gauge(NUMBER, 60.0, 0, 100)),
    Panel(0, 7, 24, 7, "KPIs", Numbers((NUMBER,) * 14)),
    Panel(0, 14, 8, 6, "Bytes", GRAPH),
    Panel(8, 14, 6, 5, "Without data", Graph(LINES[2:], (), START, START + timedelta(hours=1))),
    Panel(14, 14, 10, 6, "Errors by type", Table(("type", "failures"), (("InvalidImage", "3"),))),
]  # fmt: skip
