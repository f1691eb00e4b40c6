"""What an alarm measured, in the reader's units: value, threshold, span, course (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from alarm_fanout.alert import Alert, Crossing
from alarm_fanout.incident import NoticeKind
from alarm_fanout.notice import Course, Notice
from alarm_fanout.routing import Route
from alarm_fanout.times import lasting
from avatarwatch.alert_state import AlertState
from avatarwatch.units import Unit, beside, humanize

_SLACK = timedelta(hours=1)  # by which an alarm may look further back than its periods
_BARS = "▁▂▃▄▅▆▇█"


def value(alert: Alert, course: Course | None) -> float | None:
    """Return the alarm's latest value: from CloudWatch's reason, else from the metric.

    The metric's latest point need not be one that the alarm judged. Where it contradicts the state,
    it is not told: nothing is "recovered" over its threshold.
    """
    crossing = alert.crossing
    if crossing and crossing.values:
        return crossing.values[0]
    latest = course.latest if course else None
    if latest is None or crossing is None or crossing.threshold is None:
        return latest
    if crossing.comparison is None or crossing.comparison.is_band:
        return latest
    rings = alert.state is AlertState.ALARM
    return latest if crossing.comparison.crosses(latest, crossing.threshold) is rings else None


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


def began(notice: Notice) -> datetime:
    """Return when the trouble began, not when the alarm rang; of an event when it happened."""
    if notice.kind is NoticeKind.EVENT:
        return notice.alert.changed_at
    opened = notice.incident.opened_at or notice.incident.changed_at
    crossing = notice.alert.crossing
    if crossing is None or crossing.since is None or notice.is_recovery:
        return opened
    # a reason that tells of other points than the alarm judged says nothing of this trouble
    judged = timedelta(seconds=crossing.period * crossing.periods)
    return crossing.since if opened - _SLACK - 2 * judged <= crossing.since <= opened else opened


def worse(alert: Alert, course: Course | None) -> float | None:
    """Return the value as a number of which the greater is the worse."""
    crossing = alert.crossing
    latest = None if crossing and crossing.silent else value(alert, course)
    if latest is None or crossing is None or crossing.comparison is None:
        return latest
    return -latest if "under" in crossing.comparison.value else latest


def title(route: Route, crossing: Crossing | None) -> str:
    """Return what it is about, with what was found where that is no value."""
    if crossing and crossing.silent:
        plural = "s" if crossing.silent > 1 else ""
        return f"{route.title}: no data for {crossing.silent} period{plural}"
    if crossing and crossing.series:
        crossed, of = crossing.series
        return f"{route.title}: {crossed} of {of} series"
    return route.title


def shown(route: Route, alert: Alert, course: Course | None) -> str:
    """Write the value, on its side of the threshold; empty where there is none."""
    crossing = alert.crossing
    if crossing and (crossing.silent or crossing.series):
        return ""
    latest = value(alert, course)
    if latest is None:
        return ""
    if crossing is None or crossing.threshold is None:
        return humanize(latest, route.unit)
    return beside(latest, crossing.threshold, route.unit)


def course_line(course: Course | None) -> str:
    """Write how the metric went: ``▁▂▃▅▇█ last hour``."""
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
