"""What happened: the incidents of a span, and those of them that nobody needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from statistics import median

from msgspec import Struct

from avatarwatch.catalogue import CATALOGUE, AlertRule, Severity, rule_of_alarm
from avatarwatch.episodes import Episode
from reporting.spans import Span

SHORT = timedelta(minutes=10)
"""An alert that is over by itself sooner than a person is at the keyboard."""
REPEATED = 3
"""From so many short ones of a kind on, another threshold is worth a thought."""
NIGHT = (22, 7)  # hours in the readers' time zone


class Incident(Struct, frozen=True):
    """One alert's time in a span; ``minutes`` are those within it. Times are the readers'.

    ``answered`` is after how many minutes ``by`` acknowledged it, None where nobody did.
    """

    title: str
    name: str
    severity: str
    began: str
    at: datetime
    minutes: float | None
    is_open: bool
    is_event: bool
    flapped: bool
    at_night: bool
    sentence: str
    runbook: str = ""
    answered: float | None = None
    by: str = ""


class Candidate(Struct, frozen=True):
    """An alert that nobody needed: short, again and again."""

    title: str
    times: int
    median_minutes: float
    at_night: int
    threshold: str


class Course(Struct, frozen=True):
    """The incidents of a span; minutes are None of no incident."""

    incidents: tuple[Incident, ...]
    opened: int
    open_at_end: int
    flapped: int
    minutes: float
    median_minutes: float | None
    longest_minutes: float | None
    noisiest: str
    acknowledged: int
    median_answer: float | None
    unneeded: tuple[Candidate, ...]


def course_of(
    episodes: Iterable[Episode], span: Span, zone: tzinfo, system: str, runbook: str
) -> Course:
    """Return what happened in a span, of the episodes that touch it.

    What is still open now was open at the span's end, whatever came of it later: made again, a
    report says the same.
    """
    rules: dict[str, AlertRule] = {}
    found: list[Incident] = []
    for episode in episodes:
        rule = CATALOGUE.get(episode.alert_id or "") or rule_of_alarm(episode.name, system)
        each = _incident(episode, rule, span, zone, runbook)
        found.append(each)
        if rule:
            rules[each.title] = rule
    found.sort(key=lambda each: (each.at, each.title, each.name))
    alerts = [each for each in found if not each.is_event]
    lengths = [each.minutes for each in alerts if each.minutes is not None and not each.is_open]
    answers = [each.answered for each in alerts if each.answered is not None]
    names = Counter(each.title for each in alerts)
    most = max(names, key=lambda name: (names[name], name), default="")
    return Course(
        incidents=tuple(found),
        opened=sum(each.at >= span.start for each in alerts),
        open_at_end=sum(each.is_open for each in alerts),
        flapped=len({each.name for each in alerts if each.flapped}),
        minutes=sum(each.minutes or 0.0 for each in alerts),
        median_minutes=median(lengths) if lengths else None,
        longest_minutes=max((each.minutes or 0.0 for each in alerts), default=None),
        noisiest=f"{most} ({names[most]} times)" if names[most] > 1 else "",
        acknowledged=len(answers),
        median_answer=median(answers) if answers else None,
        unneeded=tuple(_candidates(alerts, rules)),
    )


def _open(episode: Episode) -> bool:
    return episode.closed_at is None and not episode.is_event


def _end(episode: Episode) -> datetime:
    end = episode.closed_at or episode.opened_at
    assert end is not None  # noqa: S101 - one of both is there, or it is not looked at
    return end


def _incident(
    episode: Episode, rule: AlertRule | None, span: Span, zone: tzinfo, runbook: str
) -> Incident:
    at = episode.opened_at or _end(episode)
    over = span.end if _open(episode) else min(_end(episode), span.end)
    is_open = not episode.is_event and (_open(episode) or _end(episode) >= span.end)
    known = episode.opened_at is not None and not episode.is_event
    minutes = (over - max(at, span.start)) / timedelta(minutes=1) if known else None
    local = at.astimezone(zone)
    default = Severity.INFO if episode.is_event else Severity.WARNING
    return Incident(
        title=rule.title if rule else episode.name,
        name=episode.name,
        severity=rule.severity if rule else default,
        began=f"{local:%a} {local.day} {local:%b %H:%M %Z}",
        at=at,
        minutes=minutes,
        is_open=is_open,
        is_event=episode.is_event,
        flapped=episode.flapped,
        at_night=local.hour >= NIGHT[0] or local.hour < NIGHT[1],
        sentence=episode.sentence,
        runbook=f"{runbook}#{rule.runbook}" if rule and runbook else "",
        answered=_answered(episode, span),
        by=episode.acknowledged_by,
    )


def _answered(episode: Episode, span: Span) -> float | None:
    """Return after how many minutes somebody acknowledged it within the span, None if nobody."""
    opened, answered = episode.opened_at, episode.acknowledged_at
    if opened is None or answered is None or answered >= span.end:
        return None
    return max(0.0, (answered - opened) / timedelta(minutes=1))


def _candidates(alerts: Sequence[Incident], rules: dict[str, AlertRule]) -> list[Candidate]:
    short: dict[str, list[Incident]] = defaultdict(list)
    for each in alerts:
        is_short = each.minutes is not None and each.minutes * 60 <= SHORT.total_seconds()
        if is_short and not each.is_open:
            short[each.title].append(each)
    every = Counter(each.title for each in alerts)
    return [
        Candidate(
            title, len(found), median(each.minutes or 0.0 for each in found),
            sum(each.at_night for each in found), _threshold(rules.get(title)),
        )
        for title, found in sorted(short.items())
        if len(found) >= REPEATED and len(found) * 3 >= every[title] * 2
    ]  # fmt: skip


def _threshold(rule: AlertRule | None) -> str:
    """Return the parameter that another threshold is given by."""
    return f"{rule.alert_id}Threshold" if rule and rule.threshold else ""
