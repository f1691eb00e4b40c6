"""Error budgets that burn, as KpiAggregation judges them after each of its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from avatarwatch.alerts import AlertMessage
from avatarwatch.error_budget import ErrorBudget
from avatarwatch.kpi.budgets import Objective
from avatarwatch.kpi.readings import NoData, Readings, Window
from avatarwatch.kpi_inputs import DOWN
from avatarwatch.kpis import Cadence
from avatarwatch.state_table.memory import MemoryDocumentStore
from kpi_aggregation import burn
from kpi_aggregation.budget_watch import BudgetWatch
from kpi_aggregation.reader import Reader
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import LOOKS, windows
from local.rehearsal.kpis import compute, reader_of

CADENCE = Cadence.FIVE_MINUTES
_DAY = timedelta(days=1)


def burns(
    settings: FunctionSettings, clients: Callable[[str], Any], start: datetime, end: datetime
) -> list[AlertMessage]:
    """Return what would have been published of budgets in [start, end), in the order of time."""
    reader = reader_of(settings, clients)
    told: list[AlertMessage] = []
    watch = BudgetWatch(
        MemoryDocumentStore(), settings.system, settings.least_bad, _budgets(reader, start),
        reader.down, told.append, start,
    )  # fmt: skip
    for readings, window in looks(reader, start, end):
        replace(watch, now=window.end + LOOKS[CADENCE][0]).look(readings, window)
    return told


def read_all(
    settings: FunctionSettings, clients: Callable[[str], Any], start: datetime, end: datetime
) -> Usage:
    """Ask for everything that a rehearsal of [start, end) reads; return what that took."""
    computed = compute(settings, clients, start, end)
    for _ in looks(reader_of(settings, clients, computed.usage), start, end):
        continue
    return computed.usage


def looks(reader: Reader, start: datetime, end: datetime) -> Iterator[tuple[Readings, Window]]:
    """Yield each window with what judging reads, a day read at once.

    Endpoints that are down among it, which the function asks for when a budget burns. What
    KpiAggregation has in hand as well is asked for here again; it is the same query.
    """
    every = windows(CADENCE, start, end)
    for of_day in batched(every, _DAY // CADENCE.length, strict=False):
        span = Window(of_day[0].start, of_day[-1].end)
        wanted = {**burn.measures(), DOWN: burn.HELD}
        readings = reader.read((), wanted, span, CADENCE.length)
        for window in of_day:
            yield readings, window


def _budgets(
    reader: Reader, start: datetime
) -> Callable[[Objective, datetime], ErrorBudget | NoData]:
    """Return what knows the budget at a time, of as much of its 30 days as the file has."""

    def budget(objective: Objective, end: datetime) -> ErrorBudget | NoData:
        back = dict.fromkeys(objective.measures, end - start)
        readings = reader.read((), back, Window(end - CADENCE.length, end), CADENCE.length)
        return objective.budget(readings, end)

    return budget
