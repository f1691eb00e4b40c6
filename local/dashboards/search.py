"""CloudWatch's search expressions over the emulator's list of metrics.

Source: User Guide, "CloudWatch search expression syntax". Read here is what our dashboards say:
a schema in braces, then ``Name="value"`` or ``Name=("value" OR "value")``, which match exactly.
Everything else (words without a name, AND, NOT, partial matches) raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.dashboards.panels import (
    DashboardError,
)

_SCHEMA = re.compile(r"\{([^{}]+)\}\s*(.*)", re.DOTALL)
_TERM = re.compile(r'(?:"(?P<quoted>[^"]+)"|(?P<name>\w+))=(?P<value>"[^"]*"|\([^()]*\))\s*')
_EITHER = re.compile(r'"[^"]*"(?: OR "[^"]*")*')


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric that exists."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a namespace, exactly these dimensions, and the values of some."""

    namespace: str
    dimensions: tuple[str, ...]
    names: frozenset[str]
    values: Mapping[str, frozenset[str]]

    def found(self, metrics: Iterable[Metric]) -> list[Metric]:
        """Return the metrics that match, by their dimensions' values."""
        return sorted(
            (metric for metric in metrics if self._matches(metric)),
            key=lambda metric: (metric.name, metric.dimensions),
        )

    def _matches(self, metric: Metric) -> bool:
        given = dict(metric.dimensions)
        return (
            metric.namespace == self.namespace
            and given.keys() == set(self.dimensions)
            and (not self.names or metric.name in self.names)
            and all(given[name] in values for name, values in self.values.items())
        )


def read_search(query: str) -> Search:
    """Read the first argument of SEARCH; raises DashboardError."""
    found = _SCHEMA.fullmatch(query.strip())
    if not found:
        raise DashboardError(f"the search has no schema: {query}")
    namespace, *dimensions = (part.strip().strip('"') for part in found[1].split(","))
    values: dict[str, frozenset[str]] = {}
    rest = found[2]
    while rest:
        term = _TERM.match(rest)
        if not term:
            raise DashboardError(f"not searched for here: {rest}")
        values[term["quoted"] or term["name"]] = _values(term["value"])
        rest = rest[term.end() :]
    names = values.pop("MetricName", frozenset())
    if foreign := values.keys() - set(dimensions):
        raise DashboardError(f"{min(foreign)} is no dimension of the schema: {query}")
    return Search(namespace, tuple(dimensions), names, values)


def _values(text: str) -> frozenset[str]:
    inner = text.removeprefix("(").removesuffix(")").strip()
    if not _EITHER.fullmatch(inner):
        raise DashboardError(f"not searched for here: {text}")
    return frozenset(re.findall(r'"([^"]*)"', inner))
