"""Which KPIs are shown together, and under which heading: from what they are computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import Unit, compact, humanize

UPLOADS, DELIVERY, AVAILABILITY = "Uploads", "Delivery", "Availability"
STORAGE, USERS, BUDGETS = "Storage and cost", "Users", "Error budgets"
DEPENDENCIES = "What the service depends on"
_SECTIONS = {
    Source.CUSTOM: UPLOADS,
    Source.CDN: DELIVERY,
    Source.ACCESS: DELIVERY,
    Source.HEALTH: AVAILABILITY,
    Source.STORAGE: STORAGE,
    Source.BILLING: STORAGE,
    Source.OPERATIONS: STORAGE,
    Source.LOGS: USERS,
    Source.LOG_GROUP: USERS,
    Source.KPI: USERS,
    Source.DATABASE: DEPENDENCIES,
    Source.CACHE: DEPENDENCIES,
    Source.QUEUE: DEPENDENCIES,
}
_ELSEWHERE = {  # by what they are about, not by where they come from
    "UserSatisfactionScore": USERS,
    "FeatureAdoptionRate": USERS,
    "BandwidthSavings": DELIVERY,
}
COVERED = "days known, of 30"
_LAST = re.compile(r"(,| in) \d+ ?\w+$")
_SPAN = re.compile(r"(In)?\d+[mhd]$")
UNIT_NAMES = {
    Unit.NONE: "",
    Unit.PERCENT: "%",
    Unit.BYTES: "bytes",
    Unit.MILLISECONDS: "ms",
    Unit.DAYS: "days",
    Unit.USD: "US$",
    Unit.PER_MINUTE: "per minute",
    Unit.PER_SECOND: "per second",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A KPI as a number in the unit of its target: ``1.2 s (< 2)``, not ``1.2k ms (< 2 s)``."""

    unit: str
    target: str
    arithmetic: str = ""
    """What turns the metric into it, as metric math writes it: `` / 1000``."""


@dataclass(frozen=True, slots=True)
class Group:
    """KPIs of one unit that differ in the span of time only: one graph."""

    title: str
    section: str
    kpis: tuple[Kpi, ...]

    @property
    def unit(self) -> Unit:
        """What they are counted in."""
        return self.kpis[0].unit

    @property
    def labels(self) -> tuple[str, ...]:
        """What each is called below the title: of several, in what they differ."""
        if len(self.kpis) == 1:
            return (self.title,)
        spans = [_LAST.search(kpi.title) for kpi in self.kpis]
        return tuple(
            span[0].strip(", ") if span else kpi.title
            for span, kpi in zip(spans, self.kpis, strict=True)
        )

    @property
    def covered(self) -> tuple[Kpi, ...]:
        """Those whose SampleCount says how many of a budget's thirty days are known."""
        return tuple(kpi for kpi in self.kpis if isinstance(kpi.formula, BudgetLeft))

    @property
    def period(self) -> int:
        """The longest of their windows, in seconds."""
        return max(int(kpi.cadence.length.total_seconds()) for kpi in self.kpis)

    @property
    def is_put_daily(self) -> bool:
        """Whether one of them has a point a day or little more: a month is to be seen."""
        return any(kpi.cadence is not Cadence.FIVE_MINUTES for kpi in self.kpis)


def is_for_an_overview(kpi: Kpi, critical: Collection[str]) -> bool:
    """Whether who is on call needs its course, not a day's number alone.

    What moves within the day, budgets, and what a ``critical`` alarm reads (metrics' names).
    """
    return (
        kpi.cadence is not Cadence.DAY
        or isinstance(kpi.formula, BudgetLeft)
        or kpi.metric in critical
    )


def groups(section: str, wanted: Callable[[Kpi], bool] = lambda _: True) -> list[Group]:
    """Return a section's graphs of the KPIs that are ``wanted``, in the catalogue's order."""
    found: dict[tuple[str, Unit], list[Kpi]] = {}
    for kpi in KPIS.values():
        if section_of(kpi) == section and wanted(kpi):
            found.setdefault((_SPAN.sub("", kpi.metric), kpi.unit), []).append(kpi)
    return [Group(_title(kpis), section, tuple(kpis)) for kpis in found.values()]


def section_of(kpi: Kpi) -> str:
    """Return the heading under which a KPI is shown."""
    if isinstance(kpi.formula, BudgetLeft):
        return BUDGETS
    return _ELSEWHERE.get(kpi.metric) or _SECTIONS[kpi.inputs[0].source]


def target_text(kpi: Kpi) -> str:
    """Write a KPI's target: ``target < 2 s``; empty where it has none."""
    if kpi.target is None:
        return ""
    return f"target {kpi.target.direction.value} {humanize(kpi.target.value, kpi.unit)}"


def tile(kpi: Kpi) -> Tile:
    """Say how a KPI with a target is shown as a number; raises ValueError without one."""
    if kpi.target is None:
        raise ValueError(f"{kpi.metric} has no target")
    sign, value = kpi.target.direction.value, kpi.target.value
    if kpi.unit is Unit.MILLISECONDS and value >= 1000:
        return Tile("s", f"{sign} {compact(value / 1000)}", " / 1000")
    if kpi.unit is Unit.USD and value < 1:
        return Tile("US cents", f"{sign} {compact(value * 100)}", " * 100")
    return Tile(UNIT_NAMES[kpi.unit], f"{sign} {compact(value)}")


def _title(kpis: list[Kpi]) -> str:
    """Return what the titles share: ``Upload burn rate`` of ``Upload burn rate, 5m`` and others."""
    title = kpis[0].title
    if len(kpis) == 1:
        return title
    shared, joint = _LAST.sub("", title), _LAST.search(title)
    return f"{shared}, projected" if joint and joint[1] == " in" else shared
