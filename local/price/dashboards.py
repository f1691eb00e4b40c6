"""How many metrics a dashboard refers to, by which it has its price.

Amazon CloudWatch, User Guide, "Analyzing, optimizing, and reducing CloudWatch costs": dashboards of
50 or fewer metrics and of more are metered apart, and of the first an account's three are free.
Whether AWS counts a metric that two widgets show once or twice is not told: each row counts here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import prod
from typing import Any

STORAGE_CLASSES = 2
"""Of a bucket, as ListMetrics finds them."""
_SEARCH = re.compile(r"SEARCH\('\{(?P<schema>[^}]+)\} (?P<terms>.*)', '")
_IN_ANOTHER_UNIT = re.compile(r"[a-z]\w* [*/] \d+")
"""A metric that has a row of its own, hidden: counted there."""
_TERM = re.compile(r'(\w+)=(?:"[^"]*"|\(("[^"]*"(?: OR "[^"]*")*)\))')


def referenced(body: Mapping[str, Any]) -> int:
    """Return the rows of a dashboard's graphs, each search as many as it finds."""
    rows = (row for each in body["widgets"] for row in each["properties"].get("metrics", ()))
    return sum(map(_metrics, rows))


def graphs(body: Mapping[str, Any]) -> dict[str, frozenset[tuple[str, str]]]:
    """Return the namespaces and names that each graph draws, by its title; none of a search's."""
    drawn = (each["properties"] for each in body["widgets"] if each["type"] == "metric")
    return {
        each["title"]: frozenset((row[0], row[1]) for row in each["metrics"] if len(row) > 1)
        for each in drawn
    }


def _metrics(row: list[Any]) -> int:
    if not (isinstance(row[0], dict) and "expression" in row[0]):
        return 1
    if _IN_ANOTHER_UNIT.fullmatch(row[0]["expression"]):
        return 0
    found = _SEARCH.match(row[0]["expression"])
    if not found:
        raise ValueError(f"neither a metric nor a search: {row[0]['expression']}")
    terms = {name: several.count(" OR ") + 1 for name, several in _TERM.findall(found["terms"])}
    free = {"StorageType": STORAGE_CLASSES}  # of what is told nothing, as many as there are
    names = found["schema"].split(",")[1:]
    unsaid = (free.get(name, 1) for name in names if name not in terms)
    return prod((*terms.values(), *unsaid))
