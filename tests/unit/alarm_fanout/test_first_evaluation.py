"""Which first looks wait: no history of a new alarm loses an alarm, and no calm one is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.alert import Alert
from alarm_fanout.claiming import untold
from alarm_fanout.envelopes import unpack
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.observe import FlapPolicy, observe
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.first_evaluation import WARM_UP, waits_until
from avatarwatch.alert_state import AlertState
from fakes.alarms import alarm, alarm_event, new_alarm

MADE = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LATER = MADE + timedelta(days=1)
NEVER_FLAPS = FlapPolicy(changes=10**6)
ALARM, OK, UNKNOWN = AlertState.ALARM, AlertState.OK, AlertState.INSUFFICIENT_DATA
WANTING = "no datapoints were received for {} and {} treated as [Breaching]."
ONE = "Threshold Crossed: " + WANTING.format("1 period", "1 missing datapoint was")
MANY = "Threshold Crossed: " + WANTING.format("3 periods", "3 missing datapoints were")


PARTLY = (
    "Threshold Crossed: 2 out of the last 5 datapoints [0.0 (23/11/26 10:15:00)] were less than the"
    " threshold (1.0) and 3 missing datapoints were treated as [Breaching]."
)


@pytest.mark.parametrize("reason", [MANY, ONE])
@pytest.mark.parametrize("minutes", [0, 2, 59])
def test_an_alarm_that_never_had_data_waits_for_its_first_hour(reason: str, minutes: int) -> None:
    at = MADE + timedelta(minutes=minutes)
    assert waits_until((UNKNOWN, ALARM), reason, MADE, at) == MADE + WARM_UP
    assert waits_until((UNKNOWN, ALARM), reason, None, at) is None


@pytest.mark.parametrize(
    ("change", "reason", "minutes"),
    [
        ((UNKNOWN, ALARM), MANY, 60),
        ((UNKNOWN, ALARM), MANY, -1),
        ((OK, ALARM), MANY, 2),
        ((None, ALARM), MANY, 2),
        ((UNKNOWN, OK), MANY, 2),
        ((ALARM, ALARM), MANY, 2),
        ((UNKNOWN, ALARM), "", 2),
        ((UNKNOWN, ALARM), MANY.replace("Breaching", "NonBreaching"), 2),
        ((UNKNOWN, ALARM), PARTLY, 2),
    ],
)
def test_nothing_else_waits(
    change: tuple[AlertState | None, AlertState], reason: str, minutes: int
) -> None:
    assert waits_until(change, reason, MADE, MADE + timedelta(minutes=minutes)) is None


def test_over_eventbridge_the_state_before_tells_when_the_alarm_was_made() -> None:
    first = read(new_alarm("a", MADE, MADE + timedelta(minutes=2), over="eventbridge"))
    assert first.waits_until == MADE + WARM_UP
    event = json.loads(new_alarm("a", MADE, MADE + timedelta(minutes=2), over="eventbridge"))
    event["detail"]["previousState"]["reason"] = "Insufficient Data: 3 datapoints were unknown."
    assert read(json.dumps(event)).waits_until is None
    del event["detail"]["previousState"]
    assert read(json.dumps(event)).waits_until is None


@pytest.mark.parametrize("over", ["sns", "eventbridge"])
def test_both_ways_are_one_change_and_another_than_the_same_released(over: str) -> None:
    first = read(new_alarm("a", MADE, MADE + timedelta(minutes=2), over=over))
    assert first.change_id == read(new_alarm("a", MADE, MADE + timedelta(minutes=2))).change_id
    assert first.released().change_id != first.change_id
    assert [first.is_due(MADE + timedelta(minutes=each)) for each in (59, 60)] == [False, True]
    assert not first.released().is_due(LATER)
    muted = replace(first, suppressed=True)  # for how long is not told
    assert not muted.is_due(LATER)
    assert replace(muted, held_until=LATER).is_due(LATER)


def read(body: str) -> Alert:
    """Return what a message of the queue says."""
    records = {"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs"}]}
    (envelope,) = unpack(records)
    (alert,) = parse(envelope, LATER)
    return alert


@dataclass(slots=True)
class Watch:
    """One alarm's incident as changes and ticks find it."""

    incident: Incident | None = None
    told: int = 0

    def hear(self, alert: Alert) -> None:
        """Take a change, and what it tells as told."""
        seen = observe(self.incident, alert, NEVER_FLAPS)
        self.incident = seen.incident
        if seen.news and not seen.repeated:
            self.incident = seen.incident.with_notice(untold(seen.news, alert.change_id, ()))
            self.told += seen.news is NoticeKind.OPENED

    def tick(self, now: datetime) -> None:
        """Release what is due, as the scheduled tick does."""
        found = self.incident
        if found and found.alert.is_due(now) and found.alert.state is ALARM and not found.is_open:
            self.hear(found.alert.released())


states = st.lists(st.sampled_from([OK, ALARM]), max_size=6)


@given(
    states=states,
    gaps=st.lists(st.integers(1, 40), min_size=7, max_size=7),
    ways=st.lists(st.sampled_from(["sns", "eventbridge", "both"]), min_size=7, max_size=7),
    order=st.randoms(use_true_random=False),
)
def test_whatever_becomes_of_a_new_alarm_one_that_stays_in_alarm_is_told(
    states: list[AlertState],
    gaps: list[int],
    ways: list[str],
    order: Random,
) -> None:
    history = _history(states, gaps, ways)
    bodies = [read(body) for _, copies in history for body in (*copies, copies[0])]
    order.shuffle(bodies)
    watch = Watch()
    for number, alert in zip(count(), bodies, strict=False):
        watch.hear(alert)
        watch.tick(MADE + timedelta(minutes=7 * number))
    for hour in (2, 12, 24):
        watch.tick(MADE + timedelta(hours=hour))
    assert watch.incident
    assert watch.incident.is_open is (([ALARM, *states])[-1] is ALARM)
    assert watch.told <= 1 + len(states)


@given(minutes=st.integers(1, 55), way=st.sampled_from(["sns", "eventbridge", "both"]))
def test_a_new_alarm_that_is_calm_within_its_hour_is_never_told(minutes: int, way: str) -> None:
    watch = Watch()
    history = _history([OK], [2, minutes], [way, way])
    for at, copies in history:
        watch.tick(at)
        for body in (*copies, copies[0]):
            watch.hear(read(body))
    watch.tick(LATER)
    assert watch.incident
    assert (watch.told, watch.incident.notices) == (0, ())


def test_a_new_alarm_without_data_that_is_no_longer_judged_is_not_told() -> None:
    watch = Watch()
    watch.hear(read(new_alarm("a", MADE, MADE + timedelta(minutes=2))))
    unknown = alarm("a", "INSUFFICIENT_DATA", MADE + timedelta(minutes=9), previous="ALARM")
    watch.hear(read(unknown))
    watch.tick(LATER)
    assert watch.told == 0
    watch.hear(read(alarm("a", "ALARM", MADE + timedelta(minutes=20))))
    assert watch.told == 1


def _history(
    states: list[AlertState], gaps: list[int], ways: list[str]
) -> list[tuple[datetime, list[str]]]:
    """Return a new alarm's changes, the first for want of data, each with its copies."""
    at, changes = MADE, []
    for number, (state, gap, way) in enumerate(zip([ALARM, *states], gaps, ways, strict=False)):
        at += timedelta(minutes=gap)
        over = ["sns", "eventbridge"] if way == "both" else [way]
        if number == 0:
            copies = [new_alarm("a", MADE, at, over=each) for each in over]
        else:
            copies = [
                (alarm if each == "sns" else alarm_event)("a", state.value, at) for each in over
            ]
        changes.append((at, copies))
    return changes
