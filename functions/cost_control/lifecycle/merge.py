"""Put our rule beside everybody else's, and take it away again."""

from __future__ import annotations

from dataclasses import replace

from cost_control.lifecycle.compare import canonical, same, text
from cost_control.lifecycle.model import Configuration, Filter, Predicates, Rule

OWN_RULE = "avatar-watch-transition"
"""The ID of the one rule that is ours, where StateTable knows that we wrote one."""


def is_ours(rule: Rule) -> bool:
    """Tell whether a rule has our name; whether it is ours is StateTable's to know."""
    return rule.rule_id == OWN_RULE


def ours(configuration: Configuration) -> Rule | None:
    """Return the rule that has our name, None where there is none."""
    return next(filter(is_ours, configuration.rules), None)


def foreign(configuration: Configuration) -> tuple[Rule, ...]:
    """Return the rules that have other names, in their order."""
    return tuple(rule for rule in configuration.rules if not is_ours(rule))


def merge(current: Configuration, own: tuple[Rule, ...]) -> Configuration:
    """Return the configuration with exactly these rules of ours, all others as they are.

    Legacy prefixes become filters only when they must: S3 takes no mixture, and ours have filters.
    Without ``own`` it takes our rule away. It does nothing when it was done before.
    """
    others = foreign(current)
    if own and any(rule.filter is not None for rule in own):
        others = tuple(map(modern, others))
    return replace(current, rules=others + own)


def modern(rule: Rule) -> Rule:
    """Write a legacy prefix as the filter that means the same."""
    if rule.prefix is None or rule.filter is not None:
        return rule
    return replace(rule, prefix=None, filter=Filter(Predicates(prefix=rule.prefix)))


def restored(current: Configuration, backup: Configuration) -> Configuration:
    """Return what a rollback leaves.

    Where only our rule came since the backup, it is the backup exactly, legacy forms included.
    Where others changed theirs, their changes stay and only ours goes.
    """
    now = Configuration(foreign(current), current.default_size)
    then = Configuration(foreign(backup), backup.default_size)
    return backup if same(now, then) else merge(current, ())


def missing(rules: tuple[Rule, ...], there: Configuration) -> tuple[Rule, ...]:
    """Return those of some rules that a configuration does not have, in whichever form."""
    known = {text(canonical(rule)) for rule in there.rules}
    return tuple(rule for rule in rules if text(canonical(rule)) not in known)
