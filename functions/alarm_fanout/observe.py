"""Which changes of an alert are news (pure: no clock, no I/O)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.incident import DeliveryStatus, Incident, NoticeKind
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

_CALM = frozenset({AlertState.OK, AlertState.INSUFFICIENT_DATA})
_LONG_AGO = datetime.fromtimestamp(0, UTC)
_WORST_FIRST = list(Severity)
_ONE_CHANGE = timedelta(minutes=1)  # by which copies of one may differ in what they call its time
_NO_DATA = "no data is neither trouble nor recovery"
_NEVER_TOLD = "it rang only for want of data when it was made, and nobody was told"


@dataclass(frozen=True, slots=True)
class FlapPolicy:
    """An alert flaps when it changes ``changes`` times within a span; so long it takes to settle.

    The span is ``spans`` times what its alarm looks at, which is how often that can change, but
    ``least`` this long and ``most``: alarms on a day's figures are told each time.
    """

    changes: int = 5
    least: timedelta = timedelta(minutes=10)
    spans: int = 10
    most: timedelta = timedelta(hours=6)

    def within(self, alert: Alert) -> timedelta:
        """Return the span for an alert; where it tells nothing of an alarm it is the least."""
        crossing = alert.crossing
        looked_at = crossing.period * crossing.periods if crossing else 0
        seen = min(self.spans * looked_at, self.most.total_seconds())
        return max(self.least, timedelta(seconds=seen))


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one alert: the incident as it is now, and the news or why there is none.

    ``repeated`` says that the news stands in the incident already: a copy, or another try.
    """

    incident: Incident
    news: NoticeKind | None
    why: str = ""
    repeated: bool = False


def observe(known: Incident | None, alert: Alert, flaps: FlapPolicy) -> Observation:
    """Decide what one change means for its incident. The same change again changes nothing."""
    if known is not None:
        repeated = next((n for n in known.notices if n.change_id == alert.change_id), None)
        if repeated:
            # an event is told as it was, though another of its key came after it
            told = replace(known, alert=alert) if repeated.kind is NoticeKind.EVENT else known
            return Observation(told, repeated.kind, repeated=True)
        if known.alert.change_id == alert.change_id:
            return Observation(known, None, "known, and no news")
        # events are all told; of an alarm's changes only the latest matters
        if alert.changed_at < known.changed_at and alert.state is not AlertState.INFO:
            return Observation(known, None, "overtaken by a later change")
        calm = _calm_without_news(known, alert)
        if calm:
            return calm
        latest = max(alert.changed_at, known.changed_at)
        seen = replace(known, alert=alert, changed_at=latest)
        if known.is_open and _says_more(alert, known.alert):
            return Observation(seen, NoticeKind.UPDATED)
    else:
        seen = Incident(key=alert.key, alert=alert, changed_at=alert.changed_at)
    return _CHANGES[alert.state](seen, flaps)


def _calm_without_news(known: Incident, alert: Alert) -> Observation | None:
    """Return what becomes of an alarm that is no longer in alarm where that can be no news."""
    waited = known.alert.state is AlertState.ALARM and known.alert.waits_until is not None
    if waited and not known.is_open and alert.state in _CALM:
        # the time stays where data are missing: an alarm of before it may still come
        latest = alert.changed_at if alert.state is AlertState.OK else known.changed_at
        return Observation(replace(known, alert=alert, changed_at=latest), None, _NEVER_TOLD)
    if alert.state is AlertState.INSUFFICIENT_DATA:
        # not even remembered: an alarm of before it may still come
        return Observation(known, None, _NO_DATA)
    return None


def _says_more(alert: Alert, before: Alert) -> bool:
    """Whether an open trouble's source says more of it: in other words, or that it is worse.

    Words are news where people write them: AWS Health's of an issue.
    """
    if alert.state is not AlertState.ALARM:
        return False
    if alert.kind is Kind.HEALTH and alert.summary != before.summary:
        return True
    if alert.severity is None or before.severity is None:
        return False
    return _WORST_FIRST.index(alert.severity) < _WORST_FIRST.index(before.severity)


def _told_once(incident: Incident, _: FlapPolicy) -> Observation:
    return Observation(incident, NoticeKind.EVENT)


def _without_data(incident: Incident, _: FlapPolicy) -> Observation:
    # nothing was known before: whatever comes later is judged as if nothing were
    return Observation(replace(incident, changed_at=_LONG_AGO), None, _NO_DATA)


def _alarmed(incident: Incident, flaps: FlapPolicy) -> Observation:
    alert = incident.alert
    if alert.suppressed:
        return Observation(incident, None, "its actions are suppressed in CloudWatch")
    anew = _rings_anew(incident)
    if incident.is_open and not anew:
        return Observation(incident, None, "still open")
    if alert.waits_until is not None:
        return Observation(incident, None, "it is new and never had data; told if that lasts")
    opened = replace(
        incident,
        is_open=True,
        opened_at=alert.changed_at,
        closed_at=None,
        reminded_at=None,
        heard_at=None,
        escalated_at=None,
        handed=(),
        # what flaps is one trouble: who acknowledged it need not do so again each time
        answers=incident.answers if incident.flapping_since else (),
        told=incident.told if incident.flapping_since else (),
        changes=_recent(incident, flaps),
    )
    seen = _unless_flapping(opened, NoticeKind.OPENED, flaps)
    if seen.news is NoticeKind.OPENED and (anew or _was_told_over(incident)):
        # a message of its own; one whose recovery was not told yet is changed to this instead
        return replace(seen, incident=replace(opened, refs={}))
    return seen


def _rings_anew(incident: Incident) -> bool:
    """Whether an open alarm says that it was OK meanwhile: that was lost, or nobody tells it here.

    Alarms may have an action for ALARM alone.
    """
    alert, opened = incident.alert, incident.opened_at
    was_ok = incident.is_open and alert.previous is AlertState.OK
    return was_ok and opened is not None and alert.changed_at - opened >= _ONE_CHANGE


def _was_told_over(incident: Incident) -> bool:
    """Whether the messages that stand about the incident say that it is over."""
    latest = incident.latest_news
    if latest is None or latest.kind not in {NoticeKind.RECOVERED, NoticeKind.SETTLED}:
        return False
    placed = (latest.deliveries.get(channel) for channel in incident.refs)
    return all(state and state.status is DeliveryStatus.DELIVERED for state in placed)


def _recovered(incident: Incident, flaps: FlapPolicy) -> Observation:
    alert = incident.alert
    # An OK overtaking its ALARM (SNS keeps no order) is told: nobody has heard of the alarm.
    if not incident.is_open and alert.previous is not AlertState.ALARM:
        return Observation(incident, None, "was not in alarm")
    if not incident.is_open and alert.suppressed:
        return Observation(incident, None, "its actions are suppressed in CloudWatch")
    closed = replace(
        incident,
        is_open=False,
        # the alarm before this recovery was not seen: an earlier one's time would be wrong
        opened_at=incident.opened_at if incident.is_open else None,
        closed_at=alert.changed_at,
        changes=_recent(incident, flaps),
    )
    return _unless_flapping(closed, NoticeKind.RECOVERED, flaps)


def _recent(incident: Incident, flaps: FlapPolicy) -> tuple[datetime, ...]:
    """Return the latest changes, so many as make one that flaps.

    How far back they count is asked when they are counted: not each copy of a change tells what
    its alarm looks at.
    """
    return (*incident.changes, incident.changed_at)[-flaps.changes :]


def _unless_flapping(incident: Incident, kind: NoticeKind, flaps: FlapPolicy) -> Observation:
    if incident.flapping_since is not None:
        return Observation(incident, None, "it flaps, and that has been told")
    since = incident.changed_at - flaps.within(incident.alert)
    if sum(time > since for time in incident.changes) >= flaps.changes:
        return Observation(
            replace(incident, flapping_since=incident.changed_at), NoticeKind.FLAPPING
        )
    return Observation(incident, kind)


_CHANGES: dict[AlertState, Callable[[Incident, FlapPolicy], Observation]] = {
    AlertState.ALARM: _alarmed,
    AlertState.OK: _recovered,
    AlertState.INFO: _told_once,
    AlertState.INSUFFICIENT_DATA: _without_data,
}


def settle(incident: Incident, now: datetime, flaps: FlapPolicy) -> Incident | None:
    """Return the incident with its flapping ended, None while it has not settled."""
    if incident.flapping_since is None or now - incident.changed_at < flaps.within(incident.alert):
        return None
    return replace(incident, flapping_since=None, changes=())
