"""The 15 lines of the guide's checklists, each with what answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import Struct

from reporting.found import State
from reporting.judging.lines import daily, monthly, weekly
from reporting.judging.material import Answer, Link, Material
from reporting.spans import Kind


class Line(Struct, frozen=True):
    """A line of a checklist and how it stands."""

    question: str
    state: State
    text: str
    details: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A line as the guide writes it."""

    text: str
    answer: Callable[[Material], Answer]


CHECKLISTS: dict[Kind, tuple[Question, ...]] = {
    Kind.DAILY: (
        Question("Check CloudWatch dashboard", daily.dashboard),
        Question("Review error rates from last 24h", daily.error_rates),
        Question("Check cost alerts", daily.cost_alerts),
        Question("Verify backup status", daily.backups),
        Question("Monitor user feedback", daily.feedback),
    ),
    Kind.WEEKLY: (
        Question("Analyze storage growth trends", weekly.storage_growth),
        Question("Review performance metrics", weekly.performance),
        Question("Check security alerts", weekly.security),
        Question("Update cost projections", weekly.cost_projection),
        Question("Plan optimization opportunities", weekly.optimisation),
    ),
    Kind.MONTHLY: (
        Question("Generate comprehensive report", monthly.whole_report),
        Question("Analyze ROI metrics", monthly.returns),
        Question("Review SLA compliance", monthly.service_level),
        Question("Plan capacity scaling", monthly.capacity),
        Question("Update disaster recovery plan", monthly.disaster_plan),
    ),
}
"""The guide's lists, in its words and order."""
BESIDE: dict[Kind, tuple[Question, ...]] = {
    Kind.DAILY: (),
    Kind.WEEKLY: (Question("User adoption", weekly.adoption),),
    Kind.MONTHLY: (),
}
"""What the guide's alert matrix sends to a report besides."""


def asked(kind: Kind) -> tuple[Question, ...]:
    """Return the lines of a report: a longer span answers the shorter ones' as well."""
    kinds = list(Kind)
    own = kinds.index(kind)
    longer = [*kinds[own::-1]] if kind is Kind.MONTHLY else [kind]
    return tuple(q for each in longer for q in (*CHECKLISTS[each], *BESIDE[each]))


def lines(material: Material) -> tuple[Line, ...]:
    """Answer every line of a report."""
    found = ((question.text, question.answer(material)) for question in asked(material.span.kind))
    return tuple(
        Line(text, answer.state, answer.text, answer.details, answer.links)
        for text, answer in found
    )
