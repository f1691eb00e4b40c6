"""template.yaml: what the catalogues say of it, between marks in the hand-written rest."""

from __future__ import annotations

from local.generate import alarm_parameters, alarm_resources, dashboard, log_queries, metric_filters
from local.generate.marks import replaced
from local.generate.template import parsed


def render(text: str) -> str:
    """Return the template with everything that is made in it."""
    made = _with_catalogues(text)
    return replaced(made, "dashboard", dashboard.made(parsed(made)))


def _with_catalogues(text: str) -> str:
    """Return the template with all but the dashboard, which shows what stands in it."""
    for name, made in (
        ("names of thresholds", alarm_parameters.group()),
        ("thresholds", alarm_parameters.parameters()),
        ("metric filters", metric_filters.block()),
        ("saved queries", log_queries.block()),
        ("alarms", alarm_resources.block()),
    ):
        text = replaced(text, name, made)
    return text
