"""Tell of budgets that burn: what was told is kept in StateTable, the rest is decided in burn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from avatarwatch.kpi.budgets import Objective
from avatarwatch.kpi.readings import Readings, Window
from avatarwatch.state import ConflictError, Document, DocumentStore, Json
from kpi_aggregation import burn

if TYPE_CHECKING:
    from avatarwatch.alerts import AlertMessage

KEPT = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class BudgetWatch:
    """Looks at every objective after a run. ``tell`` publishes to AlertsTopic."""

    store: DocumentStore
    system: str
    least: Mapping[str, float]
    tell: Callable[[AlertMessage], None]
    now: datetime

    def look(self, readings: Readings, window: Window) -> list[str]:
        """Judge at the window's end, tell what begins and ends, and return what burns."""
        keys = {
            ("kpi-burn", f"{objective.name}{alert.suffix}"): (objective, alert)
            for objective in burn.OBJECTIVES
            if not any(measure in readings.unread for measure in objective.measures)
            for alert in burn.ALERTS
        }
        is_held = burn.is_known_to_be_down(readings, window)
        documents = self.store.get_many(keys)
        found: list[str] = []
        for key, (objective, alert) in keys.items():
            least = self.least.get(objective.name, objective.least)
            burning = burn.burning(objective, alert, readings, window.end, least)
            document = documents.get(key) or Document(key, 0, {})
            before = _state(document.body)
            step = burn.step(before, burning, self.now, is_held=is_held)
            if burning:
                found.append(key[1])
            if step.tells is not None:
                self.tell(self._message(objective, alert, burning, readings, window))
            if step.state != before:
                self._write(replace(document, body=_body(step.state)))
        return found

    def _write(self, document: Document) -> None:
        """Keep what was told; told twice by two runs it is still one incident, by its key."""
        try:
            self.store.put(document, self.now + KEPT)
        except ConflictError:
            return

    def _message(
        self, objective: Objective, alert: burn.BurnAlert, found: burn.Burning | None,
        readings: Readings, window: Window,
    ) -> AlertMessage:  # fmt: skip
        # imported when there is something to tell: pydantic is a quarter of a cold start
        from avatarwatch.alert_state import AlertState  # noqa: PLC0415
        from avatarwatch.alerts import AlertMessage  # noqa: PLC0415

        name = f"{objective.name.capitalize()}{alert.suffix}"
        quiet = f"The error budget of {objective.noun} is no longer used up too fast"
        return AlertMessage(
            alert=name,
            state=AlertState.ALARM if found else AlertState.OK,
            summary=burn.summary(objective, found) if found else quiet,
            facts=dict(burn.facts(objective, readings, window.end)),
            time=self.now,
            key=f"{self.system}/{name}",
        )


def _state(body: Json) -> burn.State:
    moments = (body.get(name) for name in ("opened", "burnt"))
    return burn.State(*(datetime.fromisoformat(text) if text else None for text in moments))


def _body(state: burn.State) -> Json:
    return {
        "opened": state.opened and state.opened.isoformat(),
        "burnt": state.burnt and state.burnt.isoformat(),
    }
