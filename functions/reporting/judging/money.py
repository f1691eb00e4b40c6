"""What was saved against what the suite costs; how long the service was up; when storage is full.

All of it is estimated from a report's own figures, with what is missing named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import fsum

from msgspec import Struct

from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.left_out import LeftOut
from avatarwatch.units import Unit, beside, humanize
from reporting.found import Days
from reporting.judging.figures import Figure, within
from reporting.settings import GB
from reporting.spans import Span

USD_GB_MONTH = 0.023
"""S3 Standard's list price, where the bill tells none of its own."""
USD_THOUSAND_READS = 0.0004
"""S3 Standard's GET: what a request costs that the CDN's cache does not answer."""

GROWTH_UNKNOWN = "how it grows is not known"


class Part(Struct, frozen=True):
    """One part of the return: US$ of the month, None where it is not known."""

    what: str
    usd: float | None
    text: str


class Return(Struct, frozen=True):
    """What was saved against what the suite itself costs."""

    parts: tuple[Part, ...]
    saved: float
    own: float

    @property
    def unknown(self) -> list[str]:
        """The parts that are not known."""
        return [part.what for part in self.parts if part.usd is None]


class Uptime(Struct, frozen=True):
    """Minutes of a span: all, polled, down as the mean over endpoints, and allowed to be down.

    ``maintenance`` are those that are in none of them, as availability leaves them out.
    """

    minutes: float
    polled: float
    down: float
    allowed: float
    target: float
    maintenance: float = 0.0

    @property
    def left(self) -> float:
        """The share of the error budget that is left, in percent; below 0 it is overspent."""
        return round((1 - self.down / self.allowed) * 100, 9) + 0.0  # as ErrorBudget.left


class Crossing(Struct, frozen=True):
    """When storage reaches a threshold; ``day`` is None when it is not known or not in sight."""

    what: str
    threshold: str
    day: date | None
    text: str


def returned(figures: Mapping[str, Figure], saved_bytes: Days, span: Span, own: float) -> Return:
    """Return what deduplication, caching and lifecycle rules saved in a month."""
    paid = figures["CostPerGb"].value
    price = USD_GB_MONTH if paid is None else paid
    source = "list price" if paid is None else _of("what the bill says", figures["CostPerGb"])
    amounts = within(saved_bytes, span)
    kept = fsum(each.total for each in amounts) if amounts else None
    cache = figures["CacheHitRate"]
    hits = None
    if cache.value is not None and cache.count is not None:
        hits = cache.value / 100 * cache.count
    realised = figures["StorageSavingRealised"]
    lifecycle = realised.value
    parts = (
        Part("deduplication", None if kept is None else kept / GB * price,
             "DeduplicationSavings is not told" if kept is None else
             f"{humanize(kept, Unit.BYTES)} not stored for a month, at"
             f" {humanize(price, Unit.USD)} a GB ({source})"),
        Part("caching", None if hits is None else hits / 1000 * USD_THOUSAND_READS,
             "the CDN's cache hits are not told" if hits is None else
             _of(f"{hits:,.0f} requests that S3 did not answer, at ${USD_THOUSAND_READS}"
                 " a thousand", cache)),
        Part("lifecycle rules", lifecycle,
             "cost control has measured no saving" if lifecycle is None else
             _of("measured by cost control, a month", realised)),
    )  # fmt: skip
    return Return(parts, fsum(part.usd or 0.0 for part in parts), own)


def _of(text: str, each: Figure) -> str:
    return ", ".join((text, *each.beside))


def uptime(
    figures: Mapping[str, Figure], rounds: Days, span: Span, left_out: LeftOut
) -> Uptime | None:
    """Return a span's minutes, None where nothing was polled.

    The down minutes are the failed share of all polls, of the minutes in which there were polls:
    what was not polled is neither up nor down. Where nobody counted them, days with polls count.
    Maintenance that is left out is in no figure: of the other minutes so many may be down.
    """
    found = figures["Availability"]
    if found.value is None:
        return None
    maintenance = left_out.within(span.start, span.end) / timedelta(minutes=1)
    minutes = max((span.end - span.start) / timedelta(minutes=1) - maintenance, 1.0)
    judged = fsum(each.count for each in within(rounds, span))  # a sample a minute
    known = sum(value is not None for day, value in found.course if day in set(span.days))
    polled = min((judged or known * 1440.0) - maintenance, minutes)
    allowed = minutes * (100 - AVAILABILITY.percent) / 100
    down = polled * (100 - found.value) / 100
    return Uptime(minutes, polled, down, allowed, AVAILABILITY.percent, maintenance)


def crossings(
    figures: Mapping[str, Figure],
    days: Mapping[str, Days],
    span: Span,
    thresholds: Sequence[tuple[str, str, float]],
) -> tuple[Crossing, ...]:
    """Return the day on which storage reaches each threshold: what, KPI and bytes of each.

    Days ahead are from the span's end, also where the trend is an older one.
    """
    return tuple(
        _crossing(figures, days.get(metric, {}), span, what, limit)
        for what, metric, limit in thresholds
    )


def _crossing(
    figures: Mapping[str, Figure], days: Days, span: Span, what: str, limit: float
) -> Crossing:
    shown, level = humanize(limit, Unit.BYTES), figures["StorageBytes"].value
    known = [day for day in span.days if day in days]
    if level is not None and level >= limit:
        return Crossing(what, shown, None, f"passed: {beside(level, limit, Unit.BYTES)}")
    if not known:
        why = "no growth that reaches it within ten years"
        if level is None:
            why = "storage was not measured"
        elif figures["StorageGrowthRate"].value is None:
            why = GROWTH_UNKNOWN
        return Crossing(what, shown, None, why)
    last = known[-1]
    day = last + timedelta(days=1 + round(days[last].mean))
    ahead = (day - span.end.date()).days
    when = f"in {humanize(ahead, Unit.DAYS)}" if ahead >= 0 else "which is past"
    trend = "" if last == span.days[-1] else f", by the trend of {last:%Y-%m-%d}"
    return Crossing(what, shown, day, f"{day:%Y-%m-%d}, {when}{trend}")
