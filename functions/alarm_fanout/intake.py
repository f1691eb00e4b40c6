"""Turn alerts into news: read what is known, decide, and claim the deliveries (write before send).

After this step a crash loses nothing: every notice stands in its incident with the channels that
somebody has claimed, and a claim expires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alarm_fanout.alert import Alert
from alarm_fanout.answered import is_answered, take_in
from alarm_fanout.channels.registry import FALLBACK, NAMES
from alarm_fanout.claiming import claim, in_flight, known_now, overtaken, untold
from alarm_fanout.holding import Holding
from alarm_fanout.incident import Incident, NoticeKind, NoticeRecord
from alarm_fanout.ledger import Ledger
from alarm_fanout.muting import mute_of, mute_over
from alarm_fanout.news import News, Task
from alarm_fanout.notice import Notice
from alarm_fanout.observe import FlapPolicy, observe, settle
from alarm_fanout.routing import Route, Router
from alarm_fanout.settling import Settling
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said
from avatarwatch.catalogue import ChannelKind
from avatarwatch.mutes import Mute
from avatarwatch.state_table.partition import BusyError

_END = "told as the end of its alarm"
_ENDS = frozenset({NoticeKind.RECOVERED, NoticeKind.SETTLED})
_QUIET_KINDS = frozenset({ChannelKind.MAIL, ChannelKind.TEXT})  # of which a route may keep ends
_HELD_KINDS = frozenset({NoticeKind.OPENED, NoticeKind.FLAPPING})  # by what is greater
_ONGOING = frozenset({NoticeKind.OPENED, NoticeKind.REMINDER})  # said of what is open alone
_UNANSWERED = frozenset({NoticeKind.REMINDER, NoticeKind.ESCALATED})  # what an answer stops
CLAIM = timedelta(seconds=40)  # longer than the function can run, shorter than the queue hides

type Shown = Callable[[Incident], Iterable[str]]  # which channels have where to show an answer


@dataclass(slots=True)
class Intake:
    """The first half of the work. ``available`` are the channels that there are, each's kind."""

    ledger: Ledger
    router: Router
    available: Mapping[str, ChannelKind]
    now: datetime
    flaps: FlapPolicy = field(default_factory=FlapPolicy)

    def take(self, alerts: Sequence[Alert]) -> News:
        """Decide what is news in a batch and claim it."""
        news = News()
        mutes = self.mutes()
        holding = Holding(self.ledger, self.router, self.now)
        judged = holding.measures(alerts)
        measures = {each.measure for each in judged.values()}
        links = self.ledger.open({alert.key for alert in alerts}, measures)
        changes: dict[str, dict[str, Alert]] = {}  # by key and change: copies count once
        news.quiet += [(each.name, _END) for each in alerts if self._is_an_end(each)]
        alerts = [alert for alert in alerts if not self._is_an_end(alert)]
        for alert in sorted(alerts, key=lambda each: (each.changed_at, each.stamp or "")):
            changes.setdefault(alert.key, {}).setdefault(alert.change_id, alert)
        for key in holding.look(list(changes), judged):
            of_key = list(changes[key].values())
            news.add(self._decided(key, of_key, mutes, holding.above(key)))
        Settling(self, holding, set(changes)).settle(news)
        above = self.ledger.parents(links) if news.tasks else {}
        news.tasks = [_below(task, above.get(task.notice.incident.key)) for task in news.tasks]
        for task in news.tasks:
            if task.notice.alert.state is AlertState.ALARM:
                self.ledger.adopt(task.notice.incident, self.now)
        return news

    def _is_an_end(self, alert: Alert) -> bool:
        """Whether an alarm's deletion is told as the end of its incident."""
        known = self.ledger.known(alert.closes) if alert.closes else None
        if known is None:
            return False
        return known.is_open or (known.alert.deleted and known.closed_at == alert.changed_at)

    def retell(self, incident: Incident, kind: NoticeKind, change_id: str | None = None) -> News:
        """Claim a notice about an incident as it stands: a reminder, or what was left undone."""
        mutes = self.mutes() if kind is NoticeKind.SETTLED and change_id is None else []

        def decide(known: Incident | None) -> tuple[Incident, News]:
            news, current = News(), known or incident
            if kind is NoticeKind.SETTLED and change_id is None:
                calm = settle(current, self.now, self.flaps)
                if calm is None:  # it changed again, or another tick was faster
                    return current, news
                current = calm
                mute = self.mute_of(current.alert, mutes)
                if mute and current.is_open:
                    return self.held(current, mute, news), news
            notice = self.notice(current, kind, change_id)
            over = kind in _ONGOING and not current.is_open
            if over or (kind in _UNANSWERED and is_answered(current, self.now)):  # meanwhile
                return overtaken(current, {notice.id}), news
            if in_flight(current, notice.id, self.now):
                return known or incident, News(busy={incident.key})
            return self.claimed(current, notice, news), news

        return self.changed(incident.key, decide)

    def answer(self, incident: Incident, said: Said, opened: str | None, shown: Shown) -> News:
        """Write down what a person said, and claim its telling where ``shown`` says so."""

        def decide(known: Incident | None) -> tuple[Incident, News]:
            current, news = known or incident, News()
            outcome = take_in(current, said, opened)
            if outcome.why:
                news.unanswered.append((incident.alert.name, outcome.why))
                return current, news
            after = outcome.incident
            if after.muted_by:  # nobody was told of it yet; what is told later shows the answer
                return after, news
            notice = untold(NoticeKind.ANSWERED, said.id, shown(after))
            if not outcome.is_new and after.notice(notice.id) is None:
                return after, news  # told so long ago that its record is gone
            if in_flight(after, notice.id, self.now):
                waiting = after.with_notice(notice) if outcome.is_new else after
                return waiting, News(busy={incident.key})
            return self.claimed(after, notice, news), news

        return self.changed(incident.key, decide)

    def _decided(
        self, key: str, alerts: Sequence[Alert], mutes: Sequence[Mute], above: Incident | None
    ) -> News:
        def decide(known: Incident | None) -> tuple[Incident, News]:
            return self._fold(known, alerts, mutes, above)

        return self.changed(key, decide)

    def changed(self, key: str, decide: Callable[[Incident | None], tuple[Incident, News]]) -> News:
        """Write what comes of an incident; while others write it all the time, it is busy."""
        try:
            return self.ledger.change(key, decide, self.now)
        except BusyError:
            return News(busy={key})

    def _fold(
        self,
        known: Incident | None,
        alerts: Sequence[Alert],
        mutes: Sequence[Mute],
        above: Incident | None,
    ) -> tuple[Incident, News]:
        """Apply an incident's changes in order. Events are all told, of the rest only the last."""
        news, incident = News(), known
        last: NoticeRecord | None = None
        for alert in alerts:
            system = self.router.system_name
            seen = observe(incident, alert, self.flaps)
            begins = incident is None or (seen.incident.is_open and not incident.is_open)
            incident = replace(seen.incident, scope=system) if begins else seen.incident
            mute = None if seen.repeated else mute_over(incident, seen.news, mutes, system)
            if seen.news is None:
                news.quiet.append((alert.name, seen.why))
                if incident.muted_by:  # held back by a try that may have ended before it said so
                    news.held.setdefault(incident.muted_by, set()).add(alert.name)
            elif mute:
                incident = self.held(incident, mute, news)
            elif quiet := None if seen.repeated else self._held(incident, seen.news, above):
                news.quiet.append((alert.name, quiet[1]))
                incident = replace(incident, held_by=quiet[0], muted_by=None, flapping_since=None)
            elif seen.news is NoticeKind.EVENT:
                notice = self.notice(incident, seen.news, alert.change_id)
                incident = self.claimed(incident, notice, news)
            else:
                # by the alert's own change: a late copy of an alarm is not news of what came after
                last = self.notice(incident, seen.news, alert.change_id)
        if incident is None:
            raise ValueError("there is at least one alert for each key")
        if known and last and in_flight(known, last.id, self.now):
            return known, News(busy={known.key})
        return (self.claimed(incident, last, news) if last else incident), news

    def _held(
        self, incident: Incident, kind: NoticeKind, above: Incident | None
    ) -> tuple[str | None, str] | None:
        """Return by what a change is held back from now on and why it is quiet, None if it is not.

        Of the end of what was held back nobody hears either: nobody heard of its beginning.
        """
        if incident.alert.state is AlertState.OK:
            held = (incident.held_by or incident.muted_by) and not incident.stands_open
            return (None, "was held back, and is over") if held else None
        if above and kind in _HELD_KINDS and self.covers(above, incident):
            return above.key, f"{above.alert.name} says it: it is of the same measure"
        return None

    def covers(self, above: Incident, lesser: Incident) -> bool:
        """Whether all who would hear of a lesser alert hear of the one above it."""
        return self.served(lesser.alert) <= self.served(above.alert)

    def mutes(self) -> list[Mute]:
        """Return the mutes that are in force now."""
        return [mute for mute in self.ledger.mutes() if mute.covers(self.now)]

    def held(self, incident: Incident, mute: Mute, news: News) -> Incident:
        """Return an incident held back by a mute, and note that it is.

        That it flaps is not told either, and may be news when the mute is over.
        """
        news.held.setdefault(mute.key, set()).add(incident.alert.name)
        return replace(incident, muted_by=mute.key, held_by=None, flapping_since=None)

    def mute_of(self, alert: Alert, mutes: Iterable[Mute]) -> Mute | None:
        """Return the first of these mutes that matches an alert."""
        return mute_of(alert, mutes, self.router.system_name)

    def notice(
        self, incident: Incident, kind: NoticeKind, change_id: str | None = None
    ) -> NoticeRecord:
        """Return news of an incident that nobody has begun to deliver."""
        route = self.router.route(incident.alert)
        channels, _ = self._served(route)
        is_end = incident.alert.state is AlertState.OK and kind in _ENDS
        # where it stands open it ends, whatever the route has become since
        also = {*incident.handed, *(incident.open_at if is_end else ())}
        channels |= also & self.available.keys()
        if is_end and not route.recovery:
            quiet = {name for name, of in self.available.items() if of in _QUIET_KINDS}
            channels = channels - quiet or channels  # somebody must hear of it
        return untold(kind, change_id or incident.alert.change_id, channels)

    def claimed(self, incident: Incident, notice: NoticeRecord, news: News) -> Incident:
        """Claim what is open of a notice, and put it among the news."""
        incident = known_now(incident, notice.id, self._of_kinds)
        taken = claim(incident, notice, now=self.now, until=self.now + CLAIM)
        if taken.busy:
            news.busy.add(incident.key)
        if taken.mine:
            route = self.router.route(incident.alert)
            told = Notice(notice.kind, notice.change_id, taken.incident, route, self.now)
            instead = {
                name: state.instead
                for name, state in (told.record.deliveries if told.record else {}).items()
                if state.instead
            }
            told = replace(told, again=taken.again, instead=instead)
            news.tasks.append(Task(told, taken.mine))
            if missing := self._served(route)[1]:
                news.unserved.append((incident.alert.name, ", ".join(sorted(missing))))
        return taken.incident

    @property
    def _of_kinds(self) -> dict[str, list[str]]:
        """The channels of each kind that does not stand for itself (channels/absent.py)."""
        return {
            kind.value: [name for name, of in self.available.items() if of is kind]
            for kind in ChannelKind
            if kind.value not in self.available
        }

    def served(self, alert: Alert) -> frozenset[str]:
        """Return the names of the channels that tell of an alert."""
        return self._served(self.router.route(alert))[0]

    def _served(self, route: Route) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of a route's channels, and what of the route nobody delivers.

        A kind that the team has not set up is no fault while another channel tells. What names a
        channel that is not there, or reaches nobody at all, goes by e-mail and is counted.
        """
        names = frozenset(
            name for name, kind in self.available.items() if {name, kind} & route.channels
        )
        missing = (route.channels & frozenset(NAMES)) - names
        if route.channels and not names:
            missing = route.channels
        return (names | {FALLBACK} if missing else names), missing


def _below(task: Task, parent: Incident | None) -> Task:
    refs = parent.refs if parent else {}
    above = {channel: ref for channel, ref in refs.items() if not ref.group}
    return replace(task, notice=replace(task.notice, parents=above)) if above else task
