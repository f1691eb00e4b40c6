"""The morning's five lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from avatarwatch.catalogue import CATALOGUE
from reporting.found import State, Topic
from reporting.judging.figures import Figure, Verdict, judged
from reporting.judging.material import (
    Answer,
    Link,
    Material,
    counted,
    no_data,
    of_checks,
    of_figures,
    short,
)

COST_ALERTS = ("CostIncreaseInfo", "StorageCritical", "StorageWarning", "StorageGrowthInfo",
               "CostControl", "CostControlInfo")  # fmt: skip
"""The alerts that tell of money or of what costs it (docs/runbook.md)."""
COST_KINDS = ("budget", "cost anomaly")


def dashboard(material: Material) -> Answer:
    """Say how the targets stand and what was open, as the dashboard's first rows do."""
    link = (Link("Dashboard", material.dashboard),)
    figures = list(material.figures.values())
    known = [each for each in figures if each.value is not None]
    course = material.course
    if not known and not course:
        return no_data(f"no KPI was published, and {material.found.unread['incidents']}")
    missed = judged(figures, Verdict.MISSED)
    met = judged(figures, Verdict.MET)
    text = f"{len(met)} targets met, {len(missed)} missed, {len(figures) - len(known)} without data"
    text += _of_course(material)
    still = course.open_at_end if course else 0
    if not known and not (course and course.incidents):
        return no_data("no KPI was published, and nothing happened")
    state = State.PERSON if missed or still else State.DONE
    said = tuple(f"{short(each)}, target {each.target}" for each in missed)
    return Answer(state, f"{text}.", said, link)


def _of_course(material: Material) -> str:
    if material.course is None:
        return f"; incidents: {material.found.unread['incidents']}"
    course = material.course
    return f"; {counted(course.opened, 'alert')} opened, {course.open_at_end} open at the end"


def error_rates(material: Material) -> Answer:
    """Hold failed requests and failed uploads against their targets."""
    chosen = _chosen(material, "ErrorRate", "UploadSuccessRate")
    return of_figures(chosen, (Link("Dashboard", material.dashboard),))


def cost_alerts(material: Material) -> Answer:
    """List what rang about money, and what cost control's last run says."""
    course = material.course
    if course is None:
        return no_data(material.found.unread["incidents"])
    titles = {CATALOGUE[each].title for each in COST_ALERTS}
    rung = [
        each for each in course.incidents if each.title in titles or is_of_bill(each.name, material)
    ]
    runs = material.found.cost_runs
    level = _level(max(runs), runs[max(runs)], material) if runs else ""
    if rung:
        said = tuple(f"{each.began}: {each.title}. {each.sentence}" for each in rung)
        links = tuple({each.runbook: Link(each.title, each.runbook) for each in rung
                       if each.runbook}.values())  # fmt: skip
        text = counted(len(rung), "cost alert")
        return Answer(State.PERSON, f"{text}{f'; {level}' if level else ''}.", said, links)
    why = material.found.unread.get("cost control", "cost control has not run")
    return Answer(State.DONE, f"No cost alert; {level or why}.")


def _level(day: date, run: Mapping[str, Any], material: Material) -> str:
    """Say how cost control's last run found storage; one of before the span's end with its day."""
    if "level" not in run:
        return ""
    if day >= material.span.days[-1]:
        return f"cost control's level is {run['level']}"
    return f"cost control's level was {run['level']} on {day}, when it ran last"


def is_of_bill(name: str, material: Material) -> bool:
    """Whether an incident came from AWS Budgets or Cost Anomaly Detection."""
    return any(each.name == name and each.kind in COST_KINDS for each in material.found.episodes)


def backups(material: Material) -> Answer:
    """Say whether what is lost can be had back."""
    return of_checks(
        material.checks(Topic.BACKUP), "no bucket is named by the parameter AvatarBucketNames"
    )


def feedback(material: Material) -> Answer:
    """Hold what users say against its target."""
    links = (Link("Dashboard", material.dashboard),)
    return of_figures(_chosen(material, "UserSatisfactionScore"), links)


def _chosen(material: Material, *metrics: str) -> Sequence[Figure]:
    return [material.figures[metric] for metric in metrics]
