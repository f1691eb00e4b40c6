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
Each is a metric of `AvatarSystem/KPI` without dimensions, a statistic set to be read with
**Average** (decision 40): a ratio's SampleCount is what it is a ratio of, so that the Average over
any span of whole windows is the exact ratio of that span. What alarms read is computed every five
minutes, a day's sum every hour (decision 125), all else once a day (decision 42), stamped 23:00 UTC
of its day. The figures behind a
number are in the function's log and answer. No traffic, no value: "no data" is told there with its
reason. An hour, or a day of another time zone, is read from the sources, which the formulas name;
that costs nothing. Five-minute numbers look back further than their window (decision 46): each is
read by itself.

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
        if not rows:
            continue
        head = (
            "| metric | target | formula | how to read it | told beside it |\n" + "|---" * 5 + "|"
        )
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join([*parts, f"{_OPTIONAL}\n{optional()}"])


def _row(kpi: Kpi) -> str:
    target = "monitored"
    if kpi.target:
        target = f"{kpi.target.direction.value} {humanize(kpi.target.value, kpi.unit)}"
    least = (
        f"; judged where the denominator is {kpi.minimum_traffic:g} or more"
        if kpi.minimum_traffic > 1
        else ""
    )
    beside = ", ".join(kpi.formula.parts) or "-"
    return (
        f"| **{kpi.metric}**<br>{kpi.title} | {target} | {kpi.formula.text}{least}"
        f" | {kpi.formula.reading} | {beside} |"
    )
