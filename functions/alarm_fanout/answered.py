"""What a person's answer makes of an incident, and until when a mute lasts (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from alarm_fanout.incident import Incident
from avatarwatch.answers import Answer, Said, What, opening

MORNING = 8  # o'clock where the team reads, when what was muted until morning is told again
HOUR = timedelta(hours=1)
KEPT_ANSWERS = 20  # of one incident: a room full of people
CLOCKS = timedelta(seconds=2)  # by which a service's clock may differ from ours


@dataclass(frozen=True, slots=True)
class Outcome:
    """The incident after an answer, and why the answer changed nothing, empty where it did.

    ``is_new`` says that the incident did not know it before.
    """

    incident: Incident
    why: str = ""
    is_new: bool = False


def said_by(answer: Answer, zone: tzinfo) -> Said:
    """Return an answer as an incident keeps it."""
    until = None
    if answer.what is What.MUTE_HOUR:
        until = answer.at + HOUR
    elif answer.what is What.MUTE_MORNING:
        until = morning(answer.at, zone)
    return Said(answer.id, answer.what, answer.by, answer.at, answer.over, until)


def morning(now: datetime, zone: tzinfo) -> datetime:
    """Return the next eight o'clock in a time zone, as an instant of the same day or the next."""
    local = now.astimezone(zone)
    due = local.replace(hour=MORNING, minute=0, second=0, microsecond=0, fold=0)
    if due <= local:
        due = (due + timedelta(days=1)).replace(hour=MORNING)
    return due.astimezone(now.tzinfo)


def take_in(incident: Incident, said: Said, opened: str | None) -> Outcome:
    """Add what was said to an incident; ``opened`` says to which opening, None to whichever is.

    The first acknowledgement stays. Who takes it takes it over. The same answer twice is one.
    """
    if any(known.id == said.id for known in incident.answers):
        return Outcome(incident)
    if why := _passed(incident, said, opened) or _known(incident, said):
        return Outcome(incident, why)
    kept = incident.answers[:1] + incident.answers[1:][-(KEPT_ANSWERS - 2) :]
    return Outcome(replace(incident, answers=(*kept, said)), is_new=True)


def _passed(incident: Incident, said: Said, opened: str | None) -> str:
    """Say why an answer comes too late for an incident, empty where it does not."""
    flaps = incident.flapping_since
    if not incident.is_open and flaps is None:
        return "it was over already"
    # what flaps is one trouble: its message keeps the buttons with which that was told
    meant = {opening(incident.opened_at), opening(flaps or incident.opened_at)}
    if opened is not None and opened not in meant:
        return "that one was over, and it rang anew"
    seen = flaps or incident.heard_at or incident.opened_at
    if seen and said.at < seen - CLOCKS:
        return "it was said before anybody had heard of that one"
    return ""


def _known(incident: Incident, said: Said) -> str:
    """Say why an answer is no news, empty where it is."""
    first, taken = incident.acknowledged, incident.taken
    if said.what is What.ACKNOWLEDGE and first:
        return f"{first.by} had acknowledged it"
    if said.what is What.TAKE and taken and taken.by == said.by:
        return f"{said.by} was on it"
    return ""


def is_answered(incident: Incident, now: datetime) -> bool:
    """Whether nobody need be reminded: somebody acknowledged it, or muted it for now."""
    hushed = incident.hushed
    muted = hushed is not None and hushed.until is not None and now < hushed.until
    return incident.acknowledged is not None or muted
