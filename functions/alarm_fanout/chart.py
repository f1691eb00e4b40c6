"""How an alarm's metric went: points for a sparkline, a picture for Slack. Nice to have only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.measure import threshold, window
from alarm_fanout.notice import Counts, Course, Notice
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

POINTS = 12  # bars of a sparkline
QUERIES_LIMIT = 500  # of one GetMetricData call (its API reference)


@dataclass(slots=True)
class Charts:
    """Read metrics in the alert's own region; whatever fails leaves the message as it was."""

    client: Callable[[str], CloudWatchClient]
    log: Callable[[str], None]
    account: str = ""
    """Our own. Another one's metric is asked for as its own, which CloudWatch refuses where ours is
    no monitoring account of it: never a metric of ours by the same name."""

    def with_courses(self, notices: Iterable[Notice]) -> list[Notice]:
        """Add to each notice how its metric went, with one call for each region and account."""
        listed = list(notices)
        found: dict[str, Course] = {}
        for place in dict.fromkeys(self._place(notice) for notice in listed):
            drawable = {
                f"m{index}": notice
                for index, notice in enumerate(listed)
                if place[0] and self._place(notice) == place and _metric(notice)
            }
            if drawable:
                found.update(self._courses(*place, drawable))
        return [replace(notice, course=found.get(notice.id)) for notice in listed]

    def _place(self, notice: Notice) -> tuple[str, str]:
        """Return the region and the account, empty for ours, of a notice's metric."""
        metric = _metric(notice)
        account = (metric and metric.account) or notice.alert.account or ""
        return notice.alert.region or "", "" if account == self.account else account

    def _courses(
        self, region: str, account: str, notices: Mapping[str, Notice]
    ) -> dict[str, Course]:
        queries: list[MetricDataQueryTypeDef] = []
        for name, notice in notices.items():
            wanted = _queries(name, notice, account)
            if len(queries) + len(wanted) <= QUERIES_LIMIT:
                queries += wanted
        now = max(notice.now for notice in notices.values())
        start = now - max(_span(notice) for notice in notices.values())
        try:
            answer = self.client(region).get_metric_data(
                MetricDataQueries=queries, StartTime=start, EndTime=now + timedelta(minutes=1)
            )
        except (ClientError, BotoCoreError) as error:
            self.log(f"no metric data for the course: {error}")
            return {}
        values = {
            result["Id"]: dict(zip(result["Timestamps"], result["Values"], strict=True))
            for result in answer["MetricDataResults"]
        }
        return {notice.id: _course(name, notice, values) for name, notice in notices.items()}

    def graph(self, notice: Notice) -> bytes | None:
        """Draw a notice's metric with its threshold as a PNG; None where CloudWatch cannot."""
        alert, metric = notice.alert, _metric(notice)
        if not (alert.region and metric):
            return None
        metric = replace(metric, account=self._place(notice)[1])
        try:
            answer = self.client(alert.region).get_metric_widget_image(
                MetricWidget=json.dumps(_widget(notice, metric)), OutputFormat="png"
            )
        except (ClientError, BotoCoreError) as error:
            self.log(f"no graph: {error}")
            return None
        return answer["MetricWidgetImage"]


def _metric(notice: Notice) -> MetricRef | None:
    crossing = notice.alert.crossing
    # the course of a metric math alarm is its expression's, not one of its metrics'
    return crossing.metrics[0] if crossing and len(crossing.metrics) == 1 else None


def _span(notice: Notice) -> timedelta:
    metric = _metric(notice)
    period = metric.period if metric else 60
    return max(timedelta(hours=1), timedelta(seconds=period * POINTS))


def _queries(name: str, notice: Notice, account: str) -> list[MetricDataQueryTypeDef]:
    metric = _metric(notice)
    if metric is None:
        return []
    metric = replace(metric, account=account)
    queries = [_query(name, metric)]
    if notice.route.ratio:
        # the set behind the ratio: what was counted is its sum in percent, of how many its count
        for suffix, statistic in (("n", "Sum"), ("d", "SampleCount")):
            queries.append(_query(f"{name}{suffix}", replace(metric, statistic=statistic)))
    return queries


def _query(name: str, metric: MetricRef) -> MetricDataQueryTypeDef:
    query: MetricDataQueryTypeDef = {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": metric.period,
            "Stat": metric.statistic,
        },
    }
    return query | {"AccountId": metric.account} if metric.account else query


def _course(name: str, notice: Notice, values: Mapping[str, Mapping[datetime, float]]) -> Course:
    metric, span, spanned = _metric(notice), _span(notice), window(notice.alert)
    period = metric.period if metric else 60
    points = values.get(name, {})
    by_slot = {int(moment.timestamp()) // period: value for moment, value in points.items()}
    last = int(notice.now.timestamp()) // period
    slots = range(last - int(span.total_seconds()) // period + 1, last + 1)
    course = [by_slot.get(slot) for slot in slots]
    while course and course[-1] is None:  # the running period has no point yet
        course.pop()
    if len(course) > 2 * POINTS:
        course = course[-2 * POINTS :]

    above, below = (values.get(f"{name}{suffix}", {}) for suffix in "nd")
    counts = _counts(above, below, spanned, period) if spanned else ()
    return Course(tuple(course), int(span.total_seconds()), counts)


def _counts(
    above: Mapping[datetime, float],
    below: Mapping[datetime, float],
    spanned: tuple[datetime, datetime],
    period: int,
) -> tuple[Counts, ...]:
    """Return what was counted in each period that the alarm judged, and in all of them."""
    start, end = spanned
    inside = [at for at in sorted(above, reverse=True) if start <= at < end and below.get(at)]
    # the set's sum is in percent of one: 100 for each that counts (docs/decisions/0040)
    each = [Counts(above[at] / 100, below[at], at + timedelta(seconds=period)) for at in inside]
    if len(each) > 1:
        total = (sum(one.numerator for one in each), sum(one.denominator for one in each))
        each.append(Counts(*total, each[0].ended_at))
    return tuple(each)


def _widget(notice: Notice, metric: MetricRef) -> dict[str, Any]:
    span, crossing = _span(notice), notice.alert.crossing
    # graphs have no units of ours: a ratio's axis begins at zero and that is all
    widget: dict[str, Any] = {
        "width": 800,
        "height": 300,
        "title": notice.route.title,
        "metrics": [
            [metric.namespace, metric.name, *(part for pair in metric.dimensions for part in pair),
             metric.rendering]
        ],
        "start": f"-PT{int(span.total_seconds())}S",
        "end": "PT0S",
        "timezone": "+0000",
        "yAxis": {"left": {"min": 0}} if notice.route.unit is not Unit.NONE else {},
    }  # fmt: skip
    if crossing and crossing.threshold is not None:
        label = threshold(crossing, notice.route.unit)
        line = {"label": label or "threshold", "value": crossing.threshold, "color": "#d72b3f"}
        widget["annotations"] = {"horizontal": [line]}
    return widget
