"""The month's five lines."""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.error_budget import coverage, rest
from avatarwatch.left_out import without
from avatarwatch.units import Unit, beside, compact, humanize
from reporting.found import State
from reporting.judging.figures import Verdict, judged, within
from reporting.judging.lines.weekly import with_increase
from reporting.judging.material import Answer, Link, Material, no_data
from reporting.judging.money import GROWTH_UNKNOWN, Crossing, Return, crossings
from reporting.spans import DAY

THRESHOLDS = (("StorageWarning", "DaysUntilStorageWarning"),
              ("StorageCritical", "DaysUntilStorageCritical"))  # fmt: skip


def whole_report(material: Material) -> Answer:
    """Say what of the month could be reported: this is the report."""
    figures = list(material.figures.values())
    missing = judged(figures, Verdict.NO_DATA)
    unread = [f"{source}: {reason}" for source, reason in material.found.unread.items()]
    happened = material.course and material.course.incidents
    if len(missing) == len(figures) and not happened:
        return no_data("; ".join(unread) or "no KPI was published, and nothing happened")
    text = f"This report: {len(figures) - len(missing)} of {len(figures)} KPIs have figures."
    return Answer(State.DONE, text, (*unread, *(f"no data: {each.title}" for each in missing)))


def returns(material: Material) -> Answer:
    """Hold what was saved against what the suite costs, and costs against the month before."""
    found = material.returned
    if found is None or len(found.unknown) == len(found.parts):
        why = "; ".join(each.text for each in found.parts) if found else "nothing was read"
        return with_increase(material, no_data(why))
    text = _saved(found)
    said = tuple(
        f"{each.what}: {'no data' if each.usd is None else humanize(each.usd, Unit.USD)},"
        f" {each.text}"
        for each in found.parts
    )
    answer = Answer(State.DONE, f"{text[0].upper()}{text[1:]}.", said)
    return with_increase(material, answer)


def _saved(found: Return) -> str:
    own = f"{humanize(found.own, Unit.USD)} that the suite costs a month"
    if found.saved < 0:
        lost = humanize(-found.saved, Unit.USD)
        return f"{lost} more lost than saved, as far as is known, beside {own}"
    least = "at least " if found.unknown else ""
    text = f"{least}{humanize(found.saved, Unit.USD)} saved against {own}"
    return f"{text}: {compact(found.saved / found.own)} times" if found.own > 0 else text


def service_level(material: Material) -> Answer:
    """Say how many minutes the service was down, and what the target allows."""
    up = material.uptime
    if up is None:
        return no_data(material.figures["Availability"].reason)
    down = beside(up.down, up.allowed, Unit.NONE)
    text = (
        f"{down} of {compact(up.allowed)} allowed minutes down,"
        f" {rest(up.left, 'the error budget')} (target {up.target:g} %)"
    )
    share = humanize(up.polled / up.minutes * 100, Unit.PERCENT)
    coverage = f"{up.polled:,.0f} of {up.minutes:,.0f} minutes were polled ({share})"
    said = (
        f"{coverage}; what was not is neither up nor down",
        *filter(None, (without(timedelta(minutes=up.maintenance)),)),
        *(_budget(material, each) for each in ("UploadBudgetLeft", "AvailabilityBudgetLeft")),
    )
    link = (Link("Dashboard", material.dashboard),)
    return Answer(State.PERSON if up.left < 0 else State.DONE, f"{text}.", said, link)


def _budget(material: Material, metric: str) -> str:
    """Write a budget, of how many of its days: its set weighs as much as days are known."""
    found = material.figures[metric]
    days = within(material.found.metrics.get(metric, {}), material.span)
    if found.value is None or not days:
        return f"{found.title}: {found.reason}"
    said = (f"{found.title}: {rest(found.value)}", coverage(DAY * days[-1].count), *found.beside)
    return ", ".join(said)


def capacity(material: Material) -> Answer:
    """Name the day on which storage reaches each threshold; within a quarter it needs a plan."""
    found = crossings_of(material)
    if material.figures["StorageBytes"].value is None:
        return no_data(material.figures["StorageBytes"].reason)
    said = tuple(f"{each.what} ({each.threshold}): {each.text}" for each in found)
    near = [each for each in found if each.text.startswith("passed") or _is_near(each, material)]
    link = (Link("Dashboard", material.dashboard),)
    text = f"{'; '.join(said)}."
    if near:
        return Answer(State.PERSON, text, (), link)
    is_unknown = all(each.text == GROWTH_UNKNOWN for each in found)
    return Answer(State.NO_DATA if is_unknown else State.DONE, text, (), link)


def _is_near(each: Crossing, material: Material) -> bool:
    return each.day is not None and each.day < (material.span.end + 92 * DAY).date()


def crossings_of(material: Material) -> tuple[Crossing, ...]:
    """Return when storage reaches each threshold."""
    limits = (material.limits.storage_warning, material.limits.storage_critical)
    named = [(*each, limit) for each, limit in zip(THRESHOLDS, limits, strict=True)]
    return crossings(material.figures, material.found.metrics, material.span, named)


def disaster_plan(material: Material) -> Answer:
    """Say how old the plan for disasters is; going through it stays a person's work."""
    reviewed, limit = material.plan_reviewed, material.limits.plan_age
    if reviewed is None:
        text = "No day is given (parameter DisasterPlanReviewed): go through the plan and give it."
        return Answer(State.PERSON, text)
    age = (material.span.end.date() - reviewed).days
    if age < 0:
        return Answer(State.DONE, f"Gone through on {reviewed}, after {material.span.title}.")
    ago = f"{humanize(age, Unit.DAYS)} ago"
    if age > limit:
        text = f"Overdue: gone through on {reviewed}, {ago}, over {limit:g}."
        return Answer(State.PERSON, text, ("then set the parameter DisasterPlanReviewed",))
    return Answer(State.DONE, f"Gone through on {reviewed}, {ago}.")
