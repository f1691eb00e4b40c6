"""What the rules of others leave of the objects, and until when.

S3 resolves overlaps by itself: deletion beats transition, the cheaper class wins. A rule about the
whole bucket that moves objects within half a year leaves nothing to decide. One about a part (a
prefix, tags) leaves the rest; how large the part is nobody knows, so that ours must not lose either
way. One about sizes is about objects that were counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from cost_control.lifecycle.merge import foreign
from cost_control.lifecycle.model import Configuration, Expiration, Filter, Rule, Transition
from cost_control.money.histogram import Sizes, share_of
from cost_control.money.moves import End

MOST_DAYS = 180
"""Waiting longer for a rule of others to be over saves too little in twelve months."""
UNLISTED = Sizes()
FAR = 450
"""Days to a date that is of no account: twelve months, and the longest minimum duration."""


def _enabled(configuration: Configuration) -> Iterator[Rule]:
    return (rule for rule in foreign(configuration) if rule.is_enabled)


def transitions_already(configuration: Configuration, today: date) -> str | None:
    """Return which rule of others moves the whole bucket's objects already, None when none does."""
    for rule in _enabled(configuration):
        soon = [each for each in rule.transitions if _is_soon(each, today)]
        if soon and not _is_part(rule.scope) and not _has_sizes(rule.scope):
            into = ", ".join(each.storage_class or "?" for each in rule.transitions)
            return f"rule {rule.name} already moves objects into {into}"
    return None


def _is_soon(move: Transition, today: date) -> bool:
    day = _day(move, today)
    return day is not None and (move.date is not None or day <= MOST_DAYS)


def deletes_on_a_date(configuration: Configuration, today: date) -> str | None:
    """Return which rule of others deletes the whole bucket's objects on a date, if one does."""
    for rule in _enabled(configuration):
        gone = rule.expiration
        at = gone.date if gone and _day(gone, today) is not None else None
        if at is not None and not _is_part(rule.scope) and not _has_sizes(rule.scope):
            return f"rule {rule.name} deletes objects on {at:%Y-%m-%d}"
    return None


def ends(configuration: Configuration, today: date, sizes: Sizes = UNLISTED) -> tuple[End, ...]:
    """Return by which rules of others objects leave, deleted or moved on, and on which day.

    Which share of the bucket has a prefix, the keys tell that were listed: all or none of it is
    certain where all of them were.
    """
    return tuple(
        replace(end, is_of_all=end.is_of_all or (sizes.is_exact and end.share == 1))
        for rule in _enabled(configuration)
        for action in _leaving(rule)
        if (day := _day(action, today)) is not None
        for end in [_end(rule, day, sizes, is_dated=action.date is not None and day > 0)]
        if not (sizes.is_exact and share_of(rule.scope.prefix, sizes.folders) == 0)
    )


def _end(rule: Rule, day: int, sizes: Sizes, *, is_dated: bool) -> End:
    is_by_prefix = bool(rule.scope.prefix) and not rule.scope.all_tags
    share = share_of(rule.scope.prefix, sizes.folders) if is_by_prefix else None
    bounds = _sizes(rule.scope)
    return End(day, rule.name, not _is_part(rule.scope), *bounds, share, is_dated)


def days_to_try(found: tuple[End, ...], least: int) -> list[int]:
    """Return the days on which a transition may be: at once, or when a rule of others is over.

    A date is no day of an age: what is old would move before it all the same.
    """
    over = (end.day for end in found if least < end.day <= MOST_DAYS and not end.is_dated)
    return sorted({least, *over})


def _leaving(rule: Rule) -> Iterator[Transition | Expiration]:
    yield from rule.transitions
    if rule.expiration is not None:
        yield rule.expiration


def _day(action: Transition | Expiration, today: date) -> int | None:
    """Return the day on which an action comes; None where it comes too late to be of account."""
    if action.date is not None:
        day = max(0, (action.date.date() - today).days)
        return day if day < FAR else None
    return action.days


def _is_part(scope: Filter) -> bool:
    return bool(scope.prefix or scope.all_tags)


def _has_sizes(scope: Filter) -> bool:
    return scope.greater_than is not None or scope.less_than is not None


def _sizes(scope: Filter) -> tuple[int, float]:
    """Return the bounds of the sizes, both exclusive."""
    above, below = scope.greater_than, scope.less_than
    return -1 if above is None else above, float("inf") if below is None else below
