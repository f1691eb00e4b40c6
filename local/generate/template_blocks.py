"""template.yaml: what the catalogues say of it, between marks in the hand-written rest."""

from __future__ import annotations

from local.generate import (
    alarm_parameters,
    alarm_resources,
    dashboard,
    function_plumbing,
    layers,
    log_queries,
    log_tables,
    metric_filters,
    parameter_groups,
    resource_policies,
)
from local.generate.marks import replaced, without_begun
from local.templates import parsed


def render(text: str) -> str:
    """Return the template with everything that is made in it."""
    made = _with_begun(_with_catalogues(text))
    return replaced(made, "dashboard", dashboard.made(parsed(made)))


def _with_begun(text: str) -> str:
    """Return the template with what follows from the rest of it."""
    resources = parsed(without_begun(text))["Resources"]
    for name, made in (
        *function_plumbing.blocks(resources),
        *resource_policies.blocks(resources),
    ):
        text = replaced(text, name, made)
    return text


def _with_catalogues(text: str) -> str:
    """Return the template with all but the dashboard, which shows what stands in it."""
    for name, made in (
        ("thresholds", alarm_parameters.parameters()),
        ("layers of packages", layers.block()),
        ("tables and queries of access logs", log_tables.block()),
        ("metric filters", metric_filters.block()),
        ("saved queries", log_queries.block()),
        ("alarms", alarm_resources.block()),
    ):
        text = replaced(text, name, made)
    return replaced(text, "parameter groups", parameter_groups.block(text))
