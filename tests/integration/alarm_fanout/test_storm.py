"""A storm as the clock of the fakes sees it: few messages, none lost, every alarm named.

``STORM`` is how many changes there are; `make chaos` plays ten thousand.
"""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from benchmarks.storm import CHANGES, SECONDS, Change, arrivals, changes
from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.seen import standing
from fakes.slack import Posted
from fakes.world import World

WINDOW = timedelta(seconds=1)  # the template's: so long a batch is gathered
SIZE = int(os.environ.get("STORM", CHANGES))


@dataclass(slots=True)
class Storm:
    """What was sent, and when the last of it was told."""

    world: World
    truth: dict[str, bool] = field(default_factory=dict)
    drained: timedelta = timedelta()

    def play(self, storm: list[Change], seed: int) -> None:
        """Send each change at its moment; the function takes what is there once a second."""
        self.truth = {change.name: change.over for change in storm}
        waiting = arrivals(storm, seed)
        ended = MORNING + timedelta(seconds=waiting[-1][0])
        while waiting or self.world.queue.messages:
            self.world.clock.advance(seconds=WINDOW.total_seconds())
            while waiting and MORNING + timedelta(seconds=waiting[0][0]) <= self.world.clock():
                _, change = waiting.pop(0)
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


@pytest.fixture(scope="module", params=[60.0, 300.0], ids=["in a minute", "in five"])
def storm(request: pytest.FixtureRequest) -> Storm:
    made = Storm(World(has=frozenset({"slack", "email"})))
    with made.world.running():
        made.play(
            changes(1, SIZE if request.param == SECONDS else CHANGES, seconds=request.param), 1
        )
    return made


def test_it_is_few_messages_and_soon_over(
    storm: Storm, record_property: Callable[[str, object], None]
) -> None:
    calls = storm.world.slack.calls
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # of the tests' whole process
    record_property(
        "table",
        f"{SIZE:,} state changes: {len(storm.messages)} messages, {calls.count('update')} edits,"
        f" all told {storm.drained.total_seconds():.0f} s after the last, {peak:.0f} MB at most",
    )
    assert len(storm.messages) <= 30
    assert calls.count("update") <= 30
    # one function takes at most a hundred a second here, copies among them
    assert storm.drained <= timedelta(seconds=max(60, SIZE / 80))


def test_nothing_is_lost_and_every_alarm_is_named(storm: Storm) -> None:
    facts = standing(storm.world, storm.truth)
    assert {name for name, _ in facts} == set(storm.truth)
    last = storm.world.slack.top()[-1].text.partition("\n")[0]
    assert "recovered" in last or "ongoing" in last


def test_the_last_state_gets_in(storm: Storm) -> None:
    counts = [
        re.search(r"(\d+) ongoing", m.text.partition("\n")[0]) for m in storm.world.slack.top()
    ]
    assert sum(int(found[1]) for found in counts if found) == sum(
        not over for over in storm.truth.values()
    )


def test_it_rings_and_not_for_every_change(storm: Storm) -> None:
    rings = [message for message in storm.messages if message.thread is None or message.broadcast]
    assert 2 <= len(rings) <= 25
