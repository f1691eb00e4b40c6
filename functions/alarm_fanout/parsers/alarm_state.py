"""The state and configuration of an alarm as EventBridge and Lambda actions carry them.

Source: CloudWatch's user guide, "Alarm events and EventBridge" and "Invoke a Lambda function from
an alarm". The threshold and the datapoints stand in ``reasonData``, a text that spells JSON and may
be absent; the comparison and the number of periods stand nowhere but in the reason's sentence.
"""

import json
from dataclasses import replace

from alarm_fanout.alert import Child, Crossing
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers import alarm_common as common
from alarm_fanout.parsers import reason
from alarm_fanout.parsers.part import Part
from alarm_fanout.parsers.texts import cleaned


def crossing(configuration: Part, state: Part) -> Crossing | None:
    """Return what crossed which threshold, None for an alarm that reads no metric."""
    read = common.queries(configuration)
    return common.crossing(read, common.rule(configuration), _reason(state)) if read else None


def children(state: Part) -> tuple[Child, ...]:
    """Return the alarms that made a composite alarm change."""
    return common.children(_data(state).parts("triggeringAlarms"))


def _reason(state: Part) -> reason.Reason:
    told = reason.read(state.text("reason") or "")
    data = _data(state)
    threshold = data.number("threshold")
    edges = [data.numbers(name)[-1:] for name in ("recentLowerThresholds", "recentUpperThresholds")]
    return replace(
        told,
        # the sentence has the latest first, reasonData the earliest
        values=told.values or data.numbers("recentDatapoints")[::-1],
        since=told.since or instant(data.text("startDate")),
        edges=told.edges or (*edges[0], *edges[1]),
        threshold=told.threshold if threshold is None else threshold,
    )


def _data(state: Part) -> Part:
    try:
        document = cleaned(json.loads(state.text("reasonData") or "{}"))
    except (ValueError, RecursionError):
        return Part()
    return Part(document) if isinstance(document, dict) else Part()
