"""Read the series behind KPIs: a few large GetMetricData calls, one region's failure its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.budgets import BEFORE, Objective
from avatarwatch.kpi.readings import Measure, NoData, Readings, Series, Source, Unread, Window
from avatarwatch.kpi_inputs import DOWN
from avatarwatch.kpis import Kpi
from kpi_aggregation.burn import HELD
from kpi_aggregation.cost_explorer import CostExplorer
from kpi_aggregation.queries import Call, Query, Resource, billed, furthest, pack, queries_of
from kpi_aggregation.resources import Resources
from kpi_aggregation.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import GetMetricDataInputTypeDef, MetricDataResultTypeDef

_HOUR, _PERIOD = timedelta(hours=1), timedelta(minutes=5)

type Points = dict[datetime, float]


@dataclass(slots=True)
class _Answer:
    """What came of the calls: points by query, why others have none, which are not whole."""

    points: dict[Query, Points] = field(default_factory=dict)
    failed: dict[Query, Unread] = field(default_factory=dict)
    doubted: dict[Query, Unread] = field(default_factory=dict)
    partial: set[Query] = field(default_factory=set)

    def problem(self, queries: Iterable[Query]) -> Unread | None:
        """Return the first thing that is wrong with any of these queries."""
        for query in queries:
            if found := self.failed.get(query) or self.doubted.get(query):
                return found
            if query in self.partial:  # and no page has had the rest
                return Unread(f"{query.metric}: CloudWatch says PartialData", passing=True)
        return None


@dataclass(slots=True)
class Reader:
    """Reads all inputs of some KPIs over a span of windows."""

    resources: Resources
    client: Callable[[str], CloudWatchClient]
    usage: Usage
    thresholds: Mapping[str, float]
    cost_explorer: CostExplorer | None = None  # instead of the metrics of the bill

    @property
    def costs_from(self) -> str:
        """Where costs come from."""
        return self.cost_explorer.name if self.cost_explorer else "billing metrics"

    def read(self, kpis: Iterable[Kpi], more: Mapping[Measure, timedelta], span: Window,
             length: timedelta) -> Readings:  # fmt: skip
        """Read what KPIs need, and ``more`` that far back; what cannot be read is in ``unread``."""
        backs = dict(more)
        for kpi in kpis:
            for measure in kpi.inputs:
                backs[measure] = max(kpi.formula.lookback, backs.get(measure, timedelta()))
        wanted, unread = self._wanted(backs, length)
        pairs = ((query, backs[m]) for m, of in wanted.items() for q in of.values() for query in q)
        answer = _Answer()
        for call in pack(furthest(pairs), span):
            self._ask(call, answer)
        series: dict[Measure, dict[str, Series]] = {}
        for measure, by_resource in wanted.items():
            problem = answer.problem(q for queries in by_resource.values() for q in queries)
            if problem:
                unread[measure] = problem
                continue
            series[measure] = {
                name: Series.of(_combined(measure, queries, answer.points))
                for name, queries in by_resource.items()
            }
        self._add_costs(backs, series, unread)
        return Readings(series, unread, self.thresholds)

    def budget(self, objective: Objective, end: datetime) -> ErrorBudget | NoData:
        """Read the thirty days of an objective before ``end``, by the hour."""
        backs = dict.fromkeys(objective.measures, PERIOD + BEFORE)
        found = self.read((), backs, Window(end - _HOUR, end), _HOUR)
        for unread in found.unread.values():
            return NoData(unread.reason)
        return objective.budget(found, end)

    def down(self, end: datetime) -> Readings:
        """Read how many endpoints were down before ``end``, as far back as that holds alerts."""
        return self.read((), {DOWN: HELD}, Window(end - _PERIOD, end), _PERIOD)

    def _add_costs(
        self, measures: Iterable[Measure], series: dict[Measure, dict[str, Series]],
        unread: dict[Measure, Unread],
    ) -> None:  # fmt: skip
        if not self.cost_explorer:
            return
        for measure in measures:
            if measure.source is Source.BILLING:
                costs = self.cost_explorer.costs()
                if isinstance(costs, Unread):
                    unread[measure] = costs
                else:
                    series[measure] = costs.bill(measure)

    def _wanted(
        self, measures: Iterable[Measure], length: timedelta
    ) -> tuple[dict[Measure, dict[str, tuple[Query, ...]]], dict[Measure, Unread]]:
        wanted: dict[Measure, dict[str, tuple[Query, ...]]] = {}
        unread: dict[Measure, Unread] = {}
        for measure in measures:
            if measure.source is Source.LOGS:  # asked for window by window: see insights
                continue
            if measure.source is Source.BILLING and self.cost_explorer:
                continue
            found: tuple[Resource, ...] | Unread = self.resources.of(measure.source)
            if isinstance(found, Unread):
                unread[measure] = found
            else:
                wanted[measure] = {r.name: queries_of(measure, r, length) for r in found}
        return wanted, unread

    def _ask(self, call: Call, answer: _Answer) -> None:
        """Ask and follow the pages; a failure is that of this call's queries alone."""
        names = {f"q{index}": query for index, query in enumerate(call.queries)}
        request: GetMetricDataInputTypeDef = {
            "MetricDataQueries": [query.request(name) for name, query in names.items()],
            "StartTime": call.start,
            "EndTime": call.end,
            "ScanBy": "TimestampAscending",
        }
        try:
            while True:
                page = self.client(call.region).get_metric_data(**request)
                self.usage.get_calls += 1
                self.usage.metrics_requested += billed(call.queries)
                for result in page["MetricDataResults"]:
                    _take(names[result["Id"]], result, answer)
                if not page.get("NextToken"):
                    break
                request["NextToken"] = page["NextToken"]
        except (ClientError, BotoCoreError) as error:
            problem = Unread(f"GetMetricData in {call.region} failed: {error}", passing=True)
            answer.failed.update(dict.fromkeys(call.queries, problem))


def _take(query: Query, result: MetricDataResultTypeDef, answer: _Answer) -> None:
    """Add a result's points; a query's pages follow one another, so no instant comes twice."""
    status = result.get("StatusCode", "Complete")
    if status not in {"Complete", "PartialData"}:
        answer.failed[query] = Unread(f"{query.metric}: CloudWatch says {status}", passing=True)
        return
    (answer.partial.add if status == "PartialData" else answer.partial.discard)(query)
    points = answer.points.setdefault(query, {})
    for at, value in zip(result["Timestamps"], result["Values"], strict=True):
        instant = at.astimezone(UTC)
        if instant in points:  # equal or not: nobody knows whether they add up
            answer.doubted[query] = Unread(
                f"{query.metric} has two values at {instant:%H:%M}: it was put in two units",
                passing=False,
            )
        points[instant] = value


def _combined(measure: Measure, queries: Sequence[Query], points: Mapping[Query, Points]) -> Points:
    """Return a measure's points: as they are, or the share of a weight that they stand for.

    What is no number is left out, and what is negative unless the measure is ``signed``.
    """
    sound = isfinite if measure.signed else _is_sound
    own = {at: value for at, value in points.get(queries[0], {}).items() if sound(value)}
    if len(queries) == 1:
        return own
    weights = points.get(queries[1], {})
    return {
        at: weights[at] if measure.is_weight else share / 100 * weights[at]
        for at, share in own.items()
        if share <= 100 and _is_sound(weights.get(at, -1.0))
    }


def _is_sound(value: float) -> bool:
    return value >= 0  # not so for NaN; infinity is left out by the series
