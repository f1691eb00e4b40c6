"""The metrics that a backend may put, as tables of docs/integration.md and docs/kpis.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.backend_metric import CustomMetric
from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import KPIS
from local.generate.marks import replaced


def integration_page(text: str) -> str:
    """Return docs/integration.md with what the guide's alerts need as the catalogue has it."""
    needed = [_row(metric) for metric in CUSTOM_METRICS.values() if not metric.is_optional]
    return replaced(
        text, "metrics", f"\n{_table(('Metric', 'Unit', 'A value for each'), needed)}\n"
    )


def optional() -> str:
    """Return the table of what only the API itself can put, and which KPIs are made of it."""
    return _table(
        ("metric", "unit", "a value for each", "for"),
        [
            (*_row(metric), ", ".join(_readers(metric)) or "the dashboard")
            for metric in CUSTOM_METRICS.values()
            if metric.is_optional
        ],
    )


def _row(metric: CustomMetric) -> tuple[str, ...]:
    return (f"`{metric.name}`", metric.unit, metric.meaning)


def _readers(metric: CustomMetric) -> list[str]:
    """Return the KPIs that are computed from it."""
    return [
        kpi.metric for kpi in KPIS.values()
        if any(each.source is Source.CUSTOM and each.metric == metric.name for each in kpi.inputs)
    ]  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
