"""Reporting: time, memory and list price of each report over a year of data.

``make bench BENCH=reporting``. CloudWatch and StateTable are the tests' strict fakes behind real
clients, so that calls are exact and times are the function's own, without the network.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.parts.summary import Figure
from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld
from kpi_aggregation.usage import USD_PER_METRIC
from local.price.bill import prices
from reporting.spans import Kind

if TYPE_CHECKING:
    from rich.console import Console

RUNS = 3
COLD_SECONDS = 2.0  # of Lambda's start with Jinja2, botocore and five clients, at 512 MB
MEMORY_GB = 0.5
INCIDENTS = 2000  # of a month


def _world() -> ReportWorld:
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    world = scenes.rich(scenes.YEAR)
    start = scenes.later(-24 * 30)
    for number in range(INCIDENTS):
        at = start + timedelta(minutes=20 * number)
        world.episode("EndpointDown", at, 7.0, name=f"https://api-{number % 50}.example.com/")
    return world


def _price(world: ReportWorld, seconds: float) -> dict[str, float]:
    """Return US$ of one report at list price, by what it asks for."""
    usd = prices()["usd"]
    queries = {
        (each["MetricStat"]["Metric"]["Namespace"], each["MetricStat"]["Metric"]["MetricName"])
        for name, params in world.cloudwatch.calls
        if name == "GetMetricData"
        for each in params["MetricDataQueries"]
    }
    return {
        "metrics read": len(queries) * USD_PER_METRIC,
        "files kept": len(world.kept) * usd["s3_put"],
        "time": (seconds + COLD_SECONDS) * MEMORY_GB * usd["lambda_gb_second"],
    }


def _measured(kind: Kind) -> dict[str, Any]:
    world = _world()
    order = {"report": kind, "date": "2026-11-29"}
    now = scenes.later(24 * 8)
    answer = world.run(order, now)  # what is imported and compiled once
    best = float("inf")
    for _ in range(RUNS):
        world.cloudwatch.calls.clear()
        started = time.perf_counter()
        world.run(order, now)
        best = min(best, time.perf_counter() - started)
    price = _price(world, best)
    tracemalloc.start()
    world.run(order, now)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    page = world.kept[f"{answer['report']}/index.html"].text
    return {
        "seconds": round(best, 3),
        "peak_mb_above_the_data": round(peak, 1),
        "page_kb": round(len(page.encode()) / 1000, 1),
        "usd": round(sum(price.values()), 6),
        "usd_by": {name: round(value, 6) for name, value in price.items()},
    }


def run(console: Console) -> dict[str, Any]:
    """Measure each report over 400 days of all KPIs and a month of 2,000 incidents."""
    found = {kind.value: _measured(kind) for kind in Kind}
    table = Table("report", "seconds", "peak MB", "page kB", "list price, $",
                  title=f"A year of data, {INCIDENTS:,} incidents in the month")  # fmt: skip
    for kind, figures in found.items():
        table.add_row(
            kind, f"{figures['seconds']:.2f}", f"{figures['peak_mb_above_the_data']:.1f}",
            f"{figures['page_kb']:.0f}", f"{figures['usd']:.5f}",
        )  # fmt: skip
    console.print(table)
    month = sum(found[kind.value]["usd"] * runs for kind, runs in
                ((Kind.DAILY, 30), (Kind.WEEKLY, 4.3), (Kind.MONTHLY, 1)))  # fmt: skip
    console.print(f"All reports of a month: ${month:.3f} at list price")
    return {**found, "usd_month": round(month, 4)}


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return each report's seconds, and a month's price."""
    reports = [
        Figure(f"{kind.value} report over a year of data", found[kind.value]["seconds"], "s",
               beside=f"{found[kind.value]['peak_mb_above_the_data']:.0f} MB above the data")
        for kind in Kind
    ]  # fmt: skip
    return [*reports, Figure("all reports of a month", found["usd_month"], "$")]
