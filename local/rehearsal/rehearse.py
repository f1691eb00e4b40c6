"""One rehearsal: KPIs, alarms, messages, and what other thresholds would have come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alarm_evaluator import Act, Prepared, State, Transition
from alarm_fanout.settings import FunctionSettings as FanoutSettings
from avatarwatch.catalogue import CATALOGUE
from local.rehearsal.deployed import Stack
from local.rehearsal.kpis import Computed
from local.rehearsal.telling import TICK, Telling, Told

NIGHT = (22, 7)  # from ten in the evening until seven, in ReportTimeZone
CURVE = 15  # values of a threshold that are tried


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the time, the region of the stack, and how many alerts a week are wanted."""

    start: datetime
    end: datetime
    region: str
    at_most: float

    @property
    def weeks(self) -> float:
        """How long the time is."""
        return (self.end - self.start) / timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold, in the metric's unit, and how many alerts a week it comes to."""

    threshold: float
    a_week: float


@dataclass(frozen=True, slots=True)
class Line:
    """One alert's time line: when it rang and until when, and why it never had data."""

    alert_id: str
    title: str
    threshold: float
    rang: tuple[tuple[datetime, datetime | None], ...]
    curve: tuple[Step, ...] = ()
    fits: float | None = None
    no_data: str = ""


def missed(line: Line, other: Line) -> list[datetime]:
    """Return when an alert rang of which nothing would be told with the other's threshold."""
    far = datetime.max.replace(tzinfo=UTC)
    return [
        start
        for start, end in line.rang
        if not any(a <= (end or far) and start <= (b or far) for a, b in other.rang)
    ]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would have happened. ``flapped`` are alerts of which AlarmFanout said so."""

    start: datetime
    end: datetime
    time_zone: str
    at_most: float
    lines: tuple[Line, ...]
    told: tuple[Told, ...]
    left_out: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def by_channel(self) -> dict[str, int]:
        """Messages by channel."""
        return dict(sorted(Counter(each.channel for each in self.told).items()))

    @property
    def at_night(self) -> list[Told]:
        """What would have woken somebody at night."""
        zone = ZoneInfo(self.time_zone)
        hours = ((each, each.at.astimezone(zone).hour) for each in self.told if each.wakes)
        return [each for each, hour in hours if hour >= NIGHT[0] or hour < NIGHT[1]]

    @property
    def flapped(self) -> list[Told]:
        """The messages that say that an alert flaps."""
        return [each for each in self.told if "flap" in each.text.lower()]


def rehearse(stack: Stack, computed: Computed, asked: Question) -> Rehearsal:
    """Evaluate a stack's alarms over KPIs, and tell of each change as AlarmFanout does."""
    first, last = int(asked.start.timestamp()), int(asked.end.timestamp())
    prepared = {
        name: Prepared.of(alarm, computed.data, first, last) for name, alarm in stack.alarms.items()
    }
    changes = {name: each.transitions() for name, each in prepared.items()}
    with stack.environment("AlarmFanoutFunction", asked.region):
        telling = Telling(FanoutSettings.from_env())
        _tell(stack, telling, changes, asked.end)
    lines = tuple(
        _line(name, each, changes[name], computed, asked) for name, each in prepared.items()
    )
    return Rehearsal(
        asked.start, asked.end, stack.time_zone, asked.at_most, lines, tuple(telling.told),
        stack.left_out, stack.parameters,
    )  # fmt: skip


def _tell(
    stack: Stack, telling: Telling, changes: Mapping[str, Sequence[Transition]], end: datetime
) -> None:
    """Tell of all changes in their order, with the schedule's ticks in between."""
    acts = sorted(
        ((Act(change.at, change), name) for name, each in changes.items() for change in each),
        key=lambda pair: pair[0].at,
    )
    tick = datetime.fromtimestamp(acts[0][0].at, UTC) if acts else end
    for act, name in acts:
        tick = _ticks(telling, tick, datetime.fromtimestamp(act.at, UTC))
        alarm = stack.alarms[name]
        if alarm.actions.of(act.transition.after):
            telling.change(act, alarm)
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


def _line(
    name: str, prepared: Prepared, changes: Sequence[Transition], computed: Computed,
    asked: Question,
) -> Line:  # fmt: skip
    alarm = prepared.alarm
    [query] = alarm.queries
    metric = query.metric.name if query.metric else ""
    title = CATALOGUE[name].title if name in CATALOGUE else name
    if query.metric not in computed.data:
        why = computed.reasons.get(metric, "nobody puts it")
        return Line(name, title, alarm.threshold, (), no_data=why)
    curve = _curve(prepared, asked.weeks)
    return Line(
        name,
        title,
        alarm.threshold,
        tuple(_rang(changes)),
        curve,
        _fits(prepared, curve, asked.at_most),
    )


def _rang(changes: Sequence[Transition]) -> list[tuple[datetime, datetime | None]]:
    found: list[tuple[datetime, datetime | None]] = []
    for change in changes:
        at = datetime.fromtimestamp(change.at, UTC)
        if change.after is State.ALARM:
            found.append((at, None))
        elif change.before is State.ALARM:
            found[-1] = (found[-1][0], at)
    return found


def _curve(prepared: Prepared, weeks: float) -> tuple[Step, ...]:
    """Try the threshold that is set, and those that part the values into equal shares."""
    values = sorted(prepared.values)
    places = [round(n * (len(values) - 1) / (CURVE - 1)) for n in range(CURVE)] if values else []
    tried = sorted({*(values[place] for place in places), prepared.alarm.threshold})
    return tuple(Step(each, prepared.rings(each) / weeks) for each in tried)


def _fits(prepared: Prepared, curve: Sequence[Step], at_most: float) -> float | None:
    """Return the strictest value from which on to the laxest each gives ``at_most`` a week."""
    is_over = prepared.alarm.comparison.value.startswith("Greater")
    found: float | None = None
    for step in reversed(curve) if is_over else curve:
        if step.a_week > at_most:
            break
        found = step.threshold
    return found
