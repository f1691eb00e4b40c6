"""Which mute holds an alert back, and what a mute says of itself (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.routing import MUTE_NEWS
from avatarwatch.catalogue import rule_of_alarm
from avatarwatch.mutes import Mute


def mute_of(alert: Alert, mutes: Iterable[Mute], system_name: str) -> Mute | None:
    """Return the first of these mutes that matches an alert; none holds back news of mutes."""
    if alert.key.startswith(MUTE_NEWS):
        return None
    rule = rule_of_alarm(alert.name, system_name)
    alert_id = alert.alert_id or (rule.alert_id if rule else None)
    return next((mute for mute in mutes if mute.matches(alert.name, alert_id, alert.key)), None)


def mute_over(
    incident: Incident, kind: NoticeKind | None, mutes: Sequence[Mute], system_name: str
) -> Mute | None:
    """Return the mute that holds the news back; the end of what was told is never held back."""
    told = incident.opened_at is not None
    heard = incident.muted_by is None or incident.stands_open
    if kind is NoticeKind.RECOVERED and told and heard:
        return None
    return mute_of(incident.alert, mutes, system_name)
