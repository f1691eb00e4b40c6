"""Put our rules beside everybody else's, and take them away again."""

from __future__ import annotations

from dataclasses import replace

from cost_control.lifecycle.compare import same
from cost_control.lifecycle.model import Configuration, Filter, Predicates, Rule

OWN_PREFIX = "avatar-watch-"
"""Rules whose ID begins with this are ours; every other rule is somebody else's."""


def is_ours(rule: Rule) -> bool:
    """Tell whether a rule is one of ours."""
    return (rule.rule_id or "").startswith(OWN_PREFIX)


def foreign(configuration: Configuration) -> tuple[Rule, ...]:
    """Return the rules that are not ours, in their order."""
    return tuple(rule for rule in configuration.rules if not is_ours(rule))


def merge(current: Configuration, ours: tuple[Rule, ...]) -> Configuration:
    """Return the configuration with exactly these rules of ours, all others as they are.

    Legacy prefixes become filters only when they must: S3 takes no mixture, and ours have filters.
    Without ``ours`` it takes our rules away. It does nothing when it was done before.
    """
    others = foreign(current)
    if ours and any(rule.filter is not None for rule in ours):
        others = tuple(map(modern, others))
    return replace(current, rules=others + ours)


def modern(rule: Rule) -> Rule:
    """Write a legacy prefix as the filter that means the same."""
    if rule.prefix is None or rule.filter is not None:
        return rule
    return replace(rule, prefix=None, filter=Filter(Predicates(prefix=rule.prefix)))


def restored(current: Configuration, backup: Configuration) -> Configuration:
    """Return what a rollback leaves.

    Where only our rules came since the backup, it is the backup exactly, legacy forms included.
    Where others changed theirs, their changes stay and only ours go.
    """
    now = Configuration(foreign(current), current.default_size)
    then = Configuration(foreign(backup), backup.default_size)
    return backup if same(now, then) else merge(current, ())
