"""What came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from avatarwatch.kpi.readings import Outcome, Window
from avatarwatch.kpis import Cadence, Kpi
from kpi_aggregation.compute import Changes


@dataclass(slots=True)
class WindowReport:
    """What came of one window."""

    window: Window
    outcomes: Mapping[Kpi, Outcome]
    changes: Changes


@dataclass(slots=True)
class Report:
    """What came of one cadence: its windows in order, those that another run is at, those left."""

    cadence: Cadence
    done: list[WindowReport] = field(default_factory=list)
    busy: int = 0
    left: int = 0
    costs_from: str = ""
