"""Drive the emulator's alarms by the evaluator, where the emulator cannot evaluate itself.

It knows neither M of N nor what is missing, and holds no composite back; but it changes states that
it is told, carries out their actions and evaluates a composite's rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alarm_evaluator import Act, CompositeAlarm, MetricAlarm, State, Transition
from local.rehearsal.message import reason


class DisagreementError(Exception):
    """The emulator's composite is in another state than the evaluator's; the message says which."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Plays changes of alarms in an emulator's CloudWatch, in their order and without delay.

    ``alarms`` are the emulator's alarms by their names.
    """

    client: Any
    alarms: Mapping[str, MetricAlarm | CompositeAlarm]

    def play(self, acts: Sequence[Act]) -> None:
        """Change what changes; a composite's actions are off while they are held back.

        Raises
        ------
        DisagreementError
            The emulator's rule of a composite comes to another state.
        """
        for place, act in enumerate(acts):
            change, alarm = act.transition, self.alarms[act.transition.name]
            if not isinstance(alarm, CompositeAlarm):
                at_once = (each for each in acts[place:] if each.at == act.at and each.held)
                self._hold({each.transition.name for each in at_once})
                self._set(change.name, change.after, reason(change, alarm))
            elif act.at > change.at:
                self._release(change)
            else:
                self._check(change.name, change.after)

    def _release(self, change: Transition) -> None:
        """Tell what was held back: a state that is set anew, from one that tells nothing."""
        self._hold(set())
        why = "its actions are no longer held back"
        self._set(change.name, State.INSUFFICIENT_DATA, why)
        self._set(change.name, change.after, why)

    def _set(self, name: str, state: State, why: str) -> None:
        self.client.set_alarm_state(AlarmName=name, StateValue=state.value, StateReason=why)

    def _hold(self, held: set[str]) -> None:
        composites = [n for n, alarm in self.alarms.items() if isinstance(alarm, CompositeAlarm)]
        if off := sorted(held.intersection(composites)):
            self.client.disable_alarm_actions(AlarmNames=off)
        if on := sorted(set(composites) - held):
            self.client.enable_alarm_actions(AlarmNames=on)

    def _check(self, name: str, expected: State) -> None:
        [found] = self.client.describe_alarms(
            AlarmNames=[name], AlarmTypes=["CompositeAlarm"]
        )["CompositeAlarms"]  # fmt: skip
        if found["StateValue"] != expected:
            raise DisagreementError(f"{name} is {found['StateValue']}, not {expected}")
