"""The lines of a month's bill, and what is always free of them; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import Measure, Source
from avatarwatch.kpis import Cadence, Kpi, of_cadence
from health_polling.store import SHARDS
from kpi_aggregation import burn
from kpi_aggregation.windows import LOOKS
from local.price.deployment import Deployed
from reporting.gathering import BESIDES

PRICES = Path(__file__).with_name("prices.json")

# Measured on the demo and the benchmarks, rounded up; what AWS does not tell before it bills.
DAYS = 30
SECONDS = {  # a warm run of each function
    "KpiAggregationFunction": 1.2, "AlarmFanoutFunction": 0.15, "HealthPollingFunction": 0.6,
    "CostControlFunction": 20.0, "ReportingFunction": 4.0,
}  # fmt: skip
ROUND_KB, RUN_KB = 0.9, 3.0  # a run's log lines, with what Lambda writes about it
ENDPOINT_KB = 0.12  # a poll's share of them
WRITES_A_WINDOW = 2  # its lease is taken and given back at each look
# An endpoint's state with the guide's five components, rewritten each minute (a test weighs it),
# and its ninety days, read for each status page
ENDPOINT_STATE_KB, ENDPOINT_DAYS_KB = 1.6, 8.0
WRITE_KB, READ_KB = 1, 4  # of a unit (DynamoDB, Developer Guide, "Read and write operations")
_SAVINGS = 2  # LifecycleSavingExpected, LifecycleSavingRealised
POLLERS, POLL_SECONDS = 2, 20  # of the queue's mapping: long polls
RUNS_A_MONTH = 41  # of Reporting: days, weeks and months, those twice
REPORT_FILES = 6  # a report's, and the index twice
PAGES_A_DAY = 288  # the status page, when something on it changed
ANSWERS = 300  # a month: ten alerts a day that somebody acknowledges
ANSWER_SECONDS = 0.5  # a cold start nearly every time


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
    metric, once = usd["metric_month"], usd["metric_month"] / 24  # when put in one hour of a day
    hourly = of_cadence(Cadence.HOUR)  # put at a day's end as well
    rings = [kpi for kpi in often if _has_inputs(kpi, found)]
    known = [kpi for kpi in (*daily, *hourly) if _has_inputs(kpi, found)]
    corrected = [kpi for kpi in known if is_corrected(kpi)]
    metrics = [
        Line("KPIs that alarms read, every five minutes", len(rings), metric),
        Line("KPIs of the day, put once", len(known) - len(corrected), once),
        Line("KPIs of the day that are known at ten o'clock", len(corrected), 2 * once),
        Line("health over all endpoints", found.health_metrics, metric),
        Line("days left of the first certificate, once a day", bool(found.endpoints), once),
        Line("what cost control saves, once a day", _SAVINGS, once),
        Line("uploads counted from the API's log lines", found.metric_filters, metric),
        Line("CloudFront's additional metrics", found.additional_metrics, metric),
        Line("metrics of each endpoint by itself", found.endpoint_metrics, metric),
        Line("requests counted from access logs", found.access_metrics, metric),
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
        Line("functions: calls", sum(_invocations(found).values()), usd["lambda_call"],
             free["lambda_calls"]),
        Line("logs (GB)", _log_gb(found), usd["log_gb"], free["log_gb"]),
        Line("logs kept (GB)", _log_gb(found) * found.log_days / DAYS, usd["log_gb_month"],
             free["log_gb"]),
        Line("StateTable: writes", _writes(found), usd["dynamodb_write"]),
        Line("StateTable: reads", _reads(found), usd["dynamodb_read"]),
        Line("queue", POLLERS * DAYS * 86_400 / POLL_SECONDS, usd["sqs_call"],
             free["sqs_calls"]),
        Line("status page", DAYS * PAGES_A_DAY if found.rounds else 0, usd["s3_put"]),
        Line("metrics read by Reporting", RUNS_A_MONTH * (len(daily) + len(BESIDES)),
             usd["metrics_read"]),
        Line("reports kept", RUNS_A_MONTH * REPORT_FILES, usd["s3_put"]),
        Line("shards for real-time logs", found.shards, usd["kinesis_shard"]),
        Line("Cost Explorer's answers", DAYS if found.asks_cost_explorer else 0,
             usd["cost_explorer_call"]),
        Line("traces", _traces(found), usd["trace"], free["traces"]),
        *_answers(found, usd),
    ]  # fmt: skip


def _answers(found: Deployed, usd: Mapping[str, float]) -> Iterator[Line]:
    """Yield what people's answers cost where the function that takes them in is there.

    Each is a run of it and one of AlarmFanout, two writes, and a message that comes and goes.
    """
    if found.parameters.get("ChatSecretsParameter"):
        seconds = ANSWER_SECONDS * found.memory_gb("ChatActionsFunction") * usd["lambda_gb_second"]
        each = 2 * (usd["lambda_call"] + seconds) + 2 * usd["dynamodb_write"] + 3 * usd["sqs_call"]
        yield Line("answers from the chat", ANSWERS, each)


def _has_inputs(kpi: Kpi, found: Deployed) -> bool:
    """Whether a KPI has a number: what it is computed from is given, and published by AWS.

    Users are counted where there is a log group, access logs where they are read.
    """
    if any(measure.source is Source.LOGS for measure in kpi.inputs):
        return bool(found.parameters.get("ApiLogGroupName"))
    formula = kpi.formula
    ways = formula.ratios.values() if isinstance(formula, Preferred) else (formula,)
    return any(all(map(found.has, way.measures)) for way in ways)


def is_corrected(kpi: Kpi) -> bool:
    """Whether a day's number may change at the look of ten o'clock, which is an hour more.

    S3 measures a day, and the bill of it comes, hours after its end; cost control runs by then.
    """
    late = {Source.STORAGE, Source.BILLING, Source.OPERATIONS}
    return any(measure.source in late for measure in kpi.inputs)


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


def requested(cadence: Cadence, found: Deployed) -> int:
    """Return the metrics that a run on one window pays for: each input, at each resource."""
    more = burn.measures() if cadence is Cadence.FIVE_MINUTES else ()
    inputs = {measure for kpi in of_cadence(cadence) for measure in kpi.inputs}
    return _metrics(inputs.union(more), found)


def _read(found: Deployed) -> float:
    runs = {Cadence.FIVE_MINUTES: 288, Cadence.HOUR: 24, Cadence.DAY: len(LOOKS[Cadence.DAY])}
    return DAYS * sum(count * requested(cadence, found) for cadence, count in runs.items())


def _metrics(measures: Iterable[Measure], found: Deployed) -> int:
    """Return the metrics that a run pays for: up to five statistics of one are one.

    Amazon CloudWatch pricing, "Metrics requested using GetMetricData".
    """
    asked = {
        (m.source, name, m.dimensions) for m in measures for name in (m.metric, m.weight) if name
    }
    return sum(found.resources(source) for source, *_ in asked)


def _calls(found: Deployed) -> float:
    return DAYS * (288 + 24 * 2 + found.rounds)  # PutMetricData, ListMetrics


def _invocations(found: Deployed) -> dict[str, float]:
    """Return the calls of each function; AlarmFanout's are its ticks, alarms are few."""
    return {
        "KpiAggregationFunction": DAYS * (288 + 24 + 1),
        "AlarmFanoutFunction": DAYS * 288,
        "HealthPollingFunction": DAYS * found.rounds,
        "CostControlFunction": DAYS,
        "ReportingFunction": RUNS_A_MONTH,
    }


def _traces(found: Deployed) -> float:
    calls = _invocations(found)
    return sum(number for function, number in calls.items() if found.is_traced(function))


def _gb_seconds(found: Deployed) -> float:
    calls = _invocations(found)
    return sum(
        calls[function] * seconds * found.memory_gb(function)
        for function, seconds in SECONDS.items()
    )


def _log_gb(found: Deployed) -> float:
    polls = found.rounds * (ROUND_KB + ENDPOINT_KB * found.endpoints)
    return DAYS * (polls + (288 * 2 + 25) * RUN_KB) / 1e6


def _writes(found: Deployed) -> float:
    return _writes_but_health() + DAYS * found.rounds * health_writes(found.endpoints)


def _reads(found: Deployed) -> float:
    return 4 * _writes_but_health() + DAYS * found.rounds * health_reads(found.endpoints)


def health_writes(endpoints: int) -> int:
    """Return the units that a round writes: each document of several endpoints as a whole."""
    documents = min(endpoints, SHARDS)
    return sum(
        ceil(len(range(n, endpoints, documents)) * ENDPOINT_STATE_KB / WRITE_KB)
        for n in range(documents)
    )


def health_reads(endpoints: int) -> float:
    """Return the units that a round reads: all states, what is kept of all, its share of a page."""
    states, days = endpoints * ENDPOINT_STATE_KB, endpoints * ENDPOINT_DAYS_KB
    return ceil(states / READ_KB) + 1 + ceil(days / READ_KB) * PAGES_A_DAY / 1440


def _writes_but_health() -> float:
    windows_a_day = {Cadence.FIVE_MINUTES: 288, Cadence.HOUR: 24, Cadence.DAY: 1}
    looks = sum(count * len(LOOKS[cadence]) for cadence, count in windows_a_day.items())
    windows = looks * WRITES_A_WINDOW + 288
    return DAYS * (windows + 288)
