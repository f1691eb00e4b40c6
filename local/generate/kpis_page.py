"""docs/kpis.md: the catalogue of KPIs."""

from __future__ import annotations

from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import humanize
from local.generate.custom_metric_tables import optional

_TITLES = {
    Cadence.FIVE_MINUTES: "Every five minutes",
    Cadence.HOUR: "Every hour",
    Cadence.DAY: "Every day",
}
_HEAD = """# KPIs

![A simulated day's KPIs against their targets](images/kpis.png)

Made by `make docs` from [the catalogue](../layers/shared/avatarwatch/kpis.py); do not edit.
Each is a metric of `AvatarSystem/KPI` without dimensions, stamped with its window's
start, to be read with the statistic **Maximum** (decision 40).
The counts behind a ratio are metrics beside it. No traffic, no value: "no data" is told with its
reason in the function's log and answer.

To compute a span again (up to two weeks back, any number of times):
`{"action": "recompute", "from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}`, with
`"cadence": "PT5M"`, `"PT1H"` or `"P1D"` for one of them.

Costs (EstimatedCharges below) come from the account's metrics of the bill, or, with
`CostSource=cost-explorer`, from Cost Explorer: asked once a day for $0.01, of `CostTag` alone where
it is given. Each cost says which of them it comes from (decision 45). Cost Explorer has to be
opened once in the Billing console; a day later it answers.
"""

_OPTIONAL = """## Metrics that only the API can put

Optional, to `AvatarSystem/Custom` without dimensions ([how](integration.md)); one that is
missing is "no data", never zero.
"""


def render() -> str:
    """Return the page."""
    parts = [_HEAD]
    for cadence, title in _TITLES.items():
        rows = [_row(kpi) for kpi in KPIS.values() if kpi.cadence is cadence]
        head = "| metric | target | formula | beside it |\n|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join([*parts, f"{_OPTIONAL}\n{optional()}"])


def _row(kpi: Kpi) -> str:
    target = "monitored"
    if kpi.target:
        target = f"{kpi.target.direction.value} {humanize(kpi.target.value, kpi.unit)}"
    least = f"; at least {kpi.minimum_traffic:g} below" if kpi.minimum_traffic > 1 else ""
    beside = ", ".join(kpi.formula.parts) or "-"
    return f"| **{kpi.metric}**<br>{kpi.title} | {target} | {kpi.formula.text}{least} | {beside} |"
