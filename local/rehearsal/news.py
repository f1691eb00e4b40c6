"""What reaches AlarmFanout, and when: changes of alarms, alerts of functions, ticks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alarm_evaluator import CompositeAlarm, MetricAlarm, Simulated
from avatarwatch.alerts import AlertMessage
from avatarwatch.mutes import Mute
from local.rehearsal.deployed import Stack
from local.rehearsal.message import event, notification, published
from local.rehearsal.telling import Telling

TICK = timedelta(minutes=5)
"""How often the schedule asks for reminders; nothing is asked while nothing is open or held."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the queue hands it over, and when (seconds since 1970)."""

    at: int
    name: str
    body: str


def messages(
    stack: Stack, simulated: Simulated, told: Sequence[AlertMessage], region: str
) -> list[Message]:
    """Return everything that AlarmFanout hears, in the order of time.

    Our alarms come by their actions; those of others over EventBridge, which tells each change.
    """
    own = {alarm.name: alarm for alarm in stack.alarms.values()}
    theirs: Mapping[str, MetricAlarm | CompositeAlarm] = {**stack.others, **stack.composites}

    def of_alarms() -> Iterator[Message]:
        for act in simulated.acts:
            change = act.transition
            if alarm := own.get(change.name):
                if alarm.actions.of(change.after):
                    yield Message(act.at, alarm.name, notification(change, alarm, region))
            elif (other := theirs.get(change.name)) and stack.tells(change.name):
                yield Message(act.at, other.name, event(act, other, region))

    def of_functions() -> Iterator[Message]:
        for each in told:
            at = int(each.time.timestamp())
            body = published(each.as_json(), at, f"{each.key}-{at}", region)
            yield Message(at, each.key, body)

    return sorted((*of_alarms(), *of_functions()), key=lambda message: message.at)


def tell(telling: Telling, heard: Sequence[Message], mutes: Sequence[Mute], end: datetime) -> None:
    """Let AlarmFanout tell of what it hears, with the schedule's ticks in between.

    A mute is set by the tick before it begins, or by the first message within it. Planned
    maintenance becomes mutes by ticks, the first of them before the first message.
    """
    waiting = sorted(mutes, key=lambda mute: mute.since)
    tick = datetime.fromtimestamp(heard[0].at, UTC) if heard else end
    if telling.windows:
        telling.tick(tick - TICK)
    for message in heard:
        now = datetime.fromtimestamp(message.at, UTC)
        while waiting and waiting[0].since <= now:
            telling.mute(waiting.pop(0))
        tick = _ticks(telling, tick, now)
        telling.hear(message.at, message.name, message.body)
    _ticks(telling, tick, end)


def _ticks(telling: Telling, tick: datetime, until: datetime) -> datetime:
    """Run the schedule up to an instant; nothing happens while nothing is open."""
    idle = telling.is_idle()
    while tick < until:
        if not idle:
            telling.tick(tick)
            idle = telling.is_idle()
        tick += TICK
    return tick
