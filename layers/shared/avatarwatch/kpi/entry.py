"""What one entry of the KPI catalogue says of a KPI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from avatarwatch.kpi.costs import CostPer
from avatarwatch.kpi.formulas import Formula, Ratio
from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import Measure
from avatarwatch.units import Unit, beside, compact, humanize


class Cadence(StrEnum):
    """The length of a KPI's windows and how often it is computed, in ISO 8601."""

    FIVE_MINUTES = "PT5M"
    HOUR = "PT1H"
    DAY = "P1D"

    @property
    def length(self) -> timedelta:
        """The windows' length."""
        return _LENGTHS[self]


_LENGTHS = {
    Cadence.FIVE_MINUTES: timedelta(minutes=5),
    Cadence.HOUR: timedelta(hours=1),
    Cadence.DAY: timedelta(days=1),
}


class Direction(StrEnum):
    """On which side of its target a KPI should be."""

    BELOW = "<"
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Target:
    """What the guide asks of a KPI, in the KPI's unit."""

    direction: Direction
    value: float

    def is_met(self, value: float) -> bool:
        """Whether a value is where it should be."""
        match self.direction:
            case Direction.BELOW:
                return value < self.value
            case Direction.ABOVE:
                return value > self.value
            case Direction.AT_LEAST:
                return value >= self.value


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI. ``target`` None means that it is only monitored."""

    kpi_id: str
    title: str
    unit: Unit
    cadence: Cadence
    target: Target | None
    formula: Formula

    @property
    def metric(self) -> str:
        """Its name in <root>/KPI: the id in PascalCase."""
        return self.kpi_id[0].upper() + self.kpi_id[1:]

    @property
    def inputs(self) -> tuple[Measure, ...]:
        """What it is computed from."""
        return self.formula.measures

    @property
    def minimum_traffic(self) -> float:
        """How much its denominator needs before it is judged; 0 where that does not apply."""
        judged = Ratio | Preferred | CostPer
        return self.formula.minimum if isinstance(self.formula, judged) else 0.0

    def written(self, value: float) -> str:
        """Write a value of it: on its side of the target, however near that is."""
        if self.target is None:
            return humanize(value, self.unit)
        return beside(value, self.target.value, self.unit)

    def counted(self, count: float) -> str:
        """Write what a ratio of it is of: bytes as such, events as they are counted."""
        ratio = self.formula.usual if isinstance(self.formula, Preferred) else self.formula
        is_size = isinstance(ratio, Ratio) and ratio.denominator.name.endswith("Bytes")
        return humanize(count, Unit.BYTES) if is_size else f"{count:,.0f}"

    def too_few(self, count: float) -> str:
        """Say that it is not judged of so few."""
        noun = "event" if count == 1 else "events"
        return f"{compact(count)} {noun}: too few to judge, {self.minimum_traffic:g} do"

    @property
    def is_exact(self) -> bool:
        """Whether the sets of several windows add up to the value of all of them."""
        return isinstance(self.formula, Ratio | Preferred)
