"""Storms as the clock of the fakes sees them: few messages, none lost, every alarm named once.

``STORM`` is how many changes the first has; `make chaos` plays ten thousand, of 3,000 alarms.
"""

from __future__ import annotations

import os
import random
import re
import resource
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from alarm_fanout.channels.base import Deferred
from alarm_fanout.channels.http import RATE_LIMITED
from benchmarks.parts.storm_told import Change
from benchmarks.storm import CHANGES, SECONDS, arrivals, changes
from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.seen import standing, tellings
from fakes.slack import DOWN, Posted
from fakes.world import World

WINDOW = timedelta(seconds=1)  # the template's: so long a batch is gathered
SIZE = int(os.environ.get("STORM", CHANGES))
EACH_ALARM = 10 / 3  # changes
SEED = 1


@dataclass(frozen=True, slots=True)
class Weather:
    """What a storm is like; of Slack's answers a share is 429, and for a while it is down."""

    size: int = CHANGES
    seconds: float = SECONDS
    limited: float = 0.0
    down_until: timedelta = timedelta()

    @property
    def changes(self) -> list[Change]:
        """The storm in its true order."""
        return changes(SEED, self.size, round(self.size / EACH_ALARM), self.seconds)


WEATHERS = {
    "in a minute": Weather(SIZE),
    "in five": Weather(seconds=300.0),
    "Slack limits its rate": Weather(limited=0.2),
    "Slack is down for the first half": Weather(
        limited=0.2, down_until=timedelta(seconds=SECONDS / 2)
    ),
}


@dataclass(slots=True)
class Storm:
    """What was sent, and when the last of it was told."""

    weather: Weather
    world: World = field(default_factory=lambda: World(has=frozenset({"slack", "email"})))
    truth: dict[str, bool] = field(default_factory=dict)
    drained: timedelta = timedelta()

    def play(self) -> None:
        """Send each change at its moment; the function takes what is there once a second."""
        chance = random.Random(SEED)  # noqa: S311 - reproducible on purpose
        storm = self.weather.changes
        self.truth = {change.name: change.over for change in storm}
        self.world.slack.faults = deque(
            Deferred(1.0, RATE_LIMITED, turn=True)
            if chance.random() < self.weather.limited
            else None
            for _ in range(1000)
        )
        waiting = deque(arrivals(storm, SEED))
        ended = MORNING + timedelta(seconds=waiting[-1][0])
        while waiting or self.world.queue.messages:
            self.world.clock.advance(seconds=WINDOW.total_seconds())
            passed = self.world.clock() - MORNING
            self.world.slack.down = DOWN if passed < self.weather.down_until else None
            while waiting and timedelta(seconds=waiting[0][0]) <= passed:
                _, change = waiting.popleft()
                at = MORNING + timedelta(seconds=change.after)
                self.world.send(alarm(change.name, "OK" if change.over else "ALARM", at))
            due = self.world.queue.next_visible
            if due and due <= self.world.clock():
                self.world.poll()
        self.drained = self.world.clock() - ended

    @property
    def messages(self) -> list[Posted]:
        """All that stands in Slack."""
        return list(self.world.slack.messages.values())


@pytest.fixture(scope="module", params=list(WEATHERS))
def storm(request: pytest.FixtureRequest) -> Storm:
    made = Storm(WEATHERS[request.param])
    with made.world.running():
        made.play()
    return made


def test_it_is_few_messages_and_soon_over(
    storm: Storm, record_property: Callable[[str, object], None]
) -> None:
    calls, size = storm.world.slack.calls, storm.weather.size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # of the tests' whole process
    record_property(
        "table",
        f"{size:,} state changes of {len(storm.truth):,} alarms: {len(storm.messages)} messages,"
        f" {calls.count('update')} edits, all told {storm.drained.total_seconds():.0f} s after the"
        f" last, {peak:.0f} MB at most",
    )
    thousands = size / CHANGES
    assert len(storm.messages) <= 30 * thousands
    assert calls.count("update") <= 30 * thousands
    # a hundred a second at most are taken here, and most of them twice: they wait for a wave
    assert storm.drained <= timedelta(seconds=max(60.0, 40 * thousands))


def test_it_keeps_to_slacks_rate(storm: Storm) -> None:
    lasted = storm.drained + timedelta(seconds=storm.weather.seconds)
    uploads = storm.world.slack.calls.count("upload")
    assert len(storm.world.slack.calls) - uploads <= lasted.total_seconds()


def test_nothing_is_lost_and_every_alarm_is_named(storm: Storm) -> None:
    facts = standing(storm.world, storm.truth)
    assert {name for name, _ in facts} == set(storm.truth)
    last = storm.world.slack.top()[-1].text.partition("\n")[0]
    assert "recovered" in last or "ongoing" in last


def test_nobody_is_told_twice_of_one_change(storm: Storm) -> None:
    told = Counter(
        fact
        for each in tellings(storm.world, storm.truth)
        if each.channel == "slack"
        for fact in each.facts
    )
    true = Counter((change.name, change.over) for change in storm.weather.changes)
    assert told - true == Counter()


def test_the_last_state_gets_in(storm: Storm) -> None:
    counts = [
        re.search(r"(\d+) ongoing", m.text.partition("\n")[0]) for m in storm.world.slack.top()
    ]
    assert sum(int(found[1]) for found in counts if found) == sum(
        not over for over in storm.truth.values()
    )


def test_it_rings_and_not_for_every_change(storm: Storm) -> None:
    rings = [message for message in storm.messages if message.thread is None or message.broadcast]
    assert 2 <= len(rings) <= 25 * storm.weather.size / CHANGES
