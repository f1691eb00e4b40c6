"""What existing rules leave room for.

S3 resolves overlaps by itself (deletion beats transition, the cheaper class wins), but what that
costs nobody can plan; so a move is only made where no other rule decides the same objects.
Ours is about the whole bucket, which every scope overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator

from cost_control.lifecycle.merge import foreign
from cost_control.lifecycle.model import Configuration, Rule


def _enabled(configuration: Configuration) -> Iterator[Rule]:
    return (rule for rule in foreign(configuration) if rule.is_enabled)


def transitions_already(configuration: Configuration) -> str | None:
    """Return which rule of others moves objects already, None when none does."""
    for rule in _enabled(configuration):
        if rule.transitions:
            into = ", ".join(each.storage_class or "?" for each in rule.transitions)
            return f"rule {rule.name} already moves objects into {into}"
    return None


def expires_too_early(configuration: Configuration, days: int, minimum: int) -> str | None:
    """Return which rule deletes objects within the minimum duration that a class bills.

    Objects that are deleted before they would move are no obstacle: they never move.
    """
    for rule in _enabled(configuration):
        expiration = rule.expiration
        if expiration is None:
            continue
        if expiration.date is not None:
            return f"rule {rule.name} deletes objects on {expiration.date:%Y-%m-%d}"
        if expiration.days is not None and days < expiration.days < days + minimum:
            return (
                f"rule {rule.name} deletes objects after {expiration.days} days, within the"
                f" {minimum} days that are billed at least"
            )
    return None


def deleted_on(configuration: Configuration, days: int) -> int | None:
    """Return the first day after ``days`` on which a rule of others deletes objects, if any.

    Which objects it is about is not asked: the whole bucket is judged as if it were all of them.
    """
    found = [rule.expiration.days for rule in _enabled(configuration) if rule.expiration]
    return min((each for each in found if each is not None and each > days), default=None)


def days_between(configuration: Configuration, least: int, most: int) -> list[int]:
    """Return the days from ``least`` to ``most`` on which an expiration of others is over."""
    found = [rule.expiration.days for rule in _enabled(configuration) if rule.expiration]
    return sorted({days for days in found if days is not None and least < days <= most})
