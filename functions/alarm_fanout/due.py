"""What the tick finds due, of all that is remembered."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from alarm_fanout.answered import is_answered
from alarm_fanout.escalation import Escalation
from alarm_fanout.fanout import Fanout
from alarm_fanout.holding import held_now
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.news import News
from alarm_fanout.observe import settle
from alarm_fanout.settling import after_mute, ended_late, left_open, let_go_of
from avatarwatch.alert_state import AlertState
from avatarwatch.mutes import Mute


@dataclass(frozen=True, slots=True)
class Due:
    """One tick's work on the incidents."""

    fanout: Fanout

    def parts(self, incidents: list[Incident]) -> Iterator[News]:
        """Yield what is due: what was left undone, else the end of flapping, else a reminder.

        An escalation besides: it waits for no channel that is down.
        """
        now, intake = self.fanout.now, self.fanout.intake
        escalation = Escalation(intake, self.fanout.channels, self.fanout.system.answers)
        mutes = intake.mutes()
        held = {
            key: over
            for key, over in held_now(incidents, self.fanout.router).items()
            if intake.covers(over, self.fanout.ledger.known(key) or over)
        }
        kept = {mute.key for mute in self.fanout.ledger.mutes()}
        by_key = {incident.key: incident for incident in incidents}
        for incident in incidents:
            muted = intake.mute_of(incident.alert, mutes) is not None
            if not muted and incident.key not in held and escalation.is_due(incident):
                yield escalation.claimed(incident)
            undone = incident.undone(now)
            if undone:
                yield intake.retell(incident, undone.kind, undone.change_id)
            elif incident.held_by and incident.is_open and incident.key not in held:
                yield let_go_of(intake, incident, by_key.get(incident.held_by))
            elif left_open(intake, incident):
                yield ended_late(intake, incident)
            elif self._was_let_go(incident, kept):
                yield after_mute(intake, incident)
            elif self._is_released(incident):
                yield intake.take([incident.alert.released()])
            elif settle(incident, now, intake.flaps):
                yield intake.retell(incident, NoticeKind.SETTLED)
            elif incident.key not in held and self._is_reminded(incident, mutes):
                change_id = f"{incident.alert.change_id}+{now:%Y-%m-%dT%H:%M}"
                yield intake.retell(incident, NoticeKind.REMINDER, change_id)

    def _was_let_go(self, incident: Incident, mutes: Container[str]) -> bool:
        """Whether it is held back by a mute that is not there any more.

        Another ended that at the moment in which it held this back, or it could not be read.
        """
        known = self.fanout.ledger.known(incident.key)  # this tick may have told it
        by = known.muted_by if known and known.is_open else None
        return by is not None and by not in mutes

    def _is_released(self, incident: Incident) -> bool:
        """Whether what held back an alarm is over, and it is still in alarm: nothing says so then.

        CloudWatch's own mute, or the hour in which a new alarm waits for its first data.
        """
        due = incident.alert.is_due(self.fanout.now)
        return due and incident.alert.state is AlertState.ALARM and not incident.is_open

    def _is_reminded(self, incident: Incident, mutes: Sequence[Mute]) -> bool:
        every = self.fanout.router.route(incident.alert).remind
        if not incident.is_open or every is None or incident.muted_by:
            return False
        if is_answered(incident, self.fanout.now):
            return False
        if self.fanout.intake.mute_of(incident.alert, mutes):
            return False
        told = incident.reminded_at or incident.opened_at or incident.changed_at
        return self.fanout.now - told >= every
