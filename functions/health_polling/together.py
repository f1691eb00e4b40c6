"""All endpoints unreachable at once: one message, which says that it may be our own way out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.stored import Count, Moment
from health_polling.documents import Problem

GRACE = timedelta(minutes=3)  # in which the others settle after the first one answers again
CLOSED_ROUNDS = 3  # of nothing found out, before it is told


@dataclass(frozen=True, slots=True)
class RoundState:
    """What is kept of all endpoints together.

    ``since`` is when all went down together and was told; ``answered_at`` when the first of them
    answered again; ``closed`` counts rounds in which our way out was shut. ``problems`` are the
    entries that are not polled for a mistake, as people have been told. ``lost`` when it could not
    be read: what was told is not known, so that its end is told once more.
    """

    since: Moment | None = None
    answered_at: Moment | None = None
    closed: Count = 0
    problems: tuple[str, ...] = ()
    lost: bool = False


def lost_round() -> RoundState:
    """Return the state of all together when it could not be read."""
    return RoundState(lost=True, problems=("what was told could not be read",))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round saw of all together.

    ``reference`` is whether the reference address was reached, None without one; ``falling`` how
    many went down in this round, and ``since`` when the first of those fails.
    """

    endpoints: int
    is_together: bool
    is_our_fault: bool
    reference: bool | None = None
    falling: int = 0
    reason: str = ""
    since: datetime | None = None


def held(state: RoundState, seen: Seen) -> bool:
    """Whether whoever goes down now is told of with all others."""
    return seen.is_together and (state.since is not None or seen.falling >= 2)


def released(state: RoundState, now: datetime) -> bool:
    """Whether whoever is still down is told of by itself."""
    return state.answered_at is not None and now - state.answered_at >= GRACE


def begun(
    state: RoundState, seen: Seen, now: datetime, page: str | None
) -> tuple[RoundState, list[AlertMessage]]:
    """Return the state before the services step, and what is to be told."""
    closed = state.closed + 1 if seen.is_our_fault and seen.is_together else 0
    after = replace(state, closed=min(closed, CLOSED_ROUNDS))
    opens = held(state, seen) or closed >= CLOSED_ROUNDS
    if opens and state.since is None:
        since = seen.since or now
        message = _message(AlertState.ALARM, _words(seen), seen.reason, page, now, since)
        return replace(after, since=since, answered_at=None, lost=False), [message]
    if state.lost and state.since is None and not seen.is_together:
        return replace(after, since=now, answered_at=now), []  # it may have been open
    if state.since is not None and not seen.is_together:
        after = replace(after, answered_at=state.answered_at or now)
    return after, []


def ended(
    state: RoundState, held_down: int, now: datetime, page: str | None
) -> tuple[RoundState, list[AlertMessage]]:
    """Return the state after the services stepped; it is over when none is held any more."""
    if state.since is None or state.answered_at is None or held_down:
        return state, []
    minutes = (state.answered_at - state.since).total_seconds() / 60
    text = f"endpoints are reached again after {minutes:.0f} min"
    if state.lost:
        text = "endpoints are reached (what was known of all together could not be read)"
    return replace(state, since=None, answered_at=None, lost=False), [
        _message(AlertState.OK, text, text, page, now)
    ]


def mistakes(
    state: RoundState, problems: tuple[Problem, ...], now: datetime
) -> tuple[RoundState, list[AlertMessage]]:
    """Return the state with the entries that are not polled, and what is to be told of them."""
    wrong = tuple(f"{p.where}: {p.text}"[:500] for p in problems[:20])
    if wrong == state.problems:
        return state, []
    count = len(problems)
    if wrong:
        summary = f"{count} endpoint{'s are' if count > 1 else ' is'} not polled: {wrong[0]}"
    else:
        summary = "every endpoint of the list is polled"
    message = AlertMessage(
        alert="EndpointMistake",
        state=AlertState.ALARM if wrong else AlertState.OK,
        summary=summary[:600],
        reason=summary[:600],
        facts={p.where[:100]: p.text[:300] for p in problems[:5]},
        time=now,
        key="endpoint-mistake",
    )
    return replace(state, problems=wrong), [message]


def _words(seen: Seen) -> str:
    if seen.is_our_fault:
        return (
            f"nothing is known of {seen.endpoints} endpoints: the poller's own way out is shut"
            " (neither they nor the reference address are reached)"
        )
    what = f"all {seen.endpoints} endpoints are unreachable at once"
    if seen.reference is None:
        return f"{what}: it may be the poller's own way out (no reference address is set)"
    return f"{what}; the poller's own way out is open (the reference address is reached)"


def _message(  # noqa: PLR0913, PLR0917 - what the words need
    state: AlertState, summary: str, reason: str, page: str | None, now: datetime,
    since: datetime | None = None,
) -> AlertMessage:  # fmt: skip
    return AlertMessage(
        alert="EndpointDown",
        state=AlertState.ALARM if state is AlertState.ALARM else AlertState.OK,
        summary=summary,
        reason=reason or summary,
        facts={"Failing since": f"{since:%H:%M:%S} UTC"} if since else {},
        links={"Status page": page} if page else {},
        time=now,
        key="endpoint-down/all-endpoints",
    )
