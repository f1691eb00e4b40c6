"""What the answers are made from, and an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from reporting.found import Check, Found, State, Topic
from reporting.judging.course import Course, Incident
from reporting.judging.figures import Figure, Verdict
from reporting.judging.money import Return, Uptime
from reporting.settings import Limits
from reporting.spans import Span

SPELT_OUT = 4
"""KPIs that a line spells out; of more the table tells."""


class Link(Struct, frozen=True):
    """Where a person goes on."""

    label: str
    url: str


class Answer(Struct, frozen=True):
    """What came of a question: a sentence, and in ``details`` each thing that was looked at."""

    state: State
    text: str
    details: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a report knows. ``course`` is None where incidents could not be read."""

    span: Span
    figures: Mapping[str, Figure]
    found: Found
    limits: Limits
    dashboard: str
    course: Course | None = None
    uptime: Uptime | None = None
    returned: Return | None = None
    plan_reviewed: date | None = None

    def checks(self, topic: Topic) -> list[Check]:
        """Return what was looked at of a topic."""
        snapshot = self.found.snapshot
        return [each for each in snapshot.checks if each.topic is topic] if snapshot else []

    def incidents(self, *alert_ids: str) -> list[Incident]:
        """Return the incidents of some alerts."""
        found = self.course.incidents if self.course else ()
        return [each for each in found if each.name.endswith(alert_ids)]


def no_data(reason: str) -> Answer:
    """Answer that nothing is known, and why."""
    return Answer(State.NO_DATA, reason)


def of_figures(figures: Sequence[Figure], links: tuple[Link, ...]) -> Answer:
    """Answer by KPIs: a missed target needs a person; none that is known is no data."""
    known = [each for each in figures if each.value is not None]
    if not known:
        return no_data("; ".join(f"{each.title}: {each.reason}" for each in figures[:2]))
    missed = [each for each in known if each.verdict is Verdict.MISSED]
    said = tuple(described(each) for each in figures)
    if missed:
        names = ", ".join(
            f"{each.title} {each.shown} ({', '.join((each.target, *each.beside))})"
            for each in missed
        )
        return Answer(State.PERSON, f"Off target: {names}.", said, links)
    few = [each for each in known if each.verdict is Verdict.TOO_FEW]
    if len(few) == len(known):
        return Answer(State.NO_DATA, "; ".join(each.reason for each in few), said, links)
    if len(known) > SPELT_OUT:
        counts = ((len(few), "of too few events"), (len(figures) - len(known), "without data"))
        rest = ", ".join(f"{number} {what}" for number, what in counts if number)
        text = f"All {len(known) - len(few)} targets that can be judged are met"
        return Answer(State.DONE, f"{text}{f'; {rest}' if rest else ''}.")
    return Answer(State.DONE, f"{', '.join(map(short, known))}.", said, links)


def of_checks(checks: Sequence[Check], nothing: str) -> Answer:
    """Answer by what was looked at, the worst first."""
    if not checks:
        return no_data(nothing)
    wrong = [each for each in checks if each.state is State.PERSON]
    unknown = [each for each in checks if each.state is State.NO_DATA]
    ordered = [*wrong, *unknown, *(each for each in checks if each.state is State.DONE)]
    said = tuple(f"{each.subject}, {each.what}: {each.text}" for each in ordered)
    links = tuple(Link(f"{c.subject}: {c.what}", c.link) for c in wrong if c.link)
    if wrong:
        return Answer(State.PERSON, f"{len(wrong)} of {len(checks)} need a look.", said, links)
    if len(unknown) == len(checks):
        return Answer(State.NO_DATA, sentence(each.text for each in unknown), said)
    rest = f", {len(unknown)} are not known" if unknown else ""
    good = f"{len(checks) - len(unknown)} of {len(checks)} are in order"
    return Answer(State.DONE, f"{good}{rest}.", said)


def counted(number: int, what: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "alert"), counted(1200, "alert")
    ('1 alert', '1,200 alerts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def sentence(texts: Iterable[str]) -> str:
    """Join reasons, each once."""
    return "; ".join(dict.fromkeys(texts))


def short(each: Figure) -> str:
    """Write a figure in a few words."""
    return f"{each.title} {each.told}"


def described(each: Figure) -> str:
    """Write a figure with its target and change, or why there is none."""
    if each.value is None:
        return f"{each.title}: no data, {each.reason}"
    parts = [f"{each.title} {each.shown}"]
    if each.target:
        parts.append(f"target {each.target}")
    parts += each.beside
    if each.change:
        parts.append(each.change)
    return ", ".join(parts)
