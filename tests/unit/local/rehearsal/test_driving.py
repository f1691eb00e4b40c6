"""The emulator's alarms driven by the evaluator's changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_evaluator import (
    Act,
    CompositeAlarm,
    MetricAlarm,
    State,
    SuppressedBy,
    Transition,
    composite_alarm,
    metric_alarm,
)
from local.rehearsal.driving import DisagreementError, Driver
from local.rehearsal.fortnight import DAYS, PREFIX, Fortnight, UnsimulatedError, team_alarms

ALARMS: dict[str, MetricAlarm | CompositeAlarm] = {
    each["AlarmName"]: composite_alarm(each) if "AlarmRule" in each else metric_alarm(each)
    for each in team_alarms()
}
OVER = f"{PREFIX}degraded"


@dataclass
class Emulated:
    """An emulator's alarms: states as they are set, one composite over its parts."""

    states: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ALARMS, "OK"))
    on: bool = True
    told: list[tuple[str, str]] = field(default_factory=list)
    is_wrong: bool = False

    def set_alarm_state(self, *, AlarmName: str, StateValue: str, StateReason: str) -> None:  # noqa: N803
        assert StateReason
        self._change(AlarmName, StateValue)
        rings = {self.states["part-latency"], self.states["part-errors"]} & {"ALARM"}
        if AlarmName != OVER and not self.is_wrong:
            self._change(OVER, "ALARM" if rings else "OK")

    def _change(self, name: str, state: str) -> None:
        if self.states[name] != state and (name != OVER or self.on):
            self.told.append((name, state))
        self.states[name] = state

    def disable_alarm_actions(self, *, AlarmNames: list[str]) -> None:  # noqa: N803
        assert AlarmNames == [OVER]
        self.on = False

    def enable_alarm_actions(self, *, AlarmNames: list[str]) -> None:  # noqa: N803
        assert AlarmNames == [OVER]
        self.on = True

    def describe_alarms(self, **_: Any) -> dict[str, Any]:
        return {"CompositeAlarms": [{"AlarmName": OVER, "StateValue": self.states[OVER]}]}


def act(
    at: int, name: str, after: State, held: SuppressedBy | None = None, of: int | None = None
) -> Act:
    before = State.OK if after is State.ALARM else State.ALARM
    return Act(at, Transition(at if of is None else of, name, before, after), held)


def test_what_is_held_back_is_told_by_nobody_and_what_waits_is_told_once() -> None:
    emulated, wait = Emulated(), SuppressedBy.WAIT_PERIOD
    Driver(emulated, ALARMS).play([
        act(0, f"{PREFIX}down", State.ALARM),
        act(1, "part-latency", State.ALARM), act(1, OVER, State.ALARM, SuppressedBy.ALARM),
        act(2, f"{PREFIX}down", State.OK),
        act(3, "part-latency", State.OK), act(3, OVER, State.OK, wait),
        act(9, "part-errors", State.ALARM), act(9, OVER, State.ALARM, wait),
        act(11, OVER, State.ALARM, of=9),
    ])  # fmt: skip
    of_composite = [state for name, state in emulated.told if name == OVER]
    assert of_composite == ["INSUFFICIENT_DATA", "ALARM"]
    assert (f"{PREFIX}down", "ALARM") in emulated.told


def test_an_emulator_that_comes_to_another_state_is_told_of() -> None:
    with pytest.raises(DisagreementError, match=f"{OVER} is OK, not ALARM"):
        Driver(Emulated(is_wrong=True), ALARMS).play(
            [act(1, "part-latency", State.ALARM), act(1, OVER, State.ALARM)]
        )


def test_the_fortnight_knows_what_it_knows() -> None:
    found = Fortnight.before(datetime(2026, 11, 27, 3, 4, tzinfo=UTC))
    assert (found.end - found.start).days == DAYS
    assert found.end == datetime(2026, 11, 27, tzinfo=UTC)
    metric = {"Namespace": "S", "MetricName": "AvatarUploads", "Dimensions": []}
    query = {"Id": "a", "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 86_400}}
    request = {
        "StartTime": found.start, "EndTime": found.end, "MetricDataQueries": [query],
    }  # fmt: skip
    [result] = found.get_metric_data(**request)["MetricDataResults"]
    assert len(result["Values"]) == DAYS
    assert min(result["Values"]) > 10_000
    other = {"Id": "a", "MetricStat": {"Metric": metric, "Stat": "p50", "Period": 86_400}}
    with pytest.raises(UnsimulatedError, match="p50"):
        found.get_metric_data(**{**request, "MetricDataQueries": [other]})
    with pytest.raises(UnsimulatedError):
        found.get_paginator("list_dashboards")
