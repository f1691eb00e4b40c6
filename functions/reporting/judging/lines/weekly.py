"""The week's five lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import structs

from avatarwatch.access_days import OTHERS, Requester
from avatarwatch.units import Unit, beside, humanize
from reporting.found import State, Topic
from reporting.judging.figures import Verdict
from reporting.judging.material import (
    Answer,
    Link,
    Material,
    described,
    no_data,
    of_checks,
    of_figures,
    short,
)

MOST = 5
"""Of who was refused most that a report names."""
_TO_DECIDE = {"advise", "stop", "refused", "unverified", "error"}
"""Outcomes of cost control that a person is to look at (cost_control.report)."""


def storage_growth(material: Material) -> Answer:
    """Say how storage grew; more than the threshold a week needs a person."""
    growth, level = material.figures["StorageGrowth7d"], material.figures["StorageBytes"]
    if growth.value is None:
        return no_data(f"{growth.title}: {growth.reason}")
    limit = material.limits.growth_week
    said = (described(level), described(material.figures["StorageGrowthRate"]))
    size = beside(abs(growth.value), limit, Unit.BYTES)
    how = "less" if growth.value < 0 else "more"
    grown = f"{size} {how} than seven days before" if growth.value else "as seven days before"
    text = f"{level.told} stored, {grown}"
    if growth.value > limit:
        over = f"{text}, over {humanize(limit, Unit.BYTES)} a week."
        return Answer(State.PERSON, over, said, (Link("Dashboard", material.dashboard),))
    return Answer(State.DONE, f"{text}, within {humanize(limit, Unit.BYTES)} a week.", said)


def performance(material: Material) -> Answer:
    """Hold every KPI with a target against it, and against the span before."""
    with_target = [each for each in material.figures.values() if each.target]
    return of_figures(with_target, (Link("Dashboard", material.dashboard),))


def security(material: Material) -> Answer:
    """Say who may reach the buckets, what watches over them found, and who was refused."""
    answer = of_checks(material.checks(Topic.SECURITY), "nothing was looked at")
    refused = _refused(material)
    if not refused:
        why = material.found.unread.get("access logs", "no access log told of a day (optional)")
        return structs.replace(answer, details=(*answer.details, f"refused requests: {why}"))
    state = State.DONE if answer.state is State.NO_DATA else answer.state
    text = f"{answer.text} {refused[0]}."
    return structs.replace(answer, state=state, text=text, details=(*answer.details, *refused[1:]))


def _refused(material: Material) -> list[str]:
    """Return how many requests were refused, and who was most; nothing where no log was read."""
    days = material.found.access
    if not days:
        return []
    requests = sum(sum((day.requests or {}).values()) for day in days.values())
    times: Counter[Requester] = Counter()
    for day in days.values():
        times.update({each.who: each.times for each in day.refused})
    named = sorted(times.items(), key=lambda pair: (pair[0].name == OTHERS, -pair[1], pair[0]))
    known = f"on {len(days)} of {len(material.span.days)} days"
    head = f"{times.total():,} of {requests:,} requests were refused {known}"
    return [head, *(f"refused: {_who(who)}, {number:,} times" for who, number in named[:MOST])]


def _who(who: Requester) -> str:
    return f"{who.name} from {who.network} ({who.origin})"


def cost_projection(material: Material) -> Answer:
    """Say what storage will cost, and how the bill has changed."""
    chosen = [
        material.figures[each]
        for each in ("StorageCostIn30d", "StorageCostIn90d", "MonthlyGrowthRate", "CostIncrease30d")
    ]
    answer = of_figures(chosen, ())
    return with_increase(material, answer)


def with_increase(material: Material, answer: Answer) -> Answer:
    """Ask for a person when the bill has grown by more than the threshold."""
    increase, limit = material.figures["CostIncrease30d"], material.limits.cost_increase
    if increase.value is None or increase.value <= limit:
        return answer
    shown = beside(increase.value, limit, Unit.PERCENT)
    text = f"Costs rose by {shown} in 30 days, over {limit:g} %. {answer.text}"
    return Answer(State.PERSON, text, answer.details, (Link("Dashboard", material.dashboard),))


def optimisation(material: Material) -> Answer:
    """Pass on cost control's plan for each bucket, with its reasons."""
    runs = material.found.cost_runs
    if not runs:
        return no_data(material.found.unread.get("cost control", "cost control has not run"))
    day, run = max(runs.items())
    buckets: Mapping[str, Mapping[str, Any]] = run.get("buckets") or {}
    if not buckets:
        return no_data("cost control knows no bucket: AvatarBucketNames is empty")
    said = tuple(f"{name}: {_line(each)}" for name, each in sorted(buckets.items()))
    open_ = [name for name, each in buckets.items() if each.get("outcome") in _TO_DECIDE]
    expected = run.get("expected_saving_usd_month")
    worth = "an unknown sum" if expected is None else humanize(expected, Unit.USD)
    text = f"Cost control's plan of {day:%Y-%m-%d} is worth {worth} a month"
    if open_:
        link = Link("What the plan means", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
                    "lifecycle-transition-general-considerations.html")  # fmt: skip
        text = f"{text}; to decide: {', '.join(sorted(open_))}."
        return Answer(State.PERSON, text, said, (link,))
    return Answer(State.DONE, f"{text}; nothing is left to decide.", said)


def _line(bucket: Mapping[str, Any]) -> str:
    saving = bucket.get("expected_saving_usd_month")
    worth = "" if saving is None else f", {humanize(saving, Unit.USD)} a month"
    return f"{bucket.get('outcome', 'unknown')}{worth}. {bucket.get('line', '')}".strip()


def adoption(material: Material) -> Answer:
    """Say how many use the service, and what of it."""
    chosen = [
        material.figures[each]
        for each in ("DailyActiveUploaders", "UserAdoption7d", "FeatureAdoptionRate")
    ]
    known = [each for each in chosen if each.verdict is not Verdict.NO_DATA]
    if not known:
        return no_data(f"{chosen[0].title}: {chosen[0].reason}")
    return Answer(State.DONE, f"{', '.join(map(short, known))}.",
                  tuple(map(described, chosen)))  # fmt: skip
