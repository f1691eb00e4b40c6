"""KpiAggregation: calls and their list price, calls against the size of a system, cold start.

``make bench BENCH=kpi``. For calls and sizes CloudWatch is the tests' strict fake behind a real
boto3 client, so that they are exact and times are the function's own, without the network.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from rich.console import Console
from rich.table import Table

from avatarwatch.kpis import KPIS, Cadence
from benchmarks.parts.kpi_coldstart import cold_start
from benchmarks.parts.summary import Figure
from fakes.cloudwatch import FakeCloudWatch
from fakes.kpi_system import SETTINGS, KpiSystem, traffic
from kpi_aggregation.queries import MAX_POINTS, MAX_QUERIES
from kpi_aggregation.usage import USD_PER_COST_REQUEST, USD_PER_METRIC, Usage
from local.price.bill import is_corrected

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FINE = timedelta(minutes=5)
"""Points of a shorter period are kept for 15 days, the others for longer (GetMetricData)."""
RUNS_A_MONTH = {Cadence.FIVE_MINUTES: 30 * 288, Cadence.HOUR: 30 * 24, Cadence.DAY: 30}
SIZES = (1, 10, 100, 1000)
GOAL_USD = 3.0
USD_PER_STORED_METRIC = 0.30  # a custom metric for a month, list price


def _system(distributions: int) -> tuple[KpiSystem, datetime]:
    names = tuple(f"E{n}" for n in range(1, distributions + 1))
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    system = KpiSystem(settings=replace(SETTINGS, distribution_ids=names))
    system.logs.statuses = ["Complete"] * 10
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = now - 2 * 60 * MINUTE
    traffic(system, start, 120)
    for name in names:
        dimensions = {"DistributionId": name, "Region": "Global"}
        for metric in ("Requests", "TotalErrorRate", "CacheHitRate"):
            points = {now - n * MINUTE: 1.0 for n in range(1, 31)}
            system.everywhere.put("AWS/CloudFront", metric, points, dimensions)
    today = now.replace(hour=0)
    for kind in ("StandardStorage", "StandardIAStorage"):
        levels = {today - n * DAY: 20e9 - n * 1e8 for n in range(30)}
        dimensions = {"BucketName": "avatars", "StorageType": kind}
        system.home.put("AWS/S3", "BucketSizeBytes", levels, dimensions)
    lines = {today - DAY + n * 60 * MINUTE: 5e6 for n in range(24)}
    system.home.put("AWS/Logs", "IncomingBytes", lines, {"LogGroupName": "/avatar/api"})
    return system, now


def _run(system: KpiSystem, now: datetime, cadence: Cadence) -> tuple[Usage, float]:
    """Run once, warmed up by the run before it; return what it asked for and its seconds."""
    system.at(now - cadence.length + MINUTE, cadence).run()
    system.usage = Usage()
    for fake in system.regions.values():
        fake.calls.clear()
    started = time.perf_counter()
    system.at(now + MINUTE, cadence).run()
    return system.usage, time.perf_counter() - started


def prices(console: Console) -> dict[str, Any]:
    """Count what each cadence asks of AWS for one system, and price a month of it."""
    system, now = _system(2)
    table = Table(title="One system: calls of a run, list price of a month", title_justify="left")
    for name in ("cadence", "GetMetricData", "metrics", "ListMetrics", "PutMetricData", "$/month"):
        table.add_column(name, justify="right")
    total, figures = 0.0, {}
    for cadence in Cadence:
        at = now if cadence is not Cadence.DAY else now.replace(hour=0) + 15 * MINUTE
        usage, _ = _run(system, at, cadence)
        month = usage.usd * RUNS_A_MONTH[cadence]
        total += month
        figures[cadence.value] = {**usage.as_json(), "usd_month": round(month, 4)}
        table.add_row(cadence.value, *(str(n) for n in (usage.get_calls, usage.metrics_requested,
                      usage.list_calls, usage.put_calls)), f"{month:.3f}")  # fmt: skip
    console.print(table)
    # a metric costs by the hours in which it is put
    stored = sum(
        1 if kpi.cadence is Cadence.FIVE_MINUTES else (1 + is_corrected(kpi)) / 24
        for kpi in KPIS.values()
    )
    asked = 30 * USD_PER_COST_REQUEST
    kept = stored * USD_PER_STORED_METRIC
    console.print(
        f"calls: ${total:.2f} a month (goal: at most ${GOAL_USD:g}); besides, the metrics that are"
        f" published: at most {stored:.1f} metric-months x ${USD_PER_STORED_METRIC} = ${kept:.2f}."
        f" With CostSource=cost-explorer: ${total + asked:.2f}"
    )
    return {
        "runs": figures,
        "usd_month": round(total, 3),
        "usd_month_with_cost_explorer": round(total + asked, 3),
        "custom_metrics_usd_month": kept,
    }


def _fewest(fake: FakeCloudWatch) -> int:
    """Return the calls that the last run's queries need of a region by CloudWatch's own limits.

    At most 500 queries and one page of points a call. Points finer than five minutes are kept for
    a shorter time, and a call that begins before they do is refused: they are asked apart.
    """
    queries: Counter[bool] = Counter()
    points: Counter[bool] = Counter()
    for name, asked in fake.calls:
        for query in asked["MetricDataQueries"] if name == "GetMetricData" else ():
            period = timedelta(seconds=query["MetricStat"]["Period"])
            queries[period < FINE] += 1
            points[period < FINE] += ceil((asked["EndTime"] - asked["StartTime"]) / period)
    return sum(max(ceil(queries[k] / MAX_QUERIES), ceil(points[k] / MAX_POINTS)) for k in queries)


def sizes(console: Console) -> dict[str, Any]:
    """Count the calls of a five-minute run against the number of distributions."""
    table = Table(title="Distributions: one run of five minutes", title_justify="left")
    # the peer asks for one metric a call, as GetMetricStatistics does
    for name in ("E1..En", "queries", "calls", "fewest", "peer", "seconds", "$/run"):
        table.add_column(name, justify="right")
    figures = {}
    for size in SIZES:
        system, now = _system(size)
        usage, seconds = _run(system, now, Cadence.FIVE_MINUTES)
        queries = usage.metrics_requested
        fewest = sum(_fewest(fake) for fake in system.regions.values())
        ratio = queries / usage.get_calls
        figures[size] = {"queries": queries, "calls": usage.get_calls, "fewest": fewest,
                         "ratio": round(ratio, 1), "seconds": round(seconds, 3)}  # fmt: skip
        table.add_row(
            str(size), str(queries), str(usage.get_calls), str(fewest), f"{ratio:.0f}x",
            f"{seconds:.2f}", f"{queries * USD_PER_METRIC:.5f}",
        )  # fmt: skip
    console.print(table)
    return {str(size): figure for size, figure in figures.items()}


def run(console: Console) -> dict[str, Any]:
    """Measure everything and print it."""
    return {
        "prices": prices(console),
        "sizes": sizes(console),
        "cold_start": cold_start(console),
    }


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return the price of the calls, how few they are, and the cold start."""
    starts = [
        Figure(
            f"cold start in a fresh {place}, import and first run, ratio to a bare handler",
            each["kpi_aggregation"]["first_run_ms"] / each["bare handler"]["first_run_ms"],
            beside=f"bare {each['bare handler']['first_run_ms']:.0f} ms",
        )
        for place, each in found["cold_start"].items()
    ]
    calls = [
        Figure(f"{size} distributions: calls above the fewest possible",
               each["calls"] - each["fewest"], at_most=0, beside=f"{each['fewest']} at the fewest")
        for size, each in found["sizes"].items()
    ]  # fmt: skip
    return [
        Figure("calls a month", found["prices"]["usd_month"], "$", at_most=GOAL_USD),
        *calls,
        *starts,
    ]


if __name__ == "__main__":
    run(Console())
