"""What a message says, before any channel gives it a form.

First what and how bad, in the reader's units; then where; then since when and the course of it;
then one sentence of fact; then where to go. Nothing twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarm_fanout.alert import Alert, Crossing
from alarm_fanout.incident import NoticeKind
from alarm_fanout.notice import Course, Notice
from alarm_fanout.routing import Route
from alarm_fanout.times import clock, lasting
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.console import Console
from avatarwatch.units import Unit, compact, humanize

_BARS = "▁▂▃▄▅▆▇█"
_RUNBOOK = re.compile(r"\s*Runbook:\s*(?P<url>https?://\S+)\s*$")
EMOJI = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}
SHOWN_FACTS = 10
LOGS_WITHIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class System:
    """The system that is watched: its name, and where its API logs, if it is known."""

    name: str
    region: str
    api_log_group: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a message in reading order; an empty part is left out."""

    emoji: str
    status: str  # "Critical", "Recovered after 23 min"
    what: str  # "Upload failures 18.2 %"
    threshold: str  # "over 10 %"
    where: str
    since: str
    course: str  # "▁▂▃▅▇█ last hour"
    before: str  # of a recovery: the first line with which the alert was told
    sentence: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    ours: bool = False  # then the headline is a phrase, else a name, whose letters are its own

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


def words(notice: Notice, system: System) -> Words:
    """Put a notice into words."""
    alert, route = notice.alert, notice.route
    crossing = alert.crossing
    # recovered: the threshold is not crossed any more, and "over 10 %" would be a lie
    crossed = crossing if crossing and alert.state is AlertState.ALARM else None
    return Words(
        emoji=_emoji(notice),
        status=_status(notice),
        what=_what(route, crossing, notice.course),
        threshold=threshold(crossed, route.unit) if crossed else "",
        where=_where(alert, system.name),
        since=_since(notice),
        course=_course(notice.course),
        before=f"was {notice.incident.headline}"
        if notice.is_recovery and notice.incident.headline
        else "",
        sentence=_sentence(notice),
        facts=_facts(alert),
        links=_links(notice, system),
        ours=route.ours,
    )


def value(crossing: Crossing | None, course: Course | None) -> float | None:
    """Return the alarm's latest value: from CloudWatch's reason, else from the metric."""
    if crossing and crossing.values:
        return crossing.values[0]
    return course.latest if course else None


def threshold(crossing: Crossing, unit: Unit) -> str:
    """Write what was crossed: ``over 10 %``; a band has no number."""
    if crossing.comparison is None:
        return ""
    if crossing.silent:
        return ""  # nothing was measured that could be over or under
    if crossing.comparison.is_band:
        return _band(crossing, unit)
    if crossing.threshold is None:
        return ""
    return f"{crossing.comparison.value} {humanize(crossing.threshold, unit)}"


def _band(crossing: Crossing, unit: Unit) -> str:
    """Write the edge of the band that was crossed: ``over the expected 402``."""
    words = crossing.comparison.value if crossing.comparison else ""
    if not crossing.edges:
        return words
    edges = " to ".join(humanize(edge, unit) for edge in crossing.edges)
    return f"{words.removesuffix(' band')} {edges}"


def sparkline(points: tuple[float | None, ...]) -> str:
    """Draw values as bars between their least and greatest; a gap where there is no data.

    >>> sparkline((1, 2, None, 8))
    '▁▂ █'
    """
    known = [point for point in points if point is not None]
    if not known:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1
    top = len(_BARS) - 1
    return "".join(
        " " if point is None else _BARS[round((point - low) / span * top)] for point in points
    )


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
        case NoticeKind.OPENED | NoticeKind.EVENT:
            return severity


def _what(route: Route, crossing: Crossing | None, course: Course | None) -> str:
    if crossing and crossing.silent:
        plural = "s" if crossing.silent > 1 else ""
        return f"{route.title}: no data for {crossing.silent} period{plural}"
    if crossing and crossing.series:
        crossed, of = crossing.series
        return f"{route.title}: {crossed} of {of} series"
    latest = value(crossing, course)
    return route.title if latest is None else f"{route.title} {humanize(latest, route.unit)}"


def _where(alert: Alert, system_name: str) -> str:
    account = alert.account or ""
    if len(account) == 12:
        account = f"{account[:4]}-{account[4:8]}-{account[8:]}"
    return " · ".join(
        part
        for part in (system_name, alert.region, f"account {account}" if account else "")
        if part
    )


def _since(notice: Notice) -> str:
    incident, crossing = notice.incident, notice.alert.crossing
    started = incident.opened_at or incident.changed_at
    if notice.kind is NoticeKind.EVENT:
        return f"at {clock(notice.alert.changed_at, notice.now)}"
    if notice.is_recovery:
        ended = incident.closed_at or incident.changed_at
        begun = f"{clock(incident.opened_at, notice.now)} to " if incident.opened_at else "until "
        return begun + clock(ended, notice.now)
    text = f"since {clock(started, notice.now)}"
    if notice.now - started >= timedelta(minutes=1):
        text += f" ({lasting(notice.now - started)})"
    if crossing and crossing.crossed is not None and crossing.of and crossing.of > 1:
        text += f", {crossing.crossed} of {crossing.of} periods"
    return text


def _course(course: Course | None) -> str:
    # two points are no course
    if not course or sum(point is not None for point in course.points) < 3:
        return ""
    bars = sparkline(course.points).lstrip()
    span = timedelta(seconds=course.span_seconds)
    return f"{bars} last {'hour' if span == timedelta(hours=1) else lasting(span)}"


def window(alert: Alert) -> tuple[datetime, datetime] | None:
    """Return the span of time that the alarm judged, aligned to its periods; None without one."""
    if not alert.crossing:
        return None
    period = alert.crossing.period
    end = alert.changed_at.timestamp() // period * period
    start = end - period * alert.crossing.periods
    zone = alert.changed_at.tzinfo
    return datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)


def _sentence(notice: Notice) -> str:
    alert, route, course = notice.alert, notice.route, notice.course
    if notice.kind is NoticeKind.RECOVERED and notice.incident.sentence:
        return notice.incident.sentence  # what was wrong stays readable
    spanned = window(alert)
    if route.ratio and course and spanned and course.denominator:
        fact = route.ratio.sentence.format(
            numerator=compact(course.numerator or 0), denominator=compact(course.denominator)
        )
        return f"{fact} in the time up to {spanned[1]:%H:%M} UTC"
    if alert.summary:
        return "" if alert.summary.rstrip(".") in route.title else alert.summary
    # our own alarms' descriptions repeat the first line; other teams' say what their alarm is for
    if not route.ours and alert.description:
        return _RUNBOOK.sub("", alert.description)
    return "" if alert.crossing else alert.reason


def _facts(alert: Alert) -> tuple[tuple[str, str], ...]:
    facts = list(alert.facts)
    if alert.children:
        names = ", ".join(f"{child.name} ({child.state})" for child in alert.children)
        facts.append(("Triggered by", names))
    if alert.crossing and alert.alert_id is None:
        metrics = alert.crossing.metrics
        dimensions = [f"{k}={v}" for metric in metrics for k, v in metric.dimensions]
        if dimensions:
            facts.append(("Metric", f"{metrics[0].name} of {', '.join(dict.fromkeys(dimensions))}"))
    return tuple(facts[:SHOWN_FACTS])


def _links(notice: Notice, system: System) -> tuple[tuple[str, str], ...]:
    alert, route = notice.alert, notice.route
    links = list(alert.links)
    spanned = window(alert)
    console = Console.of(alert.region)
    if console and (alert.crossing or alert.children):
        links.append(("Alarm", console.alarm(alert.name)))
    if console and spanned and alert.crossing and alert.crossing.metrics:
        links.append(("Graph", console.graph(alert.crossing.metrics, *spanned)))
    home = Console.of(system.region)
    if home and spanned and system.api_log_group and _is_for_logs(notice, spanned):
        label = f"Logs {spanned[0]:%H:%M}\u2013{spanned[1]:%H:%M}"
        links.append((label, home.logs(system.api_log_group, *spanned)))
    if not route.runbook and (named := _RUNBOOK.search(alert.description)):
        links.append(("Runbook", named["url"]))
    if route.runbook:
        links.append((f"Runbook: {route.title.lower()}", route.runbook))
    return tuple(links)


def _is_for_logs(notice: Notice, spanned: tuple[datetime, datetime]) -> bool:
    """Whether the API's logs of the window tell more: for our own alarms that judge some hours."""
    return notice.route.ours and spanned[1] - spanned[0] <= LOGS_WITHIN
