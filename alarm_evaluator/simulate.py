"""Many alarms over a span of time: their changes, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alarm_evaluator.composites import Act, composite_transitions, held_back
from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.evaluate import Prepared
from alarm_evaluator.model import CompositeAlarm, MetricAlarm, MetricRef, Transition
from alarm_evaluator.series import Series


@dataclass(frozen=True, slots=True)
class Simulated:
    """What became of alarms: changes by alarm, acts in the order of time.

    ``left_out`` are the alarms that cannot be simulated, and why.
    """

    changes: Mapping[str, Sequence[Transition]]
    acts: Sequence[Act]
    left_out: Mapping[str, str] = field(default_factory=dict)


def simulate(
    alarms: Sequence[MetricAlarm], composites: Sequence[CompositeAlarm],
    data: Mapping[MetricRef, Series], start: int, end: int,
) -> Simulated:  # fmt: skip
    """Evaluate alarms in [start, end), all of them created at ``start``.

    An alarm that cannot be simulated is left out, and so is a composite that looks at one.
    """
    changes: dict[str, Sequence[Transition]] = {}
    left_out: dict[str, str] = {}
    for alarm in alarms:
        try:
            changes[alarm.name] = Prepared.of(alarm, data, start, end).transitions()
        except EvaluatorError as error:
            left_out[alarm.name] = str(error)
    return with_composites(changes, composites, left_out, start, end)


def with_composites(
    changes: Mapping[str, Sequence[Transition]], composites: Sequence[CompositeAlarm],
    left_out: Mapping[str, str], start: int, end: int,
) -> Simulated:  # fmt: skip
    """Add composites to the changes of metric alarms."""
    missing, kept = dict(left_out), list[CompositeAlarm]()
    for alarm in composites:
        absent = [name for name in left_out if name in alarm.rule]
        if absent:
            missing[alarm.name] = f"looks at what is left out: {', '.join(absent)}"
        else:
            kept.append(alarm)
    every = [change for each in changes.values() for change in each]
    found = composite_transitions(kept, every, changes, start)
    of_composites = {
        alarm.name: [change for change in found if change.name == alarm.name] for alarm in kept
    }
    both = {**changes, **of_composites}
    acts = [Act(change.at, change) for change in every]
    for alarm in kept:
        acts += held_back(alarm, of_composites[alarm.name], both, end)
    return Simulated(both, sorted(acts, key=lambda act: act.at), missing)
