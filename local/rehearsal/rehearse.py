"""One rehearsal: KPIs, alarms, messages, and what other thresholds would have come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import itemgetter
from zoneinfo import ZoneInfo

from alarm_evaluator import (
    CompositeAlarm,
    Prepared,
    State,
    Transition,
    with_composites,
)
from alarm_fanout.settings import FunctionSettings as FanoutSettings
from alarm_fanout.settings import NotificationSettings
from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.mutes import Mute
from local.rehearsal.deployed import TOLD_BY_POLLS, Stack
from local.rehearsal.kpis import Computed
from local.rehearsal.news import messages, tell
from local.rehearsal.recording import RecordingError
from local.rehearsal.telling import Telling, Told

NIGHT = (22, 7)  # from ten in the evening until seven, in ReportTimeZone
CURVE = 15  # values of a threshold that are tried
MOST_OF_THE_TIME = 0.5
LATE = timedelta(hours=1)  # by so much more than a period may data begin without a word


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
    """A threshold in the metric's unit: alerts a week, and the share of the time that they ring."""

    threshold: float
    a_week: float
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One alert's time line: when it rang and until when, and why it never had data.

    ``since`` is when its data begin, where that is well after the time asked for. Composites have a
    ``rule`` and no threshold, budgets neither.
    """

    alert_id: str
    title: str
    threshold: float | None
    rang: tuple[tuple[datetime, datetime | None], ...]
    curve: tuple[Step, ...] = ()
    fits: float | None = None
    no_data: str = ""
    since: datetime | None = None
    rule: str = ""

    def without(self) -> Line:
        """Return the line of an alert that is not there: it never rang."""
        return Line(self.alert_id, self.title, None, (), rule=self.rule)


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
    mutes: tuple[Mute, ...] = ()
    acknowledges: timedelta | None = None

    @property
    def by_channel(self) -> dict[str, int]:
        """Messages by channel."""
        return dict(sorted(Counter(each.channel for each in self.told).items()))

    def local(self, at: datetime) -> datetime:
        """Return an instant by the clock of ReportTimeZone."""
        return at.astimezone(ZoneInfo(self.time_zone))

    def wakes(self, told: Told) -> bool:
        """Whether a message would have woken somebody at night."""
        hour = self.local(told.at).hour
        return told.wakes and (hour >= NIGHT[0] or hour < NIGHT[1])

    @property
    def at_night(self) -> list[Told]:
        """What would have woken somebody at night."""
        return [each for each in self.told if self.wakes(each)]

    @property
    def flapped(self) -> list[Told]:
        """The messages that say that an alert flaps, one for each time."""
        found = {each.news: each for each in self.told if "Flapping, " in each.text}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Team:
    """What a team decided: its notification settings and its mutes; None for what is usual.

    ``acknowledges`` is after how long somebody acknowledges a critical alert, None for never.
    """

    settings: NotificationSettings | None = None
    mutes: tuple[Mute, ...] = ()
    acknowledges: timedelta | None = None


def rehearse(
    stack: Stack, computed: Computed, asked: Question, published: Sequence[AlertMessage] = (),
    team: Team | None = None,
) -> Rehearsal:  # fmt: skip
    """Evaluate a stack's alarms over KPIs, and tell of each change as AlarmFanout does.

    ``published`` is what functions would have: KpiAggregation of error budgets, HealthPolling of
    endpoints.
    """
    team = team or Team()
    first, last = int(asked.start.timestamp()), int(asked.end.timestamp())
    everything = replace(computed, data={**stack.data, **computed.data})
    prepared = {
        name: Prepared.of(alarm, everything.data, first, last)
        for name, alarm in (*stack.alarms.items(), *stack.others.items())
    }
    changes = {each.alarm.name: each.transitions() for each in prepared.values()}
    composites = tuple(stack.composites.values())
    found = with_composites(changes, composites, {}, first, last)
    with stack.environment("AlarmFanoutFunction", asked.region):
        function = FanoutSettings.from_env()
    unanswered = _unanswered(function, team)
    telling = Telling.of(function, team.settings, team.acknowledges)
    heard = messages(stack, found, published, asked.region)
    tell(telling, heard, team.mutes, asked.end)
    lines = [
        _line(name, each, changes[each.alarm.name], everything, asked)
        for name, each in prepared.items()
        if name in stack.alarms or stack.tells(name)
    ]
    lines += [
        _of_composite(alarm, found.changes[alarm.name])
        for alarm in composites
        if stack.tells(alarm.name)
    ]
    lines += of_functions(published, [n for n in TOLD_BY_POLLS if n not in stack.left_out])
    return Rehearsal(
        asked.start, asked.end, stack.time_zone, asked.at_most, tuple(lines), tuple(telling.told),
        {**stack.left_out, **unanswered}, stack.parameters, team.mutes, team.acknowledges,
    )  # fmt: skip


def _unanswered(function: FanoutSettings, team: Team) -> dict[str, str]:
    """Return why nothing escalates; RecordingError where somebody is to acknowledge."""
    if function.chat_answers:
        return {}
    if team.acknowledges is not None:
        raise RecordingError("nobody can acknowledge while ChatSecretsParameter is not set")
    settings = team.settings or NotificationSettings()
    doubts = settings.without_answers().doubts[len(settings.doubts) :]
    return {"Escalations": "; ".join(doubts)} if doubts else {}


def _line(
    name: str, prepared: Prepared, changes: Sequence[Transition], computed: Computed,
    asked: Question,
) -> Line:  # fmt: skip
    alarm, data = prepared.alarm, computed.data
    refs = [query.metric for query in alarm.queries if query.metric]
    title = CATALOGUE[name].title if name in CATALOGUE else name
    times = [at for ref in refs if ref in data for at in data[ref].times]
    if not times:
        why = computed.reasons.get(refs[0].name, "nobody puts it")
        return Line(name, title, alarm.threshold, tuple(_rang(changes)), no_data=why)
    curve = _curve(prepared, asked.weeks)
    since = datetime.fromtimestamp(min(times), UTC)
    return Line(
        name,
        title,
        alarm.threshold,
        tuple(_rang(changes)),
        curve,
        _fits(prepared, curve, asked.at_most),
        since=since if since - asked.start > LATE + timedelta(seconds=alarm.period) else None,
    )


def _of_composite(alarm: CompositeAlarm, changes: Sequence[Transition]) -> Line:
    return Line(alarm.name, alarm.name, None, tuple(_rang(changes)), rule=alarm.rule)


def of_functions(published: Sequence[AlertMessage], always: Sequence[str] = ()) -> list[Line]:
    """Return the lines of what functions told, ``always`` those that may never have rung."""
    found: dict[str, dict[str, list[tuple[datetime, datetime | None]]]]
    found = {name: {} for name in always}
    for message in published:
        of = found.setdefault(message.alert, {}).setdefault(message.key, [])
        is_open = bool(of) and of[-1][1] is None
        if message.state is AlertState.ALARM and not is_open:
            of.append((message.time, None))
        elif message.state is AlertState.OK and is_open:
            of[-1] = (of[-1][0], message.time)
    return [
        Line(
            name, CATALOGUE[name].title, None, tuple(sorted(chain(*of.values()), key=itemgetter(0)))
        )
        for name, of in found.items()
    ]


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
    found = ((each, *prepared.rings(each)) for each in tried)
    return tuple(Step(each, rings / weeks, share) for each, rings, share in found)


def _fits(prepared: Prepared, curve: Sequence[Step], at_most: float) -> float | None:
    """Return the strictest value from which on to the laxest each gives ``at_most`` a week.

    One at which the alert hardly ever ends gives few, and is no answer.
    """
    is_over = prepared.alarm.comparison.value.startswith("Greater")
    found: float | None = None
    for step in reversed(curve) if is_over else curve:
        if step.a_week > at_most or step.share > MOST_OF_THE_TIME:
            break
        found = step.threshold
    return found
