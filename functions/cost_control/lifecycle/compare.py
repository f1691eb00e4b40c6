"""When two configurations mean the same, their fingerprint, and their difference for people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from difflib import unified_diff
from typing import Any

from cost_control.lifecycle.document import write_rule
from cost_control.lifecycle.model import (
    DEFAULT_SIZE,
    Configuration,
    Filter,
    Predicates,
    Rule,
)


def canonical(rule: Rule) -> Rule:
    """Return the one form of all rules that mean the same.

    S3 echoes an empty prefix and a lower bound of 0 inside ``And`` that were never sent, a legacy
    prefix is a filter, and the order of transitions and tags says nothing.
    """
    scope = _canonical_filter(rule.scope)
    by_class = sorted(rule.transitions, key=lambda each: each.storage_class or "")
    noncurrent = sorted(rule.noncurrent_transitions, key=lambda each: each.storage_class or "")
    return replace(
        rule,
        prefix=None,
        filter=scope,
        transitions=tuple(by_class),
        noncurrent_transitions=tuple(noncurrent),
    )


def _canonical_filter(scope: Filter) -> Filter:
    inner = scope.together or Predicates()
    return Filter(
        together=Predicates(
            prefix=scope.prefix or None,
            tags=tuple(sorted(scope.all_tags, key=lambda tag: (tag.key, tag.value))),
            greater_than=_bound(scope),
            less_than=scope.less_than,
            extra=scope.alone.extra + inner.extra,
        )
    )


def _bound(scope: Filter) -> int | None:
    """Return the lower bound; 0 beside other predicates is S3's own echo."""
    inner = scope.together
    if inner is not None and inner.greater_than == 0:
        return None
    return scope.greater_than


def same(one: Configuration, other: Configuration) -> bool:
    """Tell whether two configurations mean the same: rules in any order, and default size."""
    return _meaning(one) == _meaning(other)


def _meaning(configuration: Configuration) -> tuple[Counter[str], str]:
    size = configuration.default_size or DEFAULT_SIZE
    return Counter(text(canonical(rule)) for rule in configuration.rules), size


def fingerprint(configuration: Configuration) -> str:
    """Return a SHA-256 in hex that configurations of the same meaning share."""
    rules, size = _meaning(configuration)
    digest = hashlib.sha256(size.encode())
    for rule in sorted(rules.elements()):
        digest.update(rule.encode())
    return digest.hexdigest()


def text(rule: Rule) -> str:
    """Write a rule as JSON with sorted keys."""
    return json.dumps(write_rule(rule), sort_keys=True, default=_json)


def _json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a lifecycle rule")


def difference(before: Configuration, after: Configuration) -> str:
    """Return a unified diff of two configurations, "" when they are written the same."""
    old, new = (
        json.dumps(
            {"size": each.default_size or DEFAULT_SIZE, "rules": list(map(write_rule, each.rules))},
            indent=2,
            default=_json,
        ).splitlines()
        for each in (before, after)
    )
    return "\n".join(unified_diff(old, new, "before", "after", lineterm="", n=1))
