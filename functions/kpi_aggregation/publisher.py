"""Numbers as statistic sets, put so that each is there once whatever happens in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from avatarwatch import metrics
from avatarwatch.kpi.readings import Window
from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.namespaces import Own
from avatarwatch.observability import logger
from avatarwatch.units import Unit
from kpi_aggregation.queries import MAX_POINTS, Query
from kpi_aggregation.sets import SLIVER, Amount
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import stamp

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StandardUnitType
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

_REFUSED = ("InvalidParameterValue", "InvalidParameterCombination", "ValidationError")

_UNITS: Mapping[Unit, StandardUnitType] = {
    Unit.PERCENT: "Percent",
    Unit.BYTES: "Bytes",
    Unit.MILLISECONDS: "Milliseconds",
    Unit.PER_SECOND: "Count/Second",
}

type Numbers = Mapping[Window, Mapping[str, Amount]]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Puts one cadence's numbers, and reads back what is there.

    ``client`` asks once: a request that is repeated unseen would add its sets a second time.
    """

    client: CloudWatchClient
    cadence: Cadence
    usage: Usage

    def put(self, numbers: Numbers) -> Collection[str]:
        """Put the sets of windows; return the names of those that CloudWatch will not take.

        Slivers go in a request of their own: that they are legal is believed, not known, and
        nothing else may be lost over them. Other errors pass to the caller, which knows then only
        that some may be there.
        """
        self.usage.put_calls += metrics.put(
            self.client, Own.KPI.full, self._data(numbers, slivers=False)
        )
        slivers = list(self._data(numbers, slivers=True))
        try:
            self.usage.put_calls += metrics.put(self.client, Own.KPI.full, slivers)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith(_REFUSED):
                raise
            logger().warning("corrections were refused", extra={"error": str(error)})
            return {datum["MetricName"] for datum in slivers}
        return ()

    def _data(self, numbers: Numbers, *, slivers: bool) -> Iterator[MetricDatumTypeDef]:
        for window, of_window in numbers.items():
            chosen = {n: put for n, put in of_window.items() if (put.count <= SLIVER) is slivers}
            yield from data(chosen, stamp(self.cadence, window))

    def there(
        self, windows: Iterable[Window], names: Sequence[str]
    ) -> dict[Window, dict[str, Amount]]:
        """Ask CloudWatch what is there of windows in which a run died; its errors pass."""
        found: dict[Window, dict[str, Amount]] = {}
        wanted = {window.start: window for window in windows}
        most = MAX_POINTS // (2 * len(names))
        for some in batched(sorted(wanted), most, strict=False):
            span = Window(some[0], some[-1] + self.cadence.length)
            sums, counts = (self._read(names, span, stat) for stat in ("Sum", "SampleCount"))
            for (name, at), count in counts.items():
                if at in some and count > 0:
                    found.setdefault(wanted[at], {})[name] = Amount(count, sums[name, at])
        return found

    def _read(
        self, names: Sequence[str], span: Window, statistic: str
    ) -> dict[tuple[str, datetime], float]:
        region = self.client.meta.region_name
        queries = [
            Query(region, Own.KPI.full, name, (), statistic, self.cadence.length).request(f"q{n}")
            for n, name in enumerate(names)
        ]
        pages = self.client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=span.start, EndTime=span.end,
            ScanBy="TimestampAscending",
        )  # fmt: skip
        points: dict[tuple[str, datetime], float] = {}
        for result in metrics.results(self._counted(pages, len(names))):
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                points[names[int(result["Id"][1:])], at.astimezone(UTC)] = value
        return points

    def _counted[T](self, pages: Iterable[T], asked: int) -> Iterator[T]:
        for page in pages:
            self.usage.get_calls += 1
            self.usage.metrics_requested += asked
            yield page


def data(numbers: Mapping[str, Amount], at: datetime) -> Iterator[MetricDatumTypeDef]:
    """Yield a window's sets. Each sample is taken as the mean: nobody knows them one by one."""
    for name, put in numbers.items():
        yield {
            "MetricName": name,
            "Timestamp": at,
            "StatisticValues": {
                "SampleCount": put.count, "Sum": put.total,
                "Minimum": put.value, "Maximum": put.value,
            },
            "Unit": _UNITS.get(KPIS[name].unit, "None"),
        }  # fmt: skip
