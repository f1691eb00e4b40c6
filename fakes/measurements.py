"""CloudWatch's metrics of buckets and the Price List API; both raise on what they do not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

type _Dimensions = frozenset[tuple[str, str]]


@dataclass(slots=True)
class FakeCloudWatch:
    """Metrics by name and dimensions; ``page`` is how many results an answer holds."""

    points: dict[tuple[str, _Dimensions], list[tuple[datetime, float]]] = field(
        default_factory=dict
    )
    page: int = 2
    calls: list[str] = field(default_factory=list)
    put: list[dict[str, Any]] = field(default_factory=list)

    def add(self, metric: str, at: datetime, value: float, **dimensions: str) -> None:
        """Add a point of AWS/S3."""
        key = (metric, frozenset(dimensions.items()))
        self.points.setdefault(key, []).append((at, value))

    def get_paginator(self, name: str) -> Any:
        """Return the paginator of one of two operations."""
        known: dict[str, Any] = {"list_metrics": self._list, "get_metric_data": self._data}
        if name not in known:
            raise AssertionError(f"the fake knows no {name}")
        return SimpleNamespace(paginate=known[name])

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803
        """Keep what is put."""
        self.calls.append("PutMetricData")
        self.put += [{"Namespace": Namespace, **datum} for datum in MetricData]

    def _pages(self, key: str, items: list[Any], call: str) -> Iterator[dict[str, Any]]:
        for start in range(0, max(1, len(items)), self.page):
            self.calls.append(call)
            yield {key: items[start : start + self.page]}

    def _list(
        self,
        *,
        Namespace: str,  # noqa: N803
        MetricName: str,  # noqa: N803
        Dimensions: list[dict[str, str]],  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        assert Namespace == "AWS/S3"
        wanted = {(each["Name"], each["Value"]) for each in Dimensions}
        found = [
            {
                "Namespace": Namespace,
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
            }
            for name, dimensions in self.points
            if name == MetricName and wanted <= dimensions
        ]
        return self._pages("Metrics", found, "ListMetrics")

    def _data(
        self,
        *,
        MetricDataQueries: list[dict[str, Any]],  # noqa: N803
        StartTime: datetime,  # noqa: N803
        EndTime: datetime,  # noqa: N803
        ScanBy: str,  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        assert ScanBy == "TimestampAscending"
        assert len(MetricDataQueries) <= 500
        results = []
        for query in MetricDataQueries:
            asked = query["MetricStat"]
            if set(asked) != {"Metric", "Period", "Stat"} or asked["Period"] != 86_400:
                raise AssertionError(f"the fake knows no query like {query}")
            metric = asked["Metric"]
            key = (
                metric["MetricName"],
                frozenset((each["Name"], each["Value"]) for each in metric["Dimensions"]),
            )
            found = [one for one in self.points.get(key, []) if StartTime <= one[0] < EndTime]
            found.sort()
            results.append(
                {
                    "Id": query["Id"],
                    "Timestamps": [at for at, _ in found],
                    "Values": [value for _, value in found],
                }
            )
        return self._pages("MetricDataResults", results, "GetMetricData")


def product(usage: str, price: str, unit: str = "GB-Mo", operation: str = "") -> str:
    """Return a product of the Price List API, with a cheaper second tier."""
    first = {"beginRange": "0", "endRange": "51200", "unit": unit, "pricePerUnit": {"USD": price}}
    later = {**first, "beginRange": "51200", "endRange": "Inf", "pricePerUnit": {"USD": "0.0001"}}
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usage, "operation": operation}},
            "terms": {"OnDemand": {"A.B": {"priceDimensions": {"A.B.2": later, "A.B.1": first}}}},
        }
    )


STOCKHOLM = [
    product("EUN1-TimedStorage-ByteHrs", "0.023"),
    product("EUN1-TimedStorage-SIA-ByteHrs", "0.0125"),
    product("EUN1-TimedStorage-GIR-ByteHrs", "0.0040"),
    product("EUN1-TimedStorage-INT-FA-ByteHrs", "0.023"),
    product("EUN1-TimedStorage-INT-IA-ByteHrs", "0.0125"),
    product("EUN1-TimedStorage-INT-AIA-ByteHrs", "0.004"),
    product("EUN1-Requests-Tier2", "0.0000004", "Requests"),
    product("EUN1-Requests-SIA-Tier2", "0.000001", "Requests"),
    product("EUN1-Requests-GIR-Tier2", "0.00001", "Requests"),
    product("EUN1-Requests-INT-Tier2", "0.0000004", "Requests"),
    product("EUN1-Retrieval-SIA", "0.01", "GB"),
    product("EUN1-Retrieval-GIR", "0.03", "GB"),
    product("EUN1-Requests-Tier4", "0.00001", "Requests", "S3-SIATransition"),
    product("EUN1-Requests-Tier4", "0.00002", "Requests", "S3-GIRTransition"),
    product("EUN1-Requests-Tier4", "0.00001", "Requests", "S3-INTTransition"),
    product("EUN1-Monitoring-Automation-INT", "0.0000025", "Objects"),
]
"""What is read of a region that prices all but ONEZONE_IA."""


@dataclass(slots=True)
class FakePricing:
    """The Price List API over a list of products, in pages."""

    products: list[str]
    page: int = 5
    calls: int = 0

    def get_products(self, **asked: Any) -> dict[str, Any]:
        """Answer one page."""
        self.calls += 1
        known = {"ServiceCode", "Filters", "FormatVersion", "MaxResults", "NextToken"}
        if asked["ServiceCode"] != "AmazonS3" or set(asked) - known:
            raise AssertionError(f"the fake knows no {asked}")
        start = int(asked.get("NextToken", "0"))
        after = start + self.page
        more = {"NextToken": str(after)} if after < len(self.products) else {}
        return {"PriceList": self.products[start:after], **more}
