"""What lines are called: CloudWatch's labels, its dynamic ones among them.

Source: User Guide, "Use dynamic labels".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from local.dashboards.panels import (
    DashboardError,
)
from local.dashboards.search import Metric

_DYNAMIC = re.compile(r"\$\{([^}]*)\}")
_DIMENSION = re.compile(r"PROP\('Dim\.(\w+)'\)")


def named(label: str | None, metrics: Sequence[Metric]) -> list[str]:
    """Return the labels of a row's lines, one a metric.

    Without a label a line is called by its metric; several that share a label get their
    dimensions' values beside it.
    """
    found = [_label(label, metric) for metric in metrics]
    if len(set(found)) == len(found):
        return found
    return [
        f"{text} {' '.join(value for _, value in metric.dimensions)}"
        for text, metric in zip(found, metrics, strict=True)
    ]


def _label(label: str | None, metric: Metric) -> str:
    if not label:
        return metric.name
    return _DYNAMIC.sub(lambda found: _property(found[1], metric), label)


def _property(name: str, metric: Metric) -> str:
    found = _DIMENSION.fullmatch(name)
    if not found:
        raise DashboardError(f"the dynamic label {name} is not drawn here")
    return dict(metric.dimensions)[found[1]]
