"""Make a report of what was found; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from avatarwatch.kpi_inputs import DOWN
from avatarwatch.units import lasting
from reporting.found import Found
from reporting.judging import money
from reporting.judging.checklist import lines
from reporting.judging.course import Course, course_of
from reporting.judging.figures import (
    Figure,
    Verdict,
    figure,
    of_reports,
    over,
    way_of,
    within,
    without_maintenance,
)
from reporting.judging.lines.monthly import crossings_of
from reporting.judging.material import Material
from reporting.judging.news import sentence
from reporting.report import Month, Number, Report, Trend
from reporting.settings import FunctionSettings
from reporting.spans import DAY, Kind, Span

CHARTED = 14 * DAY
"""Of how many days a chart shows the course at least."""
MONTHS = 13
"""Of how many months the monthly report shows the course: the same month a year before is there."""


def read_from(span: Span) -> datetime:
    """Return from where on a report needs figures."""
    start = min(span.before.start, span.end - CHARTED)
    if span.kind is Kind.MONTHLY:
        return min(start, _months(span)[0].start)
    return start


def _months(span: Span) -> list[Span]:
    months = [span]
    while len(months) < MONTHS:
        months.append(months[-1].before)
    return months[::-1]


def compose(span: Span, found: Found, settings: FunctionSettings) -> Report:
    """Return the report of a span: the same of the same, whenever it is made."""
    charted = _charted(span)
    figures = {
        kpi.metric: figure(kpi, found.metrics.get(kpi.metric, {}), span, charted)
        for kpi in of_reports()
    }
    figures = {
        name: without_maintenance(each, span, found.left_out) for name, each in figures.items()
    }
    if why := found.unread.get("metrics"):
        figures = {name: _unread(each, why) for name, each in figures.items()}
    course = None
    if "incidents" not in found.unread:
        course = course_of(
            found.episodes, span, settings.zone, settings.system_name, settings.runbook_url
        )
    is_month = span.kind is Kind.MONTHLY
    rounds, saved = (found.metrics.get(n, {}) for n in (DOWN.metric, "DeduplicationSavings"))
    material = Material(
        span=span, figures=figures, found=found, limits=settings.limits,
        dashboard=dashboard(settings), course=course,
        uptime=money.uptime(figures, rounds, span, found.left_out),
        returned=money.returned(figures, saved, span, settings.own_usd_month)
        if is_month else None,
        plan_reviewed=settings.plan_reviewed,
    )  # fmt: skip
    snapshot = found.snapshot
    return Report(
        system=settings.system_name, kind=span.kind, name=span.name, title=span.title,
        start=span.start, end=span.end, zone=settings.zone.key,
        sentence=sentence(list(figures.values()), span),
        numbers=tuple(_numbers(figures, course)),
        lines=lines(material),
        figures=tuple(figures.values()),
        charted=charted,
        course=course,
        checks=snapshot.checks if snapshot else (),
        looked_at=shown_at(snapshot.at, settings) if snapshot else "",
        is_late=snapshot.is_late if snapshot else False,
        unread=tuple(f"{source}: {reason}" for source, reason in sorted(found.unread.items())),
        uptime=material.uptime,
        returned=material.returned,
        crossings=crossings_of(material) if is_month else (),
        trends=tuple(_trends(span, found)) if is_month else (),
    )  # fmt: skip


def dashboard(settings: FunctionSettings) -> str:
    """Return the dashboard's address."""
    region = settings.region
    return (
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#dashboards/dashboard/{settings.system_name}-{region}"
    )


def shown_at(at: datetime, settings: FunctionSettings) -> str:
    """Write an instant in the readers' time."""
    return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M %Z}"


def _charted(span: Span) -> tuple[date, ...]:
    start = min(span.start, span.end - CHARTED)
    return tuple((start + number * DAY).date() for number in range((span.end - start) // DAY))


def _unread(each: Figure, why: str) -> Figure:
    fields = {name: getattr(each, name) for name in each.__struct_fields__}
    return Figure(**{**fields, "reason": why})


def _numbers(figures: dict[str, Figure], course: Course | None) -> Iterator[Number]:
    """Yield the five numbers that a busy person reads."""
    yield _of("Availability", figures["Availability"])
    yield _of("Uploads that succeeded", figures["UploadSuccessRate"])
    yield _of("Requests that failed", figures["ErrorRate"])
    if course is None:
        yield Number("Alerts", "no data", "", Verdict.NO_DATA)
    else:
        still = f"{course.open_at_end} still open" if course.open_at_end else "none left open"
        beside = (
            f"{lasting(course.minutes * 60)} in all, {still}"
            if course.opened or course.minutes
            else still
        )
        yield Number("Alerts", f"{course.opened:,}", beside, Verdict.NO_TARGET)
    yield _of("Storage", figures["StorageBytes"])


def _of(title: str, each: Figure) -> Number:
    beside = [f"target {each.target}"] if each.target else []
    beside += each.beside
    beside += [each.change] if each.change else []
    if each.value is None:
        beside = []
    return Number(title, each.shown, ", ".join(beside), each.verdict)


def _trends(span: Span, found: Found) -> Iterator[Trend]:
    """Yield a year of months of each KPI with a target, and of storage."""
    for kpi in of_reports():
        days = found.metrics.get(kpi.metric, {})
        if not days or not (kpi.target or kpi.metric == "StorageBytes"):
            continue
        months = []
        for month in _months(span):
            amount = over(way_of(kpi), within(days, month))
            few = amount is None or (kpi.is_exact and amount.count < kpi.minimum_traffic)
            months.append(Month(month.name, None if few or amount is None else amount.mean))
        if sum(each.value is not None for each in months) > 1:
            target = kpi.target.value if kpi.target else None
            yield Trend(kpi.metric, kpi.title, kpi.unit.value, target, tuple(months))
