"""Tell of budgets that burn: what was told is kept in StateTable, the rest is decided in burn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch import left_out
from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.budgets import Objective
from avatarwatch.kpi.readings import NoData, Readings, Window
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.partition import Partition
from kpi_aggregation import burn

KEPT = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class BudgetWatch:
    """Looks at every objective after a run. ``tell`` publishes to AlertsTopic.

    ``budget`` reads the thirty days of an objective up to some time, when there is something to
    tell: judging needs three. ``down`` reads how many endpoints were down before some time, when
    something burns.
    """

    store: DocumentStore
    system: str
    least: Mapping[str, float]
    budget: Callable[[Objective, datetime], ErrorBudget | NoData]
    down: Callable[[datetime], Readings]
    tell: Callable[[AlertMessage], None]
    now: datetime

    def look(self, readings: Readings, window: Window) -> list[str]:
        """Judge at the window's end, tell what begins and ends, and return what burns.

        Told first and noted then: told twice it is still one incident, by its key.
        """
        judged = {
            f"{objective.name.capitalize()}{alert.suffix}": (objective, alert)
            for objective in burn.OBJECTIVES
            if not any(measure in readings.unread for measure in objective.measures)
            for alert in burn.ALERTS
        }
        burning = {
            name: burn.burning(
                objective, alert, readings, window.end,
                self.least.get(objective.name, objective.least),
            )
            for name, (objective, alert) in judged.items()
        }  # fmt: skip
        found = [name for name, each in burning.items() if each]
        is_held = bool(found) and self._is_held(readings, window)
        told = Partition(self.store, "kpi-burn", burn.State, KEPT)
        known = told.read(judged)
        for name, (objective, _) in judged.items():
            before = known.get(name, burn.State())
            step = burn.step(before, burning[name], self.now, is_held=is_held)
            if step.tells is not None:
                self.tell(self._message(name, objective, burning[name], window))
            if step.state != before:
                told.set(name, step.state, self.now)
        return found

    def _is_held(self, readings: Readings, window: Window) -> bool:
        down = self.down(window.end)
        both = replace(readings, series={**readings.series, **down.series})
        return burn.is_known_to_be_down(both, window)

    def _budget(self, objective: Objective, end: datetime) -> ErrorBudget | NoData:
        found = self.budget(objective, end)
        if isinstance(found, NoData) or not objective.leaves_out:
            return found
        return replace(found, left_out=left_out.read(self.store).within(end - PERIOD, end))

    def _message(
        self, name: str, objective: Objective, found: burn.Burning | None, window: Window
    ) -> AlertMessage:
        quiet = f"The error budget of {objective.noun} is no longer used up too fast"
        return AlertMessage(
            alert=name,
            state=AlertState.ALARM if found else AlertState.OK,
            summary=burn.summary(objective, found) if found else quiet,
            facts=dict(burn.facts(objective, self._budget(objective, window.end))),
            time=self.now,
            key=f"{self.system}/{name}",
        )
