"""What people answered to an alert, in words; and what they are offered to answer (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from alarm_fanout.notice import Notice
from alarm_fanout.times import Line, clock, lasting
from avatarwatch.answers import NAME_LIMIT, Said, What, button_value

MOST_DECLINED = 5  # of a group's rows
LABELS = {
    What.ACKNOWLEDGE: "Acknowledge",
    What.TAKE: "I'm on it",
    What.MUTE_HOUR: "Mute 1 h",
    What.MUTE_MORNING: "Mute until morning",
}


def lines(notice: Notice, zone: tzinfo) -> tuple[Line, ...]:
    """Write who answered and when; of a recovery how long that took."""
    incident, now = notice.incident, notice.now
    first, taken = incident.acknowledged, incident.taken
    if notice.is_recovery:
        return tuple(Line((text,), now, zone) for text in _looking_back(notice))
    found: list[tuple[str | datetime, ...]] = []
    if first and (taken is None or taken.by != first.by):
        found.append((f"👀 Acknowledged by {_who(first)} at ", first.at))
    if taken:
        found.append((f"🙋 {_who(taken)} is on it since ", taken.at))
    if (hushed := _in_force(incident.hushed, now)) and hushed.until:
        found.append((f"🔇 Muted by {_who(hushed)} until ", hushed.until))
    return tuple(Line(parts, now, zone) for parts in found)


def short(notice: Notice, zone: tzinfo) -> str:
    """Write the latest of it for a row among others."""
    incident, now = notice.incident, notice.now
    if notice.is_recovery:
        looking_back = _looking_back(notice)
        return looking_back[0][:1].lower() + looking_back[0][1:] if looking_back else ""
    parts = []
    if incident.taken:
        parts.append(f"{_who(incident.taken)} is on it")
    elif incident.acknowledged:
        parts.append(f"acknowledged by {_who(incident.acknowledged)}")
    if (hushed := _in_force(incident.hushed, now)) and hushed.until:
        parts.append(f"muted until {clock(hushed.until, now, zone)}")
    return ", ".join(parts)


def did_nothing(what: What, declined: Sequence[tuple[str, str]]) -> str:
    """Write to who answered that nothing came of it, and why for each alert by its name.

    >>> did_nothing(What.TAKE, [("pay", "it was over already")])
    "“I'm on it” did nothing. pay: it was over already."
    """
    whys = dict.fromkeys(f"{name}: {why}" for name, why in declined)
    shown = "; ".join(list(whys)[:MOST_DECLINED])
    more = f"; and {len(whys) - MOST_DECLINED} more" if len(whys) > MOST_DECLINED else ""
    return f"“{LABELS[what]}” did nothing. {shown}{more}."


def offers(notice: Notice) -> tuple[What, ...]:
    """Return what may be answered to a notice: nothing to what is over, or happened once."""
    incident = notice.incident
    if not incident.is_open or notice.is_recovery:
        return ()
    offered = [What.TAKE]
    if incident.acknowledged is None:
        offered.insert(0, What.ACKNOWLEDGE)
    if _in_force(incident.hushed, notice.now) is None:
        offered += [What.MUTE_HOUR, What.MUTE_MORNING]
    return tuple(offered)


def value(notice: Notice) -> str:
    """Return what the buttons of a notice carry."""
    return button_value(notice.incident.opened_at, notice.incident.key)


def _looking_back(notice: Notice) -> list[str]:
    incident = notice.incident
    first, taken = incident.acknowledged, incident.taken
    found: list[str] = []
    if first:
        opened = incident.opened_at
        # of what flapped, somebody may have before it opened for the last time
        after = f" after {lasting(first.at - opened)}" if opened and first.at >= opened else ""
        found.append(f"Acknowledged by {_who(first)}{after}")
    if taken and first and taken.by != first.by:
        found.append(f"{_who(taken)} was on it")
    return found


def _in_force(said: Said | None, now: datetime) -> Said | None:
    return said if said and said.until and said.until > now else None


def _who(said: Said) -> str:
    """Return a person's name on one line, and where they answered unless it was in the chat."""
    name = " ".join(said.by[:NAME_LIMIT].split()) or "somebody"
    return name if said.over == "Slack" else f"{name} in {said.over}"
