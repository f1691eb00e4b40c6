"""What a message says, before any channel gives it a form.

First what and how bad, in the reader's units; then where; then since when and the course of it;
then one sentence of fact; then where to go. Nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from alarm_fanout import measure, said
from alarm_fanout.alert import Alert, Child, Crossing
from alarm_fanout.incident import NoticeKind
from alarm_fanout.links import RUNBOOK, links_of
from alarm_fanout.notice import Notice
from alarm_fanout.times import Line, clock, lasting
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import What
from avatarwatch.catalogue import Severity
from avatarwatch.units import compact

EMOJI = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}
SHOWN_FACTS = 10


@dataclass(frozen=True, slots=True)
class System:
    """The system that is watched: its name, and where its API logs, if it is known.

    ``own_logs`` is how the names of our functions' log groups begin.
    """

    name: str
    region: str
    api_log_group: str | None = None
    zone: tzinfo = UTC  # in which people read times
    own_logs: str | None = None
    answers: bool = False  # whether buttons of a chat have somewhere to go


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a message in reading order; an empty part is left out."""

    emoji: str
    status: str  # "Critical", "Recovered after 23 min"
    title: str  # "Upload failures"
    value: str  # "18.2 %"
    threshold: str  # "over 10 %"
    where: str
    moment: Line  # "since 10:05 UTC (7 min), 3 of 3 periods"
    course: str  # "▁▂▃▅▇█ last hour"
    before: str  # of a recovery: the first line with which the alert was told
    instead: str  # "Slack is not taking messages; this came by e-mail."
    also: str  # "Also over the warning level (50 GB)"
    sentence: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    place: tuple[str, str]  # account and region, empty where they are not known
    began: datetime  # when the trouble began, or an event happened
    ours: bool = False  # then the headline is a phrase, else a name, whose letters are its own

    worse: float | None = None  # the value, the greater the worse
    answers: tuple[Line, ...] = ()  # who acknowledged it, and when
    offers: tuple[What, ...] = ()  # what may be answered, and what the buttons for it carry
    offered: str = ""

    @property
    def what(self) -> str:
        """What it is about, and its value."""
        return f"{self.title} {self.value}".rstrip()

    @property
    def since(self) -> str:
        """The moment as plain text."""
        return self.moment.text

    @property
    def short(self) -> str:
        """What and how bad for a row among others: by the threshold, else by the sentence."""
        if self.threshold:
            return f"{self.what}, {self.threshold}"
        sentence = " ".join(self.sentence[:400].split())
        if sentence.partition(". ")[0].rstrip(".…")[:60] in self.what:
            return self.what  # the headline says it
        return f"{self.what.rstrip('.')}: {sentence}" if sentence else self.what

    @property
    def headline(self) -> str:
        """The first line without its emoji."""
        return f"{self.status} · {self.what}" + (f", {self.threshold}" if self.threshold else "")


def words(notice: Notice, system: System, via: str = "") -> Words:
    """Put a notice into words, as the channel ``via`` tells it."""
    alert, route = notice.alert, notice.route
    crossing = alert.crossing
    # recovered: the threshold is not crossed any more, and "over 10 %" would be a lie
    crossed = crossing if crossing and alert.state is AlertState.ALARM else None
    return Words(
        emoji=_emoji(notice),
        status=_status(notice),
        title=measure.title(route, crossing),
        value=measure.shown(route, alert, notice.course),
        threshold=measure.threshold(crossed, route.unit) if crossed else "",
        where=_where(alert, system.name),
        moment=Line(_since(notice), notice.now, system.zone),
        course=measure.course_line(notice.course),
        before=f"was {notice.incident.headline}"
        if notice.is_recovery and notice.incident.headline
        else "",
        instead=notice.instead.get(via, ""),
        also=_also(notice),
        sentence=_sentence(notice, system.zone),
        facts=_facts(alert, ours=route.ours),
        links=links_of(notice, system),
        ours=route.is_phrase,
        place=(alert.account or "", alert.region or ""),
        began=measure.began(notice),
        worse=measure.worse(alert, notice.course),
        answers=said.lines(notice, system.zone),
        offers=said.offers(notice) if system.answers else (),
        offered=said.value(notice),
    )


def _also(notice: Notice) -> str:
    first = "Still" if notice.is_recovery else "Also"
    return "\n".join(f"{first}{each.text}" for each in notice.incident.also)


def _emoji(notice: Notice) -> str:
    if notice.is_recovery:
        return "✅"
    return "🔁" if notice.kind is NoticeKind.FLAPPING else EMOJI[notice.route.severity]


def _status(notice: Notice) -> str:
    incident = notice.incident
    severity = notice.route.severity.capitalize()
    match notice.kind:
        case NoticeKind.RECOVERED:
            over = "Alarm deleted" if notice.alert.deleted else "Recovered"
            if incident.opened_at is None or incident.closed_at is None:
                return over
            return f"{over} after {lasting(incident.closed_at - incident.opened_at)}"
        case NoticeKind.REMINDER:
            since = incident.opened_at or incident.changed_at
            return f"Still {severity.lower()} after {lasting(notice.now - since)}"
        case NoticeKind.FLAPPING:
            span = incident.changes[-1] - incident.changes[0] if incident.changes else timedelta()
            now = ", OK now" if notice.alert.state is AlertState.OK else ""
            return f"Flapping, {len(incident.changes)} changes in {lasting(span)}{now}"
        case NoticeKind.SETTLED:
            calm = "recovered" if notice.is_recovery else severity.lower()
            return f"No longer flapping, {calm}"
        case _:
            more = notice.kind is NoticeKind.UPDATED
            return f"{severity}, more is known" if more else severity


def apart(told: Sequence[Words]) -> list[str]:
    """Say of each alert where it is, as far as another of its name is elsewhere."""
    places: dict[str, set[tuple[str, str]]] = {}
    for each in told:
        places.setdefault(each.title, set()).add(each.place)
    differing = {
        name: tuple(len({place[part] for place in found}) > 1 for part in (0, 1))
        for name, found in places.items()
    }
    return [
        " ".join(
            part
            for part, differs in zip(each.place, differing[each.title], strict=True)
            if differs and part
        )
        for each in told
    ]


def spaced(account: str) -> str:
    """Write an account's number in groups of four."""
    return f"{account[:4]}-{account[4:8]}-{account[8:]}" if len(account) == 12 else account


def _where(alert: Alert, system_name: str) -> str:
    account = spaced(alert.account or "")
    return " · ".join(
        part
        for part in (system_name, alert.region, f"account {account}" if account else "")
        if part
    )


def _since(notice: Notice) -> tuple[str | datetime, ...]:
    incident, crossing = notice.incident, notice.alert.crossing
    started = incident.opened_at or incident.changed_at
    if notice.kind is NoticeKind.EVENT:
        return ("at ", notice.alert.changed_at)
    if notice.is_recovery:
        ended = incident.closed_at or incident.changed_at
        return (incident.opened_at, " to ", ended) if incident.opened_at else ("until ", ended)
    first = measure.began(notice)
    lasts = lasting(notice.now - first) if notice.now - first >= timedelta(minutes=1) else ""
    text: tuple[str | datetime, ...] = ("since ", first, f" ({lasts})" if lasts else "")
    if started - first >= timedelta(minutes=1):
        text = ("since ", first, " (alarm ", started, ")", f", for {lasts}" if lasts else "")
    if crossing and crossing.crossed is not None and crossing.of and crossing.of > 1:
        text += (f", {crossing.crossed} of {crossing.of} periods",)
    return text


def _sentence(notice: Notice, zone: tzinfo) -> str:
    alert, route, course = notice.alert, notice.route, notice.course
    if notice.kind is NoticeKind.RECOVERED and notice.incident.sentence:
        return notice.incident.sentence  # what was wrong stays readable
    counts = course.counts_behind(measure.value(alert, course)) if course else None
    if route.ratio and counts:
        fact = route.ratio.sentence.format(
            numerator=compact(counts.numerator), denominator=compact(counts.denominator)
        )
        return f"{fact} in the time up to {clock(counts.ended_at, notice.now, zone)}"
    if alert.summary:
        return "" if alert.summary.rstrip(".") in route.title else alert.summary
    # our own alarms' descriptions repeat the first line; other teams' say what their alarm is for
    if not route.ours and alert.description:
        return RUNBOOK.sub("", alert.description)
    # of a composite the alarms that made it ring stand below by their names
    return "" if alert.crossing or alert.children else alert.reason


def _facts(alert: Alert, *, ours: bool) -> tuple[tuple[str, str], ...]:
    facts = list(alert.facts)
    if alert.children:
        facts.append(("Triggered by", ", ".join(_child(child, alert) for child in alert.children)))
    if alert.crossing and not ours:
        facts += _measured(alert.crossing, alert.account)
    return tuple(facts[:SHOWN_FACTS])


def _child(child: Child, parent: Alert) -> str:
    where = [part for part in child.place if part not in {parent.region, parent.account}]
    return f"{child.name} ({', '.join((child.state, *where))})"


def _measured(crossing: Crossing, account: str | None) -> list[tuple[str, str]]:
    """Say what a foreign alarm looks at, and whose it is: its name need not tell."""
    found = [("Formula", crossing.expression)] if crossing.expression else []
    metrics = crossing.metrics
    if metrics:
        names = dict.fromkeys(f"{each.name} ({each.statistic})" for each in metrics)
        of = dict.fromkeys(f"{k}={v}" for metric in metrics for k, v in metric.dimensions)
        where = f" of {', '.join(of)}" if of else ""
        others = dict.fromkeys(spaced(m.account) for m in metrics if m.account not in {"", account})
        whose = f", account{'s' if len(others) > 1 else ''} {', '.join(others)}" if others else ""
        found.append(("Metric", f"{', '.join(names)}{where}{whose}"))
    return found
