"""KPIs over a report's own span: against their targets, and against the span before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from math import fsum

from msgspec import Struct

from avatarwatch.kpi.formulas import PerTime, Statistic, Trailing
from avatarwatch.kpi.readings import Measure, Source
from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.kpis import KPIS, Cadence, Direction, Kpi
from avatarwatch.left_out import LeftOut, without
from avatarwatch.units import Unit, compact, humanize
from reporting.found import Amount, Days
from reporting.spans import Span


class Way(StrEnum):
    """How a span's value comes from its days'."""

    EXACT = "over all of the span"
    TOTAL = "total"
    MEAN = "mean of the days"
    HIGHEST = "highest day"
    LAST = "last day that is known"


class Verdict(StrEnum):
    """How a KPI stands against its target."""

    MET = "met"
    MISSED = "missed"
    NO_TARGET = "no target"
    TOO_FEW = "too few"
    NO_DATA = "no data"


class Figure(Struct, frozen=True):
    """One KPI over a span; ``better`` is None where no target says which way is good.

    ``count`` is a ratio's denominator, ``of`` the same as people read it. ``course`` has a value
    or None for each day of the chart. ``without`` says what is left out of it, ``days`` of which
    days it is where not of all of the span; both are empty for nothing. Without a ``change`` the
    two spans are not compared.
    """

    metric: str
    title: str
    unit: str
    way: Way
    value: float | None
    shown: str
    target: str
    verdict: Verdict
    reason: str = ""
    count: float | None = None
    before: float | None = None
    before_shown: str = ""
    change: str = ""
    better: bool | None = None
    course: tuple[tuple[date, float | None], ...] = ()
    without: str = ""
    days: str = ""
    of: str = ""

    @property
    def beside(self) -> list[str]:
        """What is said wherever the value is: of which days it is, of too few events, without what.

        A part that is shown as the whole would be a lie.
        """
        few = self.reason if self.verdict is Verdict.TOO_FEW else ""
        return [each for each in (self.days, few, self.without) if each]

    @property
    def told(self) -> str:
        """The value, in a sentence: with what it is of."""
        return _of(self.shown, ", ".join(self.beside))


def of_reports() -> tuple[Kpi, ...]:
    """Return the KPIs that reports show: those of whole days."""
    return tuple(kpi for kpi in KPIS.values() if kpi.cadence is Cadence.DAY)


def way_of(kpi: Kpi) -> Way:
    """Return how days make a span: ratios by their sums, peaks by the worst, levels by the last."""
    if kpi.is_exact:
        return Way.EXACT
    match kpi.formula:
        case Statistic(measure):
            return _of_statistic(measure)
        case Trailing():
            return Way.TOTAL
        case PerTime():
            return Way.MEAN
        case _:
            return Way.LAST


def _of_statistic(measure: Measure) -> Way:
    if measure.source is Source.LOGS:  # users of a day: those of two days are not added up
        return Way.MEAN
    return Way.TOTAL if measure.statistic == "Sum" else Way.HIGHEST


def over(way: Way, amounts: Sequence[Amount]) -> Amount | None:
    """Return the value of days in the order of time, None of no days."""
    if not amounts:
        return None
    means = [each.mean for each in amounts]
    match way:
        case Way.EXACT:
            return Amount(fsum(a.total for a in amounts), fsum(a.count for a in amounts))
        case Way.TOTAL:
            return Amount(fsum(means), 1.0)
        case Way.MEAN:
            return Amount(fsum(means), float(len(means)))
        case Way.HIGHEST:
            return Amount(max(means), 1.0)
        case Way.LAST:
            return Amount(means[-1], 1.0)


def figure(kpi: Kpi, days: Days, span: Span, charted: Sequence[date]) -> Figure:
    """Judge a KPI over a span."""
    way = way_of(kpi)
    now, past = (over(way, within(days, each)) for each in (span, span.before))
    before = past.mean if past and not _too_few(kpi, past) else None
    course = tuple((day, days[day].mean if day in days else None) for day in charted)
    earlier = ""
    if before is not None:
        earlier = _of(kpi.written(before), _days(way, days, span.before))
    bare = Figure(
        kpi.metric, title_of(kpi, way, span), kpi.unit.value, way, None, "no data",
        target_of(kpi), Verdict.NO_DATA, course=course, before=before,
        before_shown=earlier,
    )  # fmt: skip
    if now is None:
        return _but(bare, reason=reason(kpi))
    known = _but(bare, value=now.mean, shown=kpi.written(now.mean), days=_days(way, days, span),
                 of=kpi.counted(now.count) if way is Way.EXACT else "",
                 count=now.count if way is Way.EXACT else None)  # fmt: skip
    if way is Way.HIGHEST and len(span.days) > 1:  # a missed target is that of a day
        known = _but(known, days=f"highest of {known.days}" if known.days else Way.HIGHEST)
    if _too_few(kpi, now):
        few = kpi.too_few(now.count)
        return _but(known, verdict=Verdict.TOO_FEW, reason=few)
    change, better = "", None
    if _are_alike(way, days, span):
        change, better = changed(kpi, now.mean, before)
    verdict = Verdict.NO_TARGET
    if kpi.target:
        verdict = Verdict.MET if kpi.target.is_met(now.mean) else Verdict.MISSED
    return _but(known, verdict=verdict, change=change, better=better)


def _days(way: Way, days: Days, span: Span) -> str:
    """Say of which days a value is, empty for all of them."""
    known = [day for day in span.days if day in days]
    if not known or len(known) == len(span.days):
        return ""
    if way is Way.LAST:
        return "" if known[-1] == span.days[-1] else f"of {known[-1].day} {known[-1]:%b}"
    return f"{len(known)} of {len(span.days)} days"


def _are_alike(way: Way, days: Days, span: Span) -> bool:
    """Whether two spans may be compared: a total of three days is not less than one of seven.

    Both may lack as many: where nobody uploads on Sundays no Sunday has a number.
    """
    lacking = [sum(day not in days for day in each.days) for each in (span, span.before)]
    return way is not Way.TOTAL or lacking[0] == lacking[1]


def _of(shown: str, days: str) -> str:
    return f"{shown} ({days})" if days else shown


def without_maintenance(each: Figure, span: Span, left_out: LeftOut) -> Figure:
    """Return a figure that says what maintenance it leaves out, where it is made of polls."""
    kpi = KPIS[each.metric]
    if each.value is None or not AVAILABILITY.is_in(kpi.inputs):
        return each
    start = min(span.start, span.end - kpi.formula.covers)
    return _but(each, without=without(left_out.within(start, span.end)))


def within(days: Days, span: Span) -> list[Amount]:
    """Return the amounts of a span's days."""
    return [days[day] for day in span.days if day in days]


def title_of(kpi: Kpi, way: Way, span: Span) -> str:
    """Return its title; what is a total of several days is not said to be of 24 hours."""
    if way is Way.TOTAL and len(span.days) > 1:
        return kpi.title.removesuffix(" in 24 h")
    return kpi.title


def target_of(kpi: Kpi) -> str:
    """Write the target, empty where there is none."""
    return f"{kpi.target.direction} {humanize(kpi.target.value, kpi.unit)}" if kpi.target else ""


def reason(kpi: Kpi) -> str:
    """Say of what a KPI is made that nobody has told."""
    return f"no day of the span has it; it is made of {kpi.formula.text}"


def changed(kpi: Kpi, now: float, before: float | None) -> tuple[str, bool | None]:
    """Return the change in an arrow and words, and whether it is for the better."""
    if before is None:
        return "", None
    difference = now - before
    is_small = not kpi.target and abs(difference) <= 5e-4 * max(abs(now), abs(before))
    if is_small or kpi.written(now) == kpi.written(before):  # so a reader sees no difference
        return "→ as before", None
    arrow, word = ("▲", "more") if difference > 0 else ("▼", "less")
    better = None
    if kpi.target:
        better = (difference < 0) is (kpi.target.direction is Direction.BELOW)
    if kpi.unit is Unit.PERCENT:
        points = compact(abs(difference))
        size = f"{points} point{'' if points == '1' else 's'}"
    elif before > 0:
        size = f"{compact(abs(difference) / before * 100)} %"
    else:
        size = humanize(abs(difference), kpi.unit)
    return f"{arrow} {size} {word}", better


def judged(figures: Iterable[Figure], *verdicts: Verdict) -> list[Figure]:
    """Return the figures with one of these verdicts."""
    return [each for each in figures if each.verdict in verdicts]


def _too_few(kpi: Kpi, amount: Amount) -> bool:
    return way_of(kpi) is Way.EXACT and amount.count < kpi.minimum_traffic


def _but(bare: Figure, **changes: object) -> Figure:
    fields = {name: getattr(bare, name) for name in bare.__struct_fields__}
    return Figure(**{**fields, **changes})
