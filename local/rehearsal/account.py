"""Alarms that are deployed already: the suite's own and the team's, with what they look at.

Alarms on the suite itself look at its queues and functions, whose names nobody knows before they
are made; so what an account has is asked for by the alarms' names. A metric is kept as sums of the
shortest period that CloudWatch still has, of which each statistic but a percentile can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

import msgspec

from alarm_evaluator import (
    CompositeAlarm,
    Datum,
    EvaluatorError,
    MetricAlarm,
    MetricRef,
    Series,
    composite_alarm,
    looked_at,
    metric_alarm,
)
from alarm_evaluator.stats import is_plain
from avatarwatch.namespaces import Own
from kpi_aggregation.queries import MAX_POINTS
from kpi_aggregation.usage import USD_PER_METRIC, Usage
from local.rehearsal.recording import Recording, Row, asked, oldest, refusals

MAX_NAMES = 100  # of a DescribeAlarms call (API reference)
PERIODS = (60, 300, 3_600)
_STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")
_KEPT = (
    "AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions",
    "InsufficientDataActions", "MetricName", "Namespace", "Statistic", "ExtendedStatistic",
    "Dimensions", "Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold",
    "ComparisonOperator", "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics",
    "ThresholdMetricId", "EvaluationCriteria", "EvaluationWindow", "WarmUpConfiguration",
    "AlarmRule", "ActionsSuppressor", "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a recording knows of deployed alarms, by their names, and why others are left out."""

    alarms: Mapping[str, MetricAlarm] = field(default_factory=dict)
    composites: Mapping[str, CompositeAlarm] = field(default_factory=dict)
    data: Mapping[MetricRef, Series] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, recording: Recording) -> Deployed:
        """Read the alarms of a recording."""
        alarms: dict[str, MetricAlarm] = {}
        composites: dict[str, CompositeAlarm] = {}
        left_out: dict[str, str] = {}
        for each in recording.alarms:
            name = each["AlarmName"]
            try:
                if "AlarmRule" in each:
                    composites[name] = composite_alarm(each)
                    looked_at(composites[name])
                else:
                    alarms[name] = _readable(metric_alarm(each))
            except EvaluatorError as error:
                left_out[name] = str(error)
        while unknown := _blind(composites, {*alarms, *composites}):
            left_out |= unknown
            composites = {name: each for name, each in composites.items() if name not in unknown}
        refs = {ref for alarm in alarms.values() for ref in _metrics(alarm)}
        data = {ref: _series(recording.samples.get(_name(ref), ())) for ref in refs}
        return cls(alarms, composites, data, left_out)


@dataclass(frozen=True, slots=True)
class Account:
    """CloudWatch in one region of an account, ``now``; what it was asked for is counted."""

    client: Any
    region: str
    now: datetime
    usage: Usage = field(default_factory=Usage)

    def record(self, recording: Recording, prefixes: Iterable[str]) -> None:
        """Keep the alarms whose names begin so, and what they look at.

        Raises
        ------
        RecordingError
            The account refused, or did not answer wholly.
        """
        for prefix in prefixes:
            recording.alarms += self._alarms(AlarmNamePrefix=prefix)
        while missing := _missing(recording):
            found = list(self._alarms(AlarmNames=missing[:MAX_NAMES]))
            if not found:
                break
            recording.alarms += found
        refs = {ref for alarm in Deployed.of(recording).alarms.values() for ref in _metrics(alarm)}
        for ref in sorted(refs, key=_name):
            if not ref.namespace.endswith(f"/{Own.KPI.value}"):  # those are computed
                times = spans(recording.start, recording.end, self.now)
                rows = (row for period, a, b in times for row in self._rows(ref, period, a, b))
                recording.samples[_name(ref)] = sorted(rows)

    def _alarms(self, **which: Any) -> Iterator[dict[str, Any]]:
        with refusals(f"DescribeAlarms in {self.region}"):
            pages = self.client.get_paginator("describe_alarms").paginate(
                AlarmTypes=["MetricAlarm", "CompositeAlarm"], **which
            )
            for page in pages:
                self.usage.list_calls += 1
                for each in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
                    yield {name: each[name] for name in _KEPT if name in each}

    def _rows(self, ref: MetricRef, period: int, start: datetime, end: datetime) -> Iterator[Row]:
        found: dict[str, dict[int, float]] = {name.lower(): {} for name in _STATISTICS}
        request: dict[str, Any] = {
            "MetricDataQueries": [_query(ref, name, period) for name in _STATISTICS],
            "StartTime": start, "EndTime": end,
        }  # fmt: skip
        while True:
            page = asked(self.client, self.region, request)
            self.usage.get_calls += 1
            self.usage.metrics_requested += 1  # up to five statistics of a metric are one
            for result in page["MetricDataResults"]:
                times = (int(at.timestamp()) for at in result["Timestamps"])
                found[result["Id"]].update(zip(times, result["Values"], strict=True))
            if not page.get("NextToken"):
                break
            request["NextToken"] = page["NextToken"]
        for at in set.intersection(*map(set, found.values())):
            count, total, least, most = (values[at] for values in found.values())
            yield at, period, count, total, least, most


def _blind(composites: Mapping[str, CompositeAlarm], known: Collection[str]) -> dict[str, str]:
    """Return the composites that look at what is not known, and why they are left out."""
    unknown = {name: looked_at(each).difference(known) for name, each in composites.items()}
    return {
        name: f"looks at {', '.join(sorted(others))}, of which nothing is known"
        for name, others in unknown.items()
        if others
    }


def _missing(recording: Recording) -> list[str]:
    """Return what composites look at and nothing is known of."""
    known = {each["AlarmName"] for each in recording.alarms}
    composites = (composite_alarm(each) for each in recording.alarms if "AlarmRule" in each)
    return sorted({name for each in composites for name in looked_at(each)} - known)


def most_usd(start: datetime, end: datetime, now: datetime) -> float:
    """Return what an alarm's metric costs at most, its pages included, at list price in US$."""
    pages = (
        ceil(len(_STATISTICS) * (last - first).total_seconds() / period / MAX_POINTS)
        for period, first, last in spans(start, end, now)
    )
    return sum(pages) * USD_PER_METRIC


def spans(
    start: datetime, end: datetime, now: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """Yield the shortest periods (s) that are kept of a time, the latest first, with their spans.

    Each begins and ends at a whole period of the coarser one.
    """
    for period in PERIODS:
        since = max(start, oldest(period, now))
        coarser = PERIODS[min(PERIODS.index(period) + 1, len(PERIODS) - 1)]
        since = datetime.fromtimestamp(-(-since.timestamp() // coarser) * coarser, UTC)
        if since < end:
            yield period, since, end
            end = since


def _query(ref: MetricRef, statistic: str, period: int) -> dict[str, Any]:
    metric = {
        "Namespace": ref.namespace, "MetricName": ref.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in ref.dimensions],
    }  # fmt: skip
    return {
        "Id": statistic.lower(),
        "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic},
    }


def _series(rows: Sequence[Row]) -> Series:
    return Series.of((row[0], row[0] + row[1], Datum(*row[2:])) for row in rows)


def _readable(alarm: MetricAlarm) -> MetricAlarm:
    for query in alarm.queries:
        if query.metric and not is_plain(query.statistic):
            raise EvaluatorError(f"{query.statistic} cannot be read of sums")
    return alarm


def _metrics(alarm: MetricAlarm) -> Iterator[MetricRef]:
    return (query.metric for query in alarm.queries if query.metric)


def _name(ref: MetricRef) -> str:
    return msgspec.json.encode((ref.namespace, ref.name, ref.dimensions)).decode()
