"""The lines of a month's bill, and what is always free of them; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import Cadence, Kpi, of_cadence
from kpi_aggregation import burn
from local.price.deployment import Deployed

PRICES = Path(__file__).with_name("prices.json")

# Measured on the demo and the benchmarks, rounded up; what AWS does not tell before it bills.
DAYS = 30
ROUND_SECONDS, TICK_SECONDS, KPI_SECONDS = 0.6, 0.15, 1.2  # a warm run of each function
ROUND_KB, RUN_KB = 0.9, 3.0  # a run's log lines, with what Lambda writes about it
ENDPOINT_KB = 0.12  # a poll's share of them
WRITES_A_WINDOW, LOOKS = 2, 4  # a window's lease is taken and given back at each look
HOURS_OF_A_DAY = 2  # a day's number is put at its first look and corrected at ten o'clock
POLLERS, POLL_SECONDS = 2, 20  # of the queue's mapping: long polls
PAGES_A_DAY = 288  # the status page, when something on it changed


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how much of it, at what price, and how much of that is always free."""

    what: str
    amount: float
    price: float
    free: float = 0.0

    @property
    def usd(self) -> float:
        """The list price."""
        return self.amount * self.price

    @property
    def after_free(self) -> float:
        """What is left to pay."""
        return max(self.amount - self.free, 0.0) * self.price


@cache
def prices() -> Mapping[str, Any]:
    """Return the price list file."""
    found: dict[str, Any] = json.loads(PRICES.read_text())
    return found


def lines(found: Deployed) -> list[Line]:
    """Return the bill of a deployment, the dearest things first as far as they have an order."""
    usd, free = prices()["usd"], prices()["always_free"]
    often, daily = of_cadence(Cadence.FIVE_MINUTES), of_cadence(Cadence.DAY)
    hourly = of_cadence(Cadence.HOUR)  # put as seldom as those of the day
    metric, a_day = usd["metric_month"], usd["metric_month"] / 24 * HOURS_OF_A_DAY
    metrics = [
        Line("KPIs that alarms read, every five minutes", len(often), metric),
        Line("KPIs of the day", sum(_has_inputs(kpi, found) for kpi in (*daily, *hourly)), a_day),
        Line("health over all endpoints", found.health_metrics, metric),
        Line("sign of life of KpiAggregation", 1, metric),
        Line("uploads counted from the API's log lines", found.metric_filters, metric),
    ]
    dashboard_is_free = found.dashboard_metrics <= free["dashboard_metrics"]
    return [
        *_free_of(metrics, free["metrics"]),
        Line("alarms, by the metrics they look at", found.alarm_metrics, usd["alarm_metric"],
             free["alarm_metrics"]),
        Line("composite alarms", found.composites, usd["composite_alarm"]),
        Line("metrics read by KpiAggregation", _read(found), usd["metrics_read"]),
        Line("CloudWatch's other calls", _calls(found), usd["api_call"], free["api_calls"]),
        Line("dashboard", found.dashboards, usd["dashboard"],
             free["dashboards"] if dashboard_is_free else 0),
        Line("keys", found.keys, usd["key"]),
        Line("functions: time (GB-seconds)", _gb_seconds(found), usd["lambda_gb_second"],
             free["lambda_gb_seconds"]),
        Line("functions: calls", _invocations(found), usd["lambda_call"], free["lambda_calls"]),
        Line("logs (GB)", _log_gb(found), usd["log_gb"], free["log_gb"]),
        Line("StateTable: writes", _writes(found), usd["dynamodb_write"]),
        Line("StateTable: reads", 4 * _writes(found), usd["dynamodb_read"]),
        Line("queue", POLLERS * DAYS * 86_400 / POLL_SECONDS, usd["sqs_call"],
             free["sqs_calls"]),
        Line("status page", DAYS * PAGES_A_DAY if found.rounds else 0, usd["s3_put"]),
        Line("traces", _invocations(found) if found.traced else 0, usd["trace"], free["traces"]),
    ]  # fmt: skip


def _has_inputs(kpi: Kpi, found: Deployed) -> bool:
    """Whether a KPI's resources are given; users are counted where there is a log group."""
    if any(measure.source is Source.LOGS for measure in kpi.inputs):
        return bool(found.parameters.get("ApiLogGroupName"))
    return all(found.resources(measure.source) for measure in kpi.inputs)


def total(found: Iterable[Line]) -> tuple[float, float]:
    """Return the list price and what is left after what is always free."""
    every = list(found)
    return sum(line.usd for line in every), sum(line.after_free for line in every)


def _free_of(metrics: Iterable[Line], free: float) -> Iterator[Line]:
    """Share out the free metrics; one that is put now and then is a part of one."""
    full = prices()["usd"]["metric_month"]
    for line in metrics:
        weight = line.price / full
        used = min(line.amount, free / weight)
        free -= used * weight
        yield Line(line.what, line.amount, line.price, used)


def _read(found: Deployed) -> float:
    """Return the metrics that runs request: each of a KPI's inputs, at each resource."""
    often = _queries(of_cadence(Cadence.FIVE_MINUTES), found)
    often += len(burn.measures()) - len(
        {m for k in of_cadence(Cadence.FIVE_MINUTES) for m in k.inputs} & burn.measures().keys()
    )
    daily = _queries(of_cadence(Cadence.DAY), found)
    hourly = _queries(of_cadence(Cadence.HOUR), found)
    return DAYS * (288 * often + 24 * hourly + 4 * daily)


def _queries(kpis: Iterable[Kpi], found: Deployed) -> int:
    measures = {measure for kpi in kpis for measure in kpi.inputs}
    weights = {(m.source, m.weight) for m in measures if m.weight}
    given = {(m.source, m.metric) for m in measures}
    return sum(found.resources(m.source) for m in measures) + sum(
        found.resources(source) for source, weight in weights if (source, weight) not in given
    )


def _calls(found: Deployed) -> float:
    return DAYS * (2 * 288 + 24 * 2 + found.rounds)  # PutMetricData, ListMetrics


def _invocations(found: Deployed) -> float:
    return DAYS * (288 + 24 + 1 + 288 + found.rounds + 1)


def _gb_seconds(found: Deployed) -> float:
    kpi = (288 + 24 + 1) * KPI_SECONDS * found.memory_gb("KpiAggregationFunction")
    tick = 288 * TICK_SECONDS * found.memory_gb("AlarmFanoutFunction")
    polls = found.rounds * ROUND_SECONDS * found.memory_gb("HealthPollingFunction")
    return DAYS * (kpi + tick + polls)


def _log_gb(found: Deployed) -> float:
    polls = found.rounds * (ROUND_KB + ENDPOINT_KB * found.endpoints)
    return DAYS * (polls + (288 * 2 + 25) * RUN_KB) / 1e6


def _writes(found: Deployed) -> float:
    windows = (288 + 24 + 1) * LOOKS * WRITES_A_WINDOW + 288
    return DAYS * (windows + found.rounds + 288)
