"""Lifecycle rules in words, for messages and the demo."""

from __future__ import annotations

from collections.abc import Iterator

from cost_control.lifecycle.compare import canonical, text
from cost_control.lifecycle.model import (
    Configuration,
    Expiration,
    Filter,
    NoncurrentExpiration,
    Rule,
    Transition,
)


def sentence(rule: Rule) -> str:
    """Say what a rule does to which objects: ``objects above 262,143 bytes into GLACIER_IR …``."""
    off = "" if rule.is_enabled else " (disabled)"
    extra = [name for name, _ in rule.extra]
    strange = [f"and what this version does not know: {', '.join(extra)}"] if extra else []
    return f"{_scope(rule.scope)}: {', '.join([*_actions(rule), *strange])}{off}"


def above(size: int) -> str:
    """Say which objects are larger than a size in bytes: ``of 256 KiB and more``."""
    kib, rest = divmod(size + 1, 1024)
    return f"above {size:,} bytes" if rest or not kib else f"of {kib:,} KiB and more"


def changes(before: Configuration, after: Configuration) -> tuple[list[str], list[str]]:
    """Return what was added and what was taken away, each by name and in words.

    A rule that is only written in another form (a legacy prefix as a filter) is neither.
    """
    old, new = ({text(canonical(rule)): rule for rule in each.rules} for each in (before, after))
    return (
        [_named(rule) for key, rule in new.items() if key not in old],
        [_named(rule) for key, rule in old.items() if key not in new],
    )


def _named(rule: Rule) -> str:
    return f"{rule.rule_id or 'without an ID'}: {sentence(rule)}"


def _scope(chosen: Filter) -> str:
    parts = [f"{chosen.prefix}*"] if chosen.prefix else ["objects"]
    parts += [f"tagged {tag.key}={tag.value}" for tag in chosen.all_tags]
    if chosen.greater_than is not None:
        parts.append(above(chosen.greater_than))
    if chosen.less_than is not None:
        parts.append(f"below {chosen.less_than:,} bytes")
    return "all objects" if parts == ["objects"] else " ".join(parts)


def _actions(rule: Rule) -> Iterator[str]:
    for each in rule.transitions:
        yield f"into {each.storage_class} {_when(each)}"
    if rule.expiration is not None:
        marker = rule.expiration.delete_marker
        yield "lone delete markers removed" if marker else f"deleted {_when(rule.expiration)}"
    for each in rule.noncurrent_transitions:
        yield f"old versions into {each.storage_class} after {_days(each.days)}{_but(each)}"
    if rule.noncurrent_expiration is not None:
        old = rule.noncurrent_expiration
        yield f"old versions deleted after {_days(old.days)}{_but(old)}"
    if rule.abort is not None:
        yield f"unfinished uploads ended after {_days(rule.abort.days)}"


def _when(action: Transition | Expiration) -> str:
    if action.date is not None:
        return f"on {action.date:%Y-%m-%d}"
    return f"after {_days(action.days)}"


def _days(days: int | None) -> str:
    return "1 day" if days == 1 else f"{days or 0} days"


def _but(action: Transition | NoncurrentExpiration) -> str:
    return f" but for the newest {action.newer_versions}" if action.newer_versions else ""
