"""What the rules of others leave of the objects, and until when.

S3 resolves overlaps by itself: deletion beats transition, the cheaper class wins. A rule about the
whole bucket that moves objects already leaves nothing to decide. One about a part (a prefix, tags)
leaves the rest; how large the part is nobody knows, so that ours must not lose either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cost_control.lifecycle.merge import foreign
from cost_control.lifecycle.model import Configuration, Expiration, Filter, Rule, Transition
from cost_control.money.moves import End

MOST_DAYS = 180
"""Waiting longer for a rule of others to be over saves too little in twelve months."""


def _enabled(configuration: Configuration) -> Iterator[Rule]:
    return (rule for rule in foreign(configuration) if rule.is_enabled)


def transitions_already(configuration: Configuration) -> str | None:
    """Return which rule of others moves the whole bucket's objects already, None when none does."""
    for rule in _enabled(configuration):
        if rule.transitions and not _is_part(rule.scope):
            into = ", ".join(each.storage_class or "?" for each in rule.transitions)
            return f"rule {rule.name} already moves objects into {into}"
    return None


def deletes_on_a_date(configuration: Configuration) -> str | None:
    """Return which rule of others deletes the whole bucket's objects on a date, if one does."""
    for rule in _enabled(configuration):
        at = rule.expiration.date if rule.expiration else None
        if at is not None and not _is_part(rule.scope) and not _has_sizes(rule.scope):
            return f"rule {rule.name} deletes objects on {at:%Y-%m-%d}"
    return None


def ends(configuration: Configuration, today: date) -> tuple[End, ...]:
    """Return by which rules of others objects leave, deleted or moved on, and on which day."""
    return tuple(
        End(day, rule.name, not _is_part(rule.scope) and not _has_sizes(rule.scope))
        for rule in _enabled(configuration)
        for action in _leaving(rule)
        if (day := _day(action, today)) is not None
    )


def days_to_try(found: tuple[End, ...], least: int) -> list[int]:
    """Return the days on which a transition may be: at once, or when a rule of others is over."""
    return sorted({least, *(end.day for end in found if least < end.day <= MOST_DAYS)})


def _leaving(rule: Rule) -> Iterator[Transition | Expiration]:
    yield from rule.transitions
    if rule.expiration is not None:
        yield rule.expiration


def _day(action: Transition | Expiration, today: date) -> int | None:
    if action.date is not None:
        return max(0, (action.date.date() - today).days)
    return action.days


def _is_part(scope: Filter) -> bool:
    return bool(scope.prefix or scope.all_tags)


def _has_sizes(scope: Filter) -> bool:
    return scope.greater_than is not None or scope.less_than is not None
