"""Grafana's template variables, with the values that a viewer has who just opened the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.dashboards.metrics import Metrics
from local.dashboards.panels import (
    DashboardError,
)

_USE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_VALUES = re.compile(r"dimension_values\(([^,]+),([^,]+),([^,]+),([^,]+)\)")
ALL = "$__all"


@dataclass(frozen=True, slots=True)
class Variables:
    """The chosen values by the variables' names; several where it is All."""

    chosen: Mapping[str, tuple[str, ...]]

    def filled(self, text: str) -> str:
        """Fill a text; raises DashboardError for an unknown name or one with several values."""

        def value(found: re.Match[str]) -> str:
            values = self._chosen(found[1] or found[2])
            if len(values) != 1:
                raise DashboardError(f"{found[0]} has {len(values)} values here: {text}")
            return values[0]

        return _USE.sub(value, text)

    def values(self, dimension: str) -> frozenset[str] | None:
        """Return the values that a dimension may have; None for any (``*``)."""
        if dimension == "*":
            return None
        found = _USE.fullmatch(dimension)
        return frozenset(self._chosen(found[1] or found[2]) if found else (dimension,))

    def _chosen(self, name: str) -> tuple[str, ...]:
        if name not in self.chosen:
            raise DashboardError(f"there is no variable {name}")
        return self.chosen[name]


def read_variables(given: Sequence[Mapping[str, Any]], metrics: Metrics, region: str) -> Variables:
    """Read the list of a dashboard: each has its current value, All or the first one found."""
    variables = Variables({})
    for each in given:
        values = _values(each, variables, metrics, region)
        variables = Variables({**variables.chosen, each["name"]: values})
    return variables


def _values(
    given: Mapping[str, Any], known: Variables, metrics: Metrics, region: str
) -> tuple[str, ...]:
    match given["type"]:
        case "datasource" | "textbox":
            return (str(given["query"]),)
        case "query" if given["query"] == "regions()":
            return (region,)
        case "query":
            found = _VALUES.fullmatch(known.filled(given["query"]))
            if not found:
                raise DashboardError(f"this query is not asked here: {given['query']}")
            values = _dimension_values(found, metrics)
            is_all = given.get("current", {}).get("value") == [ALL] and given["includeAll"]
            return values if is_all else values[:1]
    raise DashboardError(f"a variable of type {given['type']} is not read here")


def _dimension_values(found: re.Match[str], metrics: Metrics) -> tuple[str, ...]:
    region, namespace, name, dimension = found.groups()
    return tuple(sorted(metrics.dimension_values(region, namespace, name, dimension)))
