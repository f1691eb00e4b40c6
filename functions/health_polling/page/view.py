"""What the status page shows, before it has any form; the JSON beside the page is exactly this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

import msgspec

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.left_out import LeftOut
from avatarwatch.mutes import Mute
from health_polling.documents import Problem
from health_polling.history import DAYS_KEPT, History, Incident
from health_polling.page.headline import headline
from health_polling.page.held import Held, held
from health_polling.page.spans import Span, budget, span
from health_polling.track import Status
from health_polling.watch import Day, Service

MOST_INCIDENTS = 30
MOST_CARDS = 40  # of services, the worst first; the others are a line each, or it is megabytes
RECENT_DAYS = 45  # drawn on a phone: more would be a blur
_WORST_FIRST = (Status.DOWN, Status.DEGRADED, Status.UNKNOWN, Status.UP)
DOWN_MINUTES = 72
"""A day of more failed polls than these, or of nothing else, is drawn as down, not as partly so."""
_SLOW_SHARE = 0.05  # from this share of polls on that warned a day is drawn as degraded
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day; ``uptime`` in percent and ``mean_ms`` are None without polls.

    ``state`` is none, up, degraded, partly or down.
    """

    day: date
    state: str
    uptime: float | None
    failed: int
    polls: int
    mean_ms: float | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The days of a service or a component; ``recent`` is of those that a phone shows."""

    span: Span
    recent: Span
    days: tuple[DayBar, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """A component: how it stands, since when, and its figures where its service has a card."""

    name: str
    status: Status
    since: datetime | None
    drawn: Drawn | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service; ``latencies`` are the last polls' in ms, None where there was no answer.

    ``span`` is of all days that are kept; ``drawn`` is there for those that have a card.
    """

    name: str
    address: str
    status: Status
    since: datetime | None
    reason: str
    span: Span
    drawn: Drawn | None
    components: tuple[PartView, ...]
    latencies: tuple[int | None, ...]
    certificate_days: int | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident; ``components`` is empty when the service as a whole was down."""

    service: str
    components: tuple[str, ...]
    since: datetime
    until: datetime | None
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Budget:
    """An error budget in percent, and in words; ``availability`` is of the very same polls.

    ``left_out`` are the minutes of maintenance that are not in it.
    """

    objective: float
    left: float
    availability: float
    polls: float
    failed: float
    days: int
    days_known: float
    rest: str
    basis: str
    left_out: int


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page; ``held`` is what alerts are held back now or soon.

    ``left_out`` are the minutes of maintenance that no figure of its days has in it.
    """

    system: str
    at: datetime
    status: Status
    headline: str
    budget: Budget | None
    services: tuple[ServiceView, ...]
    incidents: tuple[IncidentView, ...]
    problems: tuple[str, ...]
    held: tuple[Held, ...] = ()
    left_out: int = 0


def page_json(page: PageView) -> str:
    """Return the page as JSON, for programs."""
    return msgspec.json.encode(page).decode()


def _figures(budget: ErrorBudget | None) -> Budget | None:
    if budget is None:
        return None
    return Budget(
        objective=budget.objective,
        left=budget.left,
        availability=budget.good,
        polls=budget.total,
        failed=budget.bad,
        days=PERIOD.days,
        days_known=PERIOD.days if budget.is_whole else budget.days_known / timedelta(days=1),
        rest=budget.rest,
        basis=budget.basis,
        left_out=budget.left_out // _MINUTE,
    )


def view(  # noqa: PLR0913, PLR0917 - all that a page is made of
    system: str,
    services: Mapping[str, Service],
    histories: Iterable[History],
    problems: Sequence[Problem],
    now: datetime,
    mutes: Iterable[Mute] = (),
    left_out: LeftOut = LeftOut(),  # noqa: B008 - frozen
) -> PageView:
    """Put together what is shown: the worst services first, incidents the newest first."""
    known = tuple(histories)
    days = {name: each for history in known for name, each in history.days.items()}
    order = sorted(services, key=lambda name: (_WORST_FIRST.index(services[name].status), name))
    shown = [
        _service(name, services[name], days.get(name, {}), now.date(), is_drawn=n < MOST_CARDS)
        for n, name in enumerate(order)
    ]
    incidents = [i for history in known for i in history.incidents]
    return PageView(
        system=system,
        at=now,
        status=shown[0].status if shown else Status.UNKNOWN,
        headline=headline(shown),
        budget=_figures(
            budget((_days(s, days.get(n, {})) for n, s in services.items()), now, left_out)
        ),
        services=tuple(shown),
        incidents=tuple(_incidents(incidents, now)[:MOST_INCIDENTS]),
        problems=tuple(f"{p.where}: {p.text}" for p in problems),
        held=held(mutes, now),
        left_out=_of_days(left_out, DAYS_KEPT, now) // _MINUTE,
    )


def _of_days(left_out: LeftOut, days: int, now: datetime) -> timedelta:
    """Return how much of the last whole days and of today is left out."""
    first = datetime.combine(now.date() - timedelta(days=days - 1), time(), UTC)
    return left_out.within(first, now + _MINUTE)


def _days(service: Service, past: Mapping[date, Day]) -> dict[date, Day]:
    return {**past, **({service.day: service.today} if service.day else {})}


def _service(
    name: str, service: Service, past: Mapping[date, Day], today: date, *, is_drawn: bool
) -> ServiceView:
    days = _days(service, past)
    parts = [
        PartView(part, track.status, track.since, _drawn(days, today, part) if is_drawn else None)
        for part, track in service.components.items()
    ]
    tracks = (service.answering, *service.components.values())
    worst = max((t for t in tracks if t.status is service.status), key=lambda t: bool(t.since))
    is_calm = service.status is Status.UP
    return ServiceView(
        name=name,
        address=service.address,
        status=service.status,
        since=worst.since,
        reason="" if is_calm else service.reason,
        span=span(days, today, DAYS_KEPT),
        drawn=_drawn(days, today, "") if is_drawn else None,
        components=tuple(sorted(parts, key=lambda p: (_WORST_FIRST.index(p.status), p.name))),
        latencies=service.minutes,
        certificate_days=service.certificate_days,
    )


def _drawn(days: Mapping[date, Day], today: date, part: str) -> Drawn:
    whole, recent = (span(days, today, of, part) for of in (DAYS_KEPT, RECENT_DAYS))
    return Drawn(whole, recent, tuple(_bars(days, today, part)))


def _bars(days: Mapping[date, Day], today: date, part: str) -> Iterable[DayBar]:
    for ago in range(DAYS_KEPT - 1, -1, -1):
        day = today - timedelta(days=ago)
        yield _bar(day, days.get(day), part)


def _bar(day: date, record: Day | None, part: str) -> DayBar:
    if record is None or not record.polls:
        return DayBar(day, "none", None, 0, 0, None)
    failed = record.parts.get(part, 0) if part else record.failed
    share = failed / record.polls
    if failed > DOWN_MINUTES or failed == record.polls:  # a poll is a minute
        state = "down"
    elif failed:
        state = "partly"
    else:
        state = "degraded" if not part and record.warned / record.polls >= _SLOW_SHARE else "up"
    mean = record.ms / record.answered if record.answered and not part else None
    return DayBar(day, state, (1 - share) * 100, failed, record.polls, mean)


def _incidents(incidents: Iterable[Incident], now: datetime) -> list[IncidentView]:
    """Show components of a service that were down together as one incident."""

    def together(each: Incident) -> tuple[datetime, str, bool]:
        return each.since, each.service, bool(each.component)

    found = []
    for _, group in groupby(sorted(incidents, key=together, reverse=True), key=together):
        listed = list(group)
        open_ones = [i for i in listed if i.until is None]
        until = None if open_ones else max(i.until for i in listed if i.until)
        first = listed[0]
        found.append(
            IncidentView(
                service=first.service,
                components=tuple(sorted(i.component for i in listed if i.component)),
                since=first.since,
                until=until,
                seconds=((until or now) - first.since).total_seconds(),
                reason="; ".join(dict.fromkeys(i.reason for i in listed if i.reason)),
            )
        )
    return sorted(found, key=lambda i: (i.until is None, i.since), reverse=True)
