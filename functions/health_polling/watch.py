"""What is known of a service from poll to poll, and how one more poll changes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from avatarwatch.state_table.stored import Amount, Count, Moment
from health_polling.endpoint import Endpoint
from health_polling.track import FORGET, Status, Track, observe
from health_polling.verdict import Judgement, Verdict

MINUTES_KEPT = 60
# So long a document is missed that an endpoint used to answer with; then its new form is taken.
FORM_KEPT = timedelta(days=1)
GONE = "reported no longer"
_UNSEEN = Track()
_SEVERITY = (Status.UNKNOWN, Status.UP, Status.DEGRADED, Status.DOWN)


@dataclass(frozen=True, slots=True)
class Day:
    """One day's polls that found something out; ``ms`` sums the response times of ``answered``.

    ``parts`` counts by component the polls in which it failed.
    """

    polls: Count = 0
    failed: Count = 0
    warned: Count = 0
    answered: Count = 0
    ms: Amount = 0.0
    parts: Mapping[str, Count] = field(default_factory=dict)

    def plus(self, judgement: Judgement) -> Day:
        """Return the day with one more poll."""
        parts = dict(self.parts)
        for component in judgement.components:
            if component.verdict is Verdict.FAIL:
                parts[component.name] = parts.get(component.name, 0) + 1
        has_answer = judgement.response_ms is not None
        return Day(
            self.polls + 1,
            self.failed + (judgement.verdict is Verdict.FAIL),
            self.warned + (judgement.verdict is Verdict.WARN),
            self.answered + has_answer,
            round(self.ms + (judgement.response_ms or 0.0), 1),
            parts,
        )


@dataclass(frozen=True, slots=True)
class Service:
    """All that is kept of an endpoint. ``answering`` leaves its components out.

    ``minutes`` are the response times of the last polls in ms, None where there was no answer.
    """

    address: str
    answering: Track = _UNSEEN
    components: Mapping[str, Track] = field(default_factory=dict)
    reason: str = ""
    day: date | None = None
    today: Day = Day()
    minutes: tuple[Count | None, ...] = ()
    certificate_days: int | None = None
    certificate_ends: bool = False  # soon, as people have been told
    form: str = ""  # in which it last said how it is
    form_at: Moment | None = None
    held: bool = False  # that it is down was told with all others
    lost: bool = False  # what was known of it could not be read: it began anew

    def anew(self) -> Service:
        """Return the service with its past and without where it stood."""
        return replace(
            self, answering=_UNSEEN, components={}, reason="", held=False, certificate_ends=False,
            lost=True,
        )  # fmt: skip

    @property
    def status(self) -> Status:
        """Return how the service stands: as its worst part does."""
        parts = (self.answering, *self.components.values())
        return max((part.status for part in parts), key=_SEVERITY.index)

    @property
    def down(self) -> tuple[str, ...]:
        """Return the names of the components that are down."""
        return tuple(n for n, track in self.components.items() if track.status is Status.DOWN)


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a service that went down or came back; ``component`` is "" for the service.

    ``ended`` is when it was well again, which is before it was settled ``at``.
    """

    service: str
    component: str
    is_down: bool
    since: datetime
    at: datetime
    reason: str
    ended: datetime | None = None


def remembered(service: Service, judgement: Judgement, now: datetime) -> Judgement:
    """Judge an answer by the ones before: a page in a document's place is no recovery.

    Nobody said that what was down works again, and a login page answers 200 as well.
    """
    is_known = service.form_at is not None and now - service.form_at <= FORM_KEPT
    if not is_known or judgement.says or not judgement.verdict.is_up:
        return judgement
    text = (
        f"its answer says nothing of its health any more: until {service.form_at:%H:%M} UTC it was"
        f" {service.form}, now {judgement.format}"
    )
    reason = f"{text}; {judgement.reason}" if judgement.reason else text
    return replace(judgement, verdict=Verdict.WARN, answering=Verdict.WARN, reason=reason)


def advance(
    endpoint: Endpoint, service: Service, judgement: Judgement, now: datetime, *,
    counts: bool = True,
) -> tuple[Service, list[Change]]:  # fmt: skip
    """Return the service after one more poll, and which of its parts went down or came back.

    ``counts`` is False for a poll in maintenance that availability leaves out.
    """
    if judgement.verdict is Verdict.UNKNOWN:
        return service, []
    limits = endpoint.thresholds
    answering = observe(service.answering, judgement.answering, now, limits)
    tracks = dict(service.components)
    reasons = {"": judgement.reason}
    for component in judgement.components:
        track = tracks.get(component.name, Track())
        tracks[component.name] = observe(track, component.verdict, now, limits)
        reasons[component.name] = component.reason or component.verdict.value
    if judgement.answering.is_up:
        after = FORGET if judgement.says or not service.form else FORM_KEPT
        tracks = {n: t for n, t in tracks.items() if not _is_gone(t, now, after)}
    today = service.today if service.day == now.date() else Day()
    days = judgement.certificate_days
    minute = None if judgement.response_ms is None else round(judgement.response_ms)
    known = service if not judgement.says else replace(service, form=judgement.format, form_at=now)
    moved = Service(
        address=endpoint.target.shown,
        answering=answering,
        components=tracks,
        reason=judgement.reason,
        day=now.date(),
        today=today.plus(judgement) if counts else today,
        minutes=(*service.minutes, minute)[-MINUTES_KEPT:],
        certificate_days=service.certificate_days if days is None else int(days // 1),
        certificate_ends=service.certificate_ends,
        form=known.form,
        form_at=known.form_at,
        held=service.held,
        lost=service.lost and len(answering.window) < limits.failures,
    )
    return moved, list(_changes(endpoint.name, service, moved, reasons, now))


def look_at_certificate(service: Service, least: float) -> Service:
    """Return the service with whether its certificate ends in less than ``least`` days.

    What is not known (no answer, no TLS) stays as it was: an endpoint that is down hides it.
    """
    days = service.certificate_days
    return service if days is None else replace(service, certificate_ends=days < least)


def removed(name: str, service: Service, now: datetime) -> list[Change]:
    """Return what ends when a service is watched no longer."""
    ended = replace(service, answering=Track(), components={})
    return list(_changes(name, service, ended, {"": "watched no longer"}, now))


def _is_gone(track: Track, now: datetime, after: timedelta) -> bool:
    """Whether the document has left a component out for so long that it is no part any more."""
    return track.seen_at is None or now - track.seen_at > after


def _changes(
    name: str, before: Service, after: Service, reasons: Mapping[str, str], now: datetime
) -> Iterator[Change]:
    old = {"": before.answering, **before.components}
    new = {"": after.answering, **after.components}
    for part in old | new:
        was, track = old.get(part, Track()), new.get(part, Track())
        is_down = track.status is Status.DOWN
        if (was.status is Status.DOWN) is is_down:
            continue
        since = (track if is_down else was).since or now
        ended = None if is_down else track.good_since if part in new else was.seen_at
        yield Change(name, part, is_down, since, now, reasons.get(part, GONE), ended)
