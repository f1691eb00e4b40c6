"""What follows for the other alerts of a measure when one of them changed (docs/decisions/0180)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alarm_fanout.claiming import in_flight, untold
from alarm_fanout.holding import SETTLES, Holding
from alarm_fanout.incident import Also, Incident, NoticeKind
from alarm_fanout.inhibition import is_told, let_go
from alarm_fanout.news import News
from avatarwatch.state_table.partition import BusyError

if TYPE_CHECKING:
    from alarm_fanout.intake import Intake


@dataclass(slots=True)
class Settling:
    """One batch of alerts with these keys, after each was decided by itself."""

    intake: Intake
    holding: Holding
    keys: set[str]

    def settle(self, news: News) -> None:
        """Let go of what is held back by what is over, and say what the greater's message lacks."""
        if not self.holding.note():
            return
        related = self.holding.related()
        for incident in related.values():
            if incident.held_by and incident.is_open and not self.holding.above(incident.key):
                greater = related.get(incident.held_by)
                ended = greater.closed_at if greater else None
                if greater and ended and self.intake.now - ended < SETTLES:
                    news.busy |= self.keys & {incident.key, greater.key}
                else:
                    news.add(let_go_of(self.intake, incident, greater))
        told = {task.notice.incident.key for task in news.tasks}
        for incident in related.values():
            if incident.key in told or is_told(incident):
                also = self.holding.also(incident)
                if also != incident.also:
                    self._say_also(incident, also, news)

    def _say_also(self, incident: Incident, also: tuple[Also, ...], news: News) -> None:
        """Let a message say what else is open: the one of this batch, else the one that stands."""
        intake = self.intake
        task = next((t for t in news.tasks if t.notice.incident.key == incident.key), None)
        later = News(busy=self.keys & {each.key for each in (*also, *incident.also)})

        def decide(known: Incident | None) -> tuple[Incident, tuple[Incident, News]]:
            more, current = News(), replace(known or incident, also=also)
            told = task.channels if task else frozenset()
            served = intake.served(current.alert)
            change = f"{current.alert.change_id}+{intake.now.isoformat()}"
            notice = untold(NoticeKind.ALSO, change, (current.refs.keys() & served) - told)
            if notice.deliveries and current.is_open:
                if in_flight(current, notice.id, intake.now):
                    return known or incident, (known or incident, later)
                current = intake.claimed(current, notice, more)
            return current, (current, more)

        try:
            current, more = intake.ledger.change(incident.key, decide, intake.now)
        except BusyError:
            current, more = incident, later
        if task:
            notice = replace(task.notice, incident=current)
            news.tasks[news.tasks.index(task)] = replace(task, notice=notice)
        news.add(more)


def let_go_of(intake: Intake, incident: Incident, greater: Incident | None) -> News:
    """Claim what a greater alert held back, now that it is over and the lesser is not.

    In a mute that one holds it back from then on.
    """
    mutes = intake.mutes()

    def decide(known: Incident | None) -> tuple[Incident, News]:
        news, current = News(), known or incident
        if not current.is_open or not current.held_by:  # another was faster
            return current, news
        if greater:
            current = replace(current, alert=let_go(current.alert, greater))
        if mute := intake.mute_of(current.alert, mutes):
            return intake.held(current, mute, news), news
        return intake.claimed(current, intake.notice(current, NoticeKind.OPENED), news), news

    return intake.changed(incident.key, decide)


def after_mute(intake: Intake, incident: Incident) -> News:
    """Claim what a mute held back that is over, unless a greater alert says it already."""
    holding = Holding(intake.ledger, intake.router, intake.now)
    holding.look([incident.key], holding.measures([incident.alert]))
    above = holding.above(incident.key)
    if above is None or not intake.covers(above, incident):
        return intake.retell(incident, NoticeKind.OPENED)

    def decide(known: Incident | None) -> tuple[Incident, News]:
        return replace(known or incident, muted_by=None, held_by=above.key), News()

    return intake.changed(incident.key, decide)


def left_open(intake: Intake, incident: Incident) -> frozenset[str]:
    """Return the channels by which what is over stands open still: they were not there then.

    Settings that could not be read have none of a team's channels.
    """
    end = incident.latest_news
    if incident.is_open or end is None or not (end.is_end and end.is_done):
        return frozenset()
    left = incident.open_at - end.deliveries.keys()
    asked = intake.notice(incident, end.kind, end.change_id) if left else end
    return left & asked.deliveries.keys()


def ended_late(intake: Intake, incident: Incident) -> News:
    """Claim the end of what is over by the channels by which it stands open."""

    def decide(known: Incident | None) -> tuple[Incident, News]:
        news, current = News(), known or incident
        end, left = current.latest_news, left_open(intake, current)
        if end is None or not left:  # another was faster
            return current, news
        more = untold(end.kind, end.change_id, left).deliveries
        end = replace(end, deliveries={**end.deliveries, **more})
        return intake.claimed(current.with_notice(end), end, news), news

    return intake.changed(incident.key, decide)
