"""Error budgets that burn: judged over pairs of windows, told when there is enough to believe it.

Google, The Site Reliability Workbook, chapter 5, "Alerting on SLOs": a long window says that it
matters, a short one that it goes on. A least number of bad events in the long one, and of polls
that they are not all of one moment, keep a lost packet from paging anybody. Pure; an alarm of
CloudWatch could hold neither three days nor the least number, and its composites would cost $0.50
each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.budgets import Events, Objective
from avatarwatch.kpi.formulas import hours
from avatarwatch.kpi.readings import Measure, NoData, Readings, Value, Window
from avatarwatch.kpi_inputs import AVAILABILITY, DOWN, UPLOADS_OBJECTIVE
from avatarwatch.kpis import KPIS
from avatarwatch.units import compact

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OBJECTIVES = (UPLOADS_OBJECTIVE, AVAILABILITY)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two windows, and the multiple of the allowed rate over which both burn."""

    long: timedelta
    short: timedelta
    rate: float


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """What is told of an objective, and by which pairs; each is an alert of the catalogue."""

    suffix: str
    pairs: tuple[Pair, ...]


# Table 5-8 of the workbook: 2 % of the budget in an hour and 5 % in six page, 10 % in a day or in
# three days make a ticket.
PAGES = BurnAlert("BudgetBurn", (Pair(_HOUR, 5 * _MINUTE, 14.4), Pair(6 * _HOUR, 30 * _MINUTE, 6)))
TICKETS = BurnAlert("BudgetDrain", (Pair(_DAY, 2 * _HOUR, 3), Pair(3 * _DAY, 6 * _HOUR, 1)))
ALERTS = (PAGES, TICKETS)
FURTHEST = max(pair.long for alert in ALERTS for pair in alert.pairs)

# A budget burns for as long as its short windows remember the trouble.
QUIET = 30 * _MINUTE
# While a critical alert on the same trouble rings, and until the windows have forgotten it.
PARENTS = {"UploadFailureRate": "UploadFailuresCritical", "ErrorRate5m": "ErrorRateCritical"}
HELD = 30 * _MINUTE


@dataclass(frozen=True, slots=True)
class Burning:
    """A pair whose windows both burn: how often too fast, and the events of the long one."""

    pair: Pair
    rate: float
    events: Events


def measures() -> dict[Measure, timedelta]:
    """Return what judging reads each time, and how far back; `DOWN` only where something burns."""
    return {measure: FURTHEST for each in OBJECTIVES for measure in each.measures}


def burning(
    objective: Objective, alert: BurnAlert, readings: Readings, end: datetime, least: float
) -> Burning | None:
    """Return the first pair that burns at ``end`` with ``least`` bad events or more."""
    for pair in alert.pairs:
        found = objective.events(readings, end - pair.long, end)
        if isinstance(found, NoData) or found.bad < least:
            continue
        now = objective.events(readings, end - pair.short, end)
        if isinstance(now, NoData):
            continue
        rates = [each.bad / each.total / objective.allowed for each in (found, now)]
        if min(rates) > pair.rate and objective.lasted(readings, end - pair.long, end):
            return Burning(pair, rates[0], found)
    return None


def is_known_to_be_down(readings: Readings, window: Window) -> bool:
    """Whether an alert with a number or a cause has rung of late, which says it better."""
    if (readings.over(DOWN, window.end - HELD, window.end) or 0) > 0:
        return True
    return any(
        isinstance(value := KPIS[metric].formula.compute(readings, at), Value)
        and value.value > readings.thresholds[threshold]
        for metric, threshold in PARENTS.items()
        for at in _windows(window)
    )


def _windows(window: Window) -> Iterator[Window]:
    end = window.end
    while end > window.end - HELD:
        yield Window(end - window.length, end)
        end -= window.length


@dataclass(frozen=True, slots=True)
class State:
    """What was told of an alert: open since when, and when it burnt last."""

    opened: datetime | None = None
    burnt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The state after a look; ``tells`` whether the alert begins (True) or ends (False)."""

    state: State
    tells: bool | None = None


def step(state: State, found: Burning | None, now: datetime, *, is_held: bool) -> Step:
    """Decide: told once when it burns and nothing better is said, over after half a quiet hour."""
    if found is None:
        if state.opened and (state.burnt is None or now - state.burnt >= QUIET):
            return Step(State(), tells=False)
        return Step(state)
    if state.opened or is_held:
        return Step(State(state.opened, now))
    return Step(State(now, now), tells=True)


def summary(objective: Objective, found: Burning) -> str:
    """Say how fast, and of what."""
    bad, total = found.events.bad, found.events.total
    return (
        f"The error budget of {objective.noun} is used up {compact(found.rate)} times as fast as"
        f" allowed: {bad:,.0f} of {total:,.0f} {objective.noun} failed in {hours(found.pair.long)}"
    )


def facts(objective: Objective, found: ErrorBudget | NoData) -> Mapping[str, str]:
    """Say what the objective is, what is left of its budget, and of how much time that is known."""
    promised = {"Objective": f"{objective.percent:g} % of {objective.noun} in {PERIOD.days} days"}
    if isinstance(found, NoData):
        return {**promised, "Error budget": f"not known: {found.reason}"}
    return {
        **promised,
        "Error budget": f"{found.rest} ({found.coverage})",
        "In the same time": found.happened,
    }
