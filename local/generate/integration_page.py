"""docs/integration.md: the tables of the metrics that a backend may put."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avatarwatch.custom_metrics import CUSTOM_METRICS, CustomMetric
from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import KPIS
from local.generate.marks import replaced


def render(text: str) -> str:
    """Return the page with its tables as the catalogue has them."""
    counted = [metric for metric in CUSTOM_METRICS.values() if not metric.is_optional]
    optional = [metric for metric in CUSTOM_METRICS.values() if metric.is_optional]
    made = replaced(text, "metrics", _table(
        ("Metric", "Unit", "A value for each"),
        [_row(metric) for metric in counted],
    ))  # fmt: skip
    return replaced(made, "more metrics", _table(
        ("Metric", "Unit", "A value for each", "For"),
        [(*_row(metric), ", ".join(_readers(metric)) or "the dashboard") for metric in optional],
    ))  # fmt: skip


def _row(metric: CustomMetric) -> tuple[str, ...]:
    return (f"`{metric.name}`", metric.unit, metric.meaning)


def _readers(metric: CustomMetric) -> list[str]:
    """Return the KPIs that are computed from it."""
    return [
        kpi.title.lower() for kpi in KPIS.values()
        if any(each.source is Source.CUSTOM and each.metric == metric.name for each in kpi.inputs)
    ]  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"
