"""docs/price.md: a month's bill of the default, by line, beside what it guards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.price.bill import Line, lines, prices, total
from local.price.deployment import Deployed

STORED_GB = 100
DEFAULT: Mapping[str, str] = {
    "AvatarBucketNames": "avatars",
    "DistributionIds": "E1AVATARS",
    "HealthEndpoints": ",".join(f"https://api{n}.example.com/health" for n in range(1, 6)),
}
"""One system: a bucket, a distribution, five endpoints; everything that is on by default."""

# What was taken out of the bill, and where it is seen.
GONE = {
    "health by endpoint, phase and component":
        "the status page, its JSON history and the log; as metrics where a setting names an"
        " endpoint",
    "the parts of ratios, the bounds of trends":
        "KpiAggregation's answer and log; the number of events is the ratio's SampleCount",
    "the fine course of what is published once a day": "the dashboards' graphs of the sources",
    "burn rates": "judged by the function, told as alerts with their numbers",
    "the days that the first certificate has left, each minute":
        "`TlsDaysRemaining` once a day; the status page each minute; TlsExpiry tells",
    "HealthPolling's heartbeat":
        "`UnhealthyEndpoints` is put of rounds in which all were judged: HealthPollingSilent looks"
        " at that",
    "KpiAggregation's heartbeat":
        "AWS' own count of its invocations; a run that fails ends in RunsDeadLetterQueue"
        " (RunsFailed)",
    "errors and throttles of each function, in alarms":
        "RunsFailed and DeadLetters, where each failure ends; AlarmFanout's in FunctionErrors and"
        " FunctionThrottles; everybody's on the dashboard",
    "HealthPolling's traces": "a line of its log for each poll, with its phases",
}  # fmt: skip

# As the suite was before exact KPIs, counted call by call on the same system.
BEFORE = {
    "health metrics (93)": 29.34,
    "KPIs (58.8 metric-months and their calls)": 20.55,
    "alarms and composites": 4.60,
    "the rest, without the dashboard": 1.96,
}
BEFORE_AFTER_FREE = 50.54


def render(template: Mapping[str, Any]) -> str:
    """Return the page."""
    found = lines(Deployed.of(template, DEFAULT))
    more = {**DEFAULT, "HealthEndpoints": DEFAULT["HealthEndpoints"] + ",https://one.more/health"}
    listed, left = total(found)
    further = total(lines(Deployed.of(template, more)))[0] - listed
    logged = {**DEFAULT, "ApiLogGroupName": "/avatar/api"}
    filters = total(lines(Deployed.of(template, logged)))[0] - listed
    bare, _ = total(line for line in found if line.what != "dashboard")
    guarded = STORED_GB * prices()["usd"]["storage_gb"]
    rows = "".join(map(_row, found))
    gone = "\n".join(f"| {what} | {where} |" for what, where in GONE.items())
    before = "".join(f"| {what} | {usd:.2f} |\n" for what, usd in BEFORE.items())
    return f"""# What it costs

Made by `make docs` from the template, the catalogues and
[a price list](../local/price/prices.json) of {prices()["read"]} ({prices()["region"]}); do not
edit. `make price` prints it for your own parameters: `make price PARAMETERS="HealthEndpoints=…"`.
One system with a bucket, a distribution and five endpoints, everything on that is on by default;
run times, log lines and the queue's polls are estimates (`local/price/bill.py`).

| a month | amount | list price, $ | after what is always free, $ |
|---|---|---|---|
{rows}| **total** | | **{listed:.2f}** | **{left:.2f}** |

Each further endpoint: ${further:.2f}. Uploads counted from the API's log lines, instead of put by
the backend: ${filters:.2f}. The storage that is guarded, {STORED_GB} GB: ${guarded:.2f}.

## Before

| a month, list price | $ |
|---|---|
{before}| **total** | **{sum(BEFORE.values()):.2f}** |

That was ${BEFORE_AFTER_FREE:.2f} after what is always free, and did not count the dashboard,
without which it is ${bare:.2f} now.

## Where it went

| no metric, alarm or trace any more | where it is seen |
|---|---|
{gone}
"""


def summary(template: Mapping[str, Any]) -> str:
    """Return the totals in whole dollars."""
    listed, left = total(lines(Deployed.of(template, DEFAULT)))
    return f"${listed:.0f} a month at list price, ${left:.0f} after what is always free"


def _row(line: Line) -> str:
    amount = f"{line.amount:,.2f}" if line.amount % 1 else f"{line.amount:,.0f}"
    return f"| {line.what} | {amount} | {line.usd:.2f} | {line.after_free:.2f} |\n"
