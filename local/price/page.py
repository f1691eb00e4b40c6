"""docs/price.md: a month's bill of the default, by line, beside what it guards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarwatch.kpis import KPIS, Kpi
from local.price.bill import Line, lines, prices, total
from local.price.dashboards import graphs, referenced
from local.price.deployment import Deployed
from reporting.judging.figures import of_reports

STORED_GB = 100
DEFAULT: Mapping[str, str] = {
    "AvatarBucketNames": "avatars",
    "DistributionIds": "E1AVATARS",
    "HealthEndpoints": ",".join(f"https://api{n}.example.com/health" for n in range(1, 6)),
}
"""One system: a bucket, a distribution, five endpoints; everything that is on by default."""

ANSWERS_ON: Mapping[str, str] = {"ChatSecretsParameter": "/avatar-watch/chat"}
MEASURED: Mapping[str, str] = {"MeasuredDistributionId": "E1AVATARS"}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "a further endpoint": {
        "HealthEndpoints": f"{DEFAULT['HealthEndpoints']},https://one.more/health"},
    "`TopicKey=own`: a KMS key for the alert topics": {"TopicKey": "own"},
    "`DashboardDetail=everything`": {"DashboardDetail": "everything"},
    "`HealthEndpointMetrics=EndpointUp,ResponseTime`: two metrics of each of the five endpoints":
        {"HealthEndpointMetrics": "EndpointUp,ResponseTime"},
    "`DatabaseInstanceIds`, `CacheClusterIds` or `WorkerQueueNames`, one id: their KPIs, and a"
    " dashboard of more than 50 metrics": {"DatabaseInstanceIds": "avatars-db"},
    "`ScalingGroupName`, or a group made here: the same of the dashboard":
        {"ScalingGroupName": "avatar-api"},
    "`MakeAccessLogBucket=true` or `AccessLogBucketName`: the metrics of both kinds of log file":
        {"MakeAccessLogBucket": "true"},
    "`RealtimeLogs=true`: CloudFront's metrics, and a Kinesis shard": {"RealtimeLogs": "true"},
    "`CostSource=cost-explorer`: an answer a day": {"CostSource": "cost-explorer"},
    "`ChatSecretsParameter`: ten alerts a day that somebody answers": ANSWERS_ON,
    "`ApiLogGroupName`: uploads counted from log lines, not put by the backend":
        {"ApiLogGroupName": "/avatar/api"},
    "`MeasuredDistributionId` of global.yaml: CloudFront's eight additional metrics ($2.40), and"
    " the KPIs that need them, CdnLatency and CacheHitRate1h": MEASURED,
}  # fmt: skip
"""What is off by default, by the parameters that turn it on."""

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
        " FunctionThrottles; everybody's on Lambda's automatic dashboard, which is"
        " free",
    "counts of alerts received, delivered, deferred, of buckets planned":
        "a line of the log for each run; DeliveryWaits and DeadLetters tell of alerts that wait",
    "HealthPolling's traces": "a line of its log for each poll, with its phases",
}  # fmt: skip

# Where else it is seen what the overview leaves out of the dashboard, beside DashboardDetail.
_FUNCTIONS = "Lambda's automatic dashboard, which is free"
ELSEWHERE = {
    "Bytes that came, and that deduplication saved": "Grafana; the monthly report's savings",
    "Days left of the first certificate to end": "the status page each minute; TlsExpiry tells",
    "Charges of the month so far": "Grafana; the reports' costs; the Billing console",
    "Failed runs": f"the overview, as messages in RunsDeadLetterQueue (RunsFailed); {_FUNCTIONS}",
    "Runs held back": f"{_FUNCTIONS}; AlarmFanout's in FunctionThrottles",
    "Run time, 95th percentile": _FUNCTIONS,
}

# As the suite was before exact KPIs, counted call by call on the same system.
BEFORE = {
    "health metrics": 29.34,
    "KPIs, and the metrics read for them": 20.55,
    "alarms and composites": 4.60,
    "the rest, without the dashboard": 1.96,
}
# The lines of today's bill that each of them is; what is in none is the rest.
_OF = {
    "health metrics": (
        "health over all endpoints", "days left of the first certificate, once a day"),
    "KPIs, and the metrics read for them": (
        "KPIs that alarms read, every five minutes", "KPIs of the day, put once",
        "KPIs of the day that are known at ten o'clock", "metrics read by KpiAggregation"),
    "alarms and composites": ("alarms, by the metrics they look at", "composite alarms"),
}  # fmt: skip
BEFORE_AFTER_FREE = 50.54


def render(template: Mapping[str, Any]) -> str:
    """Return the page."""
    found = lines(Deployed.of(template, DEFAULT))
    listed, left = total(found)
    choices = "".join(_choice(template, what, given) for what, given in CHOICES.items())
    bare, bare_left = total(line for line in found if line.what != "dashboard")
    metrics, all_metrics = (
        referenced(Deployed.of(template, {**DEFAULT, "DashboardDetail": each}).dashboard())
        for each in ("overview", "everything")
    )
    needs = lines(Deployed.of(template, {**DEFAULT, **MEASURED}))
    measured = sum(by_group(needs)) - sum(by_group(found)) - _additional(needs)
    guarded = STORED_GB * prices()["usd"]["storage_gb"]
    rows = "".join(map(_row, found))
    gone = "\n".join(f"| {what} | {where} |" for what, where in GONE.items())
    left_out = "\n".join(f"| {title} | {where} |" for title, where in undrawn(template).items())
    before = "".join(
        f"| {what} | {usd:.2f} | {now:.2f} |\n"
        for (what, usd), now in zip(BEFORE.items(), by_group(found), strict=True)
    )
    return f"""# What it costs

Made by `make docs` from the template, the catalogues and
[a price list](../local/price/prices.json) of {prices()["read"]} ({prices()["region"]}); do not
edit. `make price` prints it for your own parameters: `make price PARAMETERS="HealthEndpoints=…"`.
One system with a bucket, a distribution and five endpoints, everything on that is on by default;
run times, log lines and the queue's polls are estimates (`local/price/bill.py`).

| a month | amount | list price, $ | after what is always free, $ |
|---|---|---|---|
{rows}| **total** | | **{listed:.2f}** | **{left:.2f}** |

{_answers(template, listed)}

The storage that is guarded, {STORED_GB} GB: ${guarded:.2f}. What cost control has saved of it
stands in each report, held against this bill (`OwnUsdMonth`).

| what you may choose | list price, $ | after what is always free, $ |
|---|---|---|
{choices}
## Before

| a month, list price, without the dashboard | before, $ | now, $ |
|---|---|---|
{before}| **total** | **{sum(BEFORE.values()):.2f}** | **{bare:.2f}** |
| **after what is always free** | **{BEFORE_AFTER_FREE:.2f}** | **{bare_left:.2f}** |

The dashboard is $3.00 at list price, as it was; it was of more than 50 metrics, which is never
free. Only these four groups were counted then: logs, the table, the queue and the functions are
"the rest" in both columns. Before there were 93 health metrics and 58.8 of KPIs, those among them
that need CloudFront's additional metrics: what is chosen above is ${measured:.2f} of KPIs now.

## Where it went

| no metric, alarm or trace any more | where it is seen |
|---|---|
{gone}

## What the dashboard leaves out

A dashboard of 50 metrics or fewer is one of three that an account has for nothing; of more, it is
$3.00 (CloudWatch's price page; its billing names the two `DashboardsUsageHour-Basic` and
`DashboardsUsageHour`). The overview refers to {metrics} with the default's resources, each row of a
graph counted; `DashboardDetail=everything` draws these as well, {all_metrics} in all:

"Reports" are the page and `kpis.csv` of each day, week and month; "the number", its value, target
and course of two weeks on the overview.

| graph | where else it is seen |
|---|---|
{left_out}
"""


def _answers(template: Mapping[str, Any], listed: float) -> str:
    """Say what answers from the chat cost, and how much of the month's price that is."""
    found = lines(Deployed.of(template, {**DEFAULT, **ANSWERS_ON}))
    [line] = [line for line in found if line.what == "answers from the chat"]
    return (
        f"Answers from the chat, which are off by default, are {line.amount:,.0f} a month for"
        f" ${line.usd:.4f}: {line.usd / listed * 100:.2f} % of the month's price."
    )


def _additional(found: list[Line]) -> float:
    return sum(line.usd for line in found if line.what == "CloudFront's additional metrics")


def _choice(template: Mapping[str, Any], what: str, given: Mapping[str, str]) -> str:
    """Return a row: what something costs beside the default."""
    default, other = (
        total(lines(Deployed.of(template, each))) for each in (DEFAULT, {**DEFAULT, **given})
    )
    listed, left = (more - without for more, without in zip(other, default, strict=True))
    return f"| {what} | {_more(listed)} | {_more(left)} |\n"


def _more(usd: float) -> str:
    """Write what something costs more: what is there and below half a cent keeps a digit."""
    return f"{usd:+.2f}" if abs(usd) >= 0.005 or abs(usd) < 5e-7 else f"{usd:+.2g}"


def by_group(found: list[Line]) -> list[float]:
    """Return today's list price of each line of what it cost before."""
    of = {line: group for group, some in _OF.items() for line in some}
    sums = dict.fromkeys(BEFORE, 0.0)
    rest = list(BEFORE)[-1]
    for line in found:
        if line.what != "dashboard":
            sums[of.get(line.what, rest)] += line.usd
    return list(sums.values())


def undrawn(template: Mapping[str, Any]) -> dict[str, str]:
    """Return the graphs that an overview has not, by title, and where they are seen instead."""
    overview, everything = (
        Deployed.of(template, {**DEFAULT, "DashboardDetail": each}).dashboard()
        for each in ("overview", "everything")
    )
    there = graphs(overview)
    return {
        title: ELSEWHERE.get(title) or _of_kpis([KPIS[name] for _, name in sorted(drawn)])
        for title, drawn in graphs(everything).items()
        if title not in there
    }


def _of_kpis(kpis: list[Kpi]) -> str:
    """Say where KPIs of the day are seen: reports and Grafana have each of them."""
    if any(kpi not in of_reports() for kpi in kpis):
        raise ValueError(f"no report has each of {[kpi.metric for kpi in kpis]}")
    return f"{'the number; ' if all(kpi.target for kpi in kpis) else ''}reports; Grafana"


def summary(template: Mapping[str, Any], given: Mapping[str, str] = DEFAULT) -> str:
    """Return the totals in whole dollars."""
    listed, left = total(lines(Deployed.of(template, given)))
    return f"${listed:.0f} a month at list price, ${left:.0f} after what is always free"


def _row(line: Line) -> str:
    amount = f"{line.amount:,.2f}" if line.amount % 1 else f"{line.amount:,.0f}"
    return f"| {line.what} | {amount} | {line.usd:.2f} | {line.after_free:.2f} |\n"
