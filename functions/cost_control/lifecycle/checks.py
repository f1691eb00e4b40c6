"""S3's rules for lifecycle configurations, checked before anything is sent.

Sources: User Guide, "Lifecycle configuration elements" and "Transitioning objects using Amazon S3
Lifecycle"; API Reference, PutBucketLifecycleConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from itertools import combinations

from cost_control.lifecycle.model import (
    Configuration,
    Filter,
    Predicates,
    Rule,
)
from cost_control.lifecycle.transitions import transition_faults
from cost_control.lifecycle.violation import ARGUMENT, REQUEST, XML, Violation

MAX_RULES = 1_000
MAX_ID = 255
MAX_SIZE = 1_099_511_627_776_000
MAX_NEWER_VERSIONS = 100
MAX_PREFIX_BYTES = 1_024
IA_MINIMUM_DAYS = 30
"""Days before STANDARD_IA and ONEZONE_IA; the API model dropped it in July 2026, unproven."""
_DEFAULT_SIZES = frozenset({"varies_by_storage_class", "all_storage_classes_128K"})
_ACTIONS = (
    "expiration",
    "transitions",
    "noncurrent_expiration",
    "noncurrent_transitions",
    "abort",
)


def violations(
    configuration: Configuration, *, ia_minimum_days: int = IA_MINIMUM_DAYS
) -> tuple[Violation, ...]:
    """Return everything that S3 would refuse, () for a legal configuration.

    Each has the code S3 answers with, the rule's name and a sentence. What is in ``extra`` is
    unknown to this version and not judged.
    """
    return tuple(_violations(configuration, ia_minimum_days))


def added_violations(
    before: Configuration, after: Configuration, *, ia_minimum_days: int = IA_MINIMUM_DAYS
) -> tuple[Violation, ...]:
    """Return what S3 would refuse of a change, by what the change adds.

    S3 holds ``before``, so it took it once: what we hold against that is no reason to refuse. What
    is judged are the rules that come, and what the rules are together.
    """
    held = set(violations(before, ia_minimum_days=ia_minimum_days))
    found = violations(after, ia_minimum_days=ia_minimum_days)
    return tuple(each for each in found if each not in held)


def _violations(configuration: Configuration, ia_minimum_days: int) -> Iterator[Violation]:
    rules = configuration.rules
    if not 1 <= len(rules) <= MAX_RULES:
        yield Violation(XML, "", f"there are {len(rules)} rules; 1 to {MAX_RULES} are allowed")
    size = configuration.default_size
    if size is not None and size not in _DEFAULT_SIZES:
        yield Violation(REQUEST, "", f"the default minimum object size {size!r} does not exist")
    yield from _ids(rules)
    yield from _forms(rules)
    for rule in rules:
        for code, sentence in _rule(rule, ia_minimum_days):
            yield Violation(code, rule.name, sentence)


def _ids(rules: Sequence[Rule]) -> Iterator[Violation]:
    seen = set()
    for rule in rules:
        if not rule.rule_id:
            continue
        if len(rule.rule_id) > MAX_ID:
            yield Violation(ARGUMENT, rule.name, f"the ID is longer than {MAX_ID} characters")
        if rule.rule_id in seen:
            yield Violation(ARGUMENT, rule.name, "another rule has the same ID")
        seen.add(rule.rule_id)


def _forms(rules: Sequence[Rule]) -> Iterator[Violation]:
    """Judge how rules say what they are about: all the old way, or all with a filter."""
    for rule in rules:
        if rule.prefix is None and rule.filter is None:
            yield Violation(XML, rule.name, "it has neither Filter nor Prefix")
    old = [rule for rule in rules if rule.prefix is not None]
    if old and any(rule.filter is not None for rule in rules):
        yield Violation(REQUEST, old[0].name, "a legacy Prefix may not be mixed with Filter")
    elif old:
        yield from _overlaps(old)


def _overlaps(rules: Sequence[Rule]) -> Iterator[Violation]:
    for one, other in combinations(rules, 2):
        short, long = sorted((one.prefix or "", other.prefix or ""), key=len)
        shared = [action for action in _ACTIONS if getattr(one, action) and getattr(other, action)]
        if shared and long.startswith(short):
            sentence = f"its legacy prefix overlaps that of {one.name} for the same action"
            yield Violation(REQUEST, other.name, sentence)


type _Fault = tuple[str, str]


def _rule(rule: Rule, ia_minimum_days: int) -> Iterator[_Fault]:
    if rule.status not in {"Enabled", "Disabled"}:
        yield XML, f"its status {rule.status!r} is neither Enabled nor Disabled"
    if not rule.extra and all(getattr(rule, action) in {None, ()} for action in _ACTIONS):
        yield REQUEST, "it has no action"
    yield from _filter(rule.scope)
    yield from _expiration(rule)
    yield from _noncurrent_expiration(rule)
    yield from _abort(rule)
    yield from transition_faults(rule, ia_minimum_days)


def _filter(chosen: Filter) -> Iterator[_Fault]:
    if chosen.alone.count + (chosen.together is not None) > 1:
        yield XML, "its filter has several predicates outside And"
    if chosen.together is not None and chosen.together.count < 2:
        yield XML, "And needs two predicates"
    keys = [tag.key for tag in chosen.all_tags]
    if len(set(keys)) < len(keys):
        yield REQUEST, "its filter names a tag key twice"
    if len(chosen.prefix.encode()) > MAX_PREFIX_BYTES:
        yield REQUEST, f"its prefix is longer than {MAX_PREFIX_BYTES} bytes"
    for tag in chosen.all_tags:
        if not 1 <= _units(tag.key) <= 128 or _units(tag.value) > 256:
            yield REQUEST, "a tag has 1 to 128 characters of key and up to 256 of value"
    for part in (chosen.alone, chosen.together or Predicates()):
        yield from _sizes(part)


def _units(text: str) -> int:
    """Count as S3 does, in units of UTF-16: beyond the basic plane two a character."""
    return len(text.encode("utf-16-le")) // 2


def _sizes(part: Predicates) -> Iterator[_Fault]:
    if part.greater_than is not None and not 0 <= part.greater_than <= MAX_SIZE:
        yield REQUEST, f"ObjectSizeGreaterThan must be between 0 and {MAX_SIZE}"
    if part.less_than is not None and not 1 <= part.less_than <= MAX_SIZE:
        yield REQUEST, f"ObjectSizeLessThan must be between 1 and {MAX_SIZE}"
    if None not in {part.greater_than, part.less_than} and (
        (part.less_than or 0) <= (part.greater_than or 0)
    ):
        yield REQUEST, "ObjectSizeLessThan must be greater than ObjectSizeGreaterThan"


def _expiration(rule: Rule) -> Iterator[_Fault]:
    expiration = rule.expiration
    if expiration is None:
        return
    given = (expiration.days, expiration.date, expiration.delete_marker)
    if not expiration.extra and sum(one is not None for one in given) != 1:
        yield XML, "Expiration needs exactly one of Days, Date and ExpiredObjectDeleteMarker"
    if expiration.days is not None and expiration.days <= 0:
        yield ARGUMENT, "Days of Expiration must be at least 1"
    if expiration.date is not None and not is_midnight(expiration.date):
        yield ARGUMENT, "Date of Expiration must be at midnight UTC"
    if expiration.delete_marker is not None:
        yield from _of_any_object("ExpiredObjectDeleteMarker", rule)


def _noncurrent_expiration(rule: Rule) -> Iterator[_Fault]:
    expiration = rule.noncurrent_expiration
    if expiration is None:
        return
    if expiration.days is None:
        yield XML, "NoncurrentVersionExpiration needs NoncurrentDays"
    elif expiration.days <= 0:
        yield ARGUMENT, "NoncurrentDays of NoncurrentVersionExpiration must be at least 1"
    if expiration.newer_versions is not None:
        if rule.filter is None:
            yield REQUEST, "NewerNoncurrentVersions needs a Filter, not a legacy Prefix"
        if not 1 <= expiration.newer_versions <= MAX_NEWER_VERSIONS:
            yield ARGUMENT, f"NewerNoncurrentVersions must be 1 to {MAX_NEWER_VERSIONS}"


def _abort(rule: Rule) -> Iterator[_Fault]:
    if rule.abort is None:
        return
    if rule.abort.days is None:
        yield XML, "AbortIncompleteMultipartUpload needs DaysAfterInitiation"
    elif rule.abort.days <= 0:
        yield ARGUMENT, "DaysAfterInitiation must be at least 1"
    yield from _of_any_object("AbortIncompleteMultipartUpload", rule)


def _of_any_object(action: str, rule: Rule) -> Iterator[_Fault]:
    """Judge an action that looks at no object, and so can ask for neither tags nor sizes."""
    if rule.scope.all_tags:
        yield REQUEST, f"{action} cannot be narrowed by tags: give it a rule of its own"
    if rule.scope.greater_than is not None or rule.scope.less_than is not None:
        yield REQUEST, f"{action} cannot be narrowed by sizes: give it a rule of its own"


def is_midnight(moment: datetime) -> bool:
    """Tell whether an instant is at midnight UTC, as S3 wants dates."""
    return moment.astimezone(UTC).time() == time()
