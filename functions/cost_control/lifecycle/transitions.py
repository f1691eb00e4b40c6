"""S3's rules for the transitions of a rule, current and noncurrent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import combinations

from cost_control.lifecycle.model import Expiration, NoncurrentExpiration, Rule, Transition
from cost_control.lifecycle.violation import ARGUMENT, REQUEST, XML

# Only downwards. Source: User Guide, "Transitioning objects using Amazon S3 Lifecycle".
WATERFALL = (
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
UNSUPPORTED = frozenset({("ONEZONE_IA", "GLACIER_IR")})
INFREQUENT = frozenset({"STANDARD_IA", "ONEZONE_IA"})
_STAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "GLACIER": 90}
"""Days in a class before the next transition of one rule: its minimum duration.

Sources: the same page, "Constraints"; S3's answers to DEEP_ARCHIVE after GLACIER and GLACIER_IR.
"""
_NO_TARGETS = frozenset({"STANDARD", "REDUCED_REDUNDANCY"})
MAX_NEWER_VERSIONS = 100
_FOREVER = float("inf")

type _Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The transitions of one kind with the expiration that must come after them."""

    action: str
    transitions: Sequence[Transition]
    expiration: Expiration | NoncurrentExpiration | None


def transition_faults(rule: Rule, ia_minimum_days: int) -> Iterator[_Fault]:
    """Yield the code and a sentence for what S3 refuses in a rule's transitions."""
    for kind in (
        _Kind("Transition", rule.transitions, rule.expiration),
        _Kind(
            "NoncurrentVersionTransition", rule.noncurrent_transitions, rule.noncurrent_expiration
        ),
    ):
        faults = [
            fault for each in kind.transitions for fault in _form(kind, each, ia_minimum_days)
        ]
        yield from faults or _together(kind)
        if rule.filter is None and any(
            each.newer_versions is not None for each in kind.transitions
        ):
            yield REQUEST, "NewerNoncurrentVersions needs a Filter, not a legacy Prefix"


def _form(kind: _Kind, each: Transition, ia_minimum_days: int) -> Iterator[_Fault]:
    days, date, into = each.days, each.date, each.storage_class
    if into in _NO_TARGETS:
        yield ARGUMENT, f"nothing moves into {into}"
    elif into not in WATERFALL:
        yield XML, f"{kind.action} into {into or 'no storage class'} does not exist"
    elif days is not None and date is not None:
        yield XML, f"{kind.action} into {into} has both Days and Date"
    elif days is None and date is None:
        is_current = kind.action == "Transition"
        yield ARGUMENT if is_current else XML, f"{kind.action} into {into} says not when"
    if days is not None and days < 0:
        yield ARGUMENT, f"{kind.action} into {into} must not be before day 0"
    elif days is not None and into in INFREQUENT and days < ia_minimum_days:
        yield ARGUMENT, f"{kind.action} into {into} must be on day {ia_minimum_days} or later"
    if date is not None and date.astimezone(UTC).time() != time():
        yield ARGUMENT, f"{kind.action} into {into} must be at midnight UTC"
    if each.newer_versions is not None and not 1 <= each.newer_versions <= MAX_NEWER_VERSIONS:
        yield ARGUMENT, f"NewerNoncurrentVersions must be 1 to {MAX_NEWER_VERSIONS}"


def _together(kind: _Kind) -> Iterator[_Fault]:
    classes = [each.storage_class for each in kind.transitions]
    if len(set(classes)) < len(classes):
        yield REQUEST, f"two {kind.action} actions go into the same storage class"
        return
    by_date = {each.date is not None for each in kind.transitions}
    if len(by_date) > 1:
        yield REQUEST, f"{kind.action} actions mix Days and Date"
        return
    if by_date:
        yield from _order(kind)
        yield from _expires_last(kind, by_date=by_date.pop())


def _order(kind: _Kind) -> Iterator[_Fault]:
    downwards = sorted(kind.transitions, key=lambda each: WATERFALL.index(each.storage_class or ""))
    for warm, cold in combinations(downwards, 2):
        pair = (warm.storage_class or "", cold.storage_class or "")
        if _at(cold) <= _at(warm) or pair in UNSUPPORTED:
            yield ARGUMENT, f"{kind.action} into {pair[1]} must come after the one into {pair[0]}"
        elif _days_between(warm, cold) < (stay := _STAYS.get(pair[0], 0)):
            after = f"{stay} days or more after the one into {pair[0]}"
            yield ARGUMENT, f"{kind.action} into {pair[1]} must come {after}"


def _expires_last(kind: _Kind, *, by_date: bool) -> Iterator[_Fault]:
    if kind.expiration is None:
        return
    days, date = kind.expiration.days, getattr(kind.expiration, "date", None)
    if (days if by_date else date) is not None:
        yield REQUEST, f"{kind.action} and expiration mix Days and Date"
    end = date.timestamp() if by_date and date else _FOREVER if by_date or days is None else days
    # A number of newer versions that are kept is no day; S3 takes both on one day.
    keeps = getattr(kind.expiration, "newer_versions", None) is not None
    if not keeps and any(end <= _at(each) for each in kind.transitions):
        yield ARGUMENT, f"the expiration must come later than each {kind.action}"


def _at(each: Transition) -> float:
    return _seconds(each.date) if each.date is not None else float(each.days or 0)


def _days_between(warm: Transition, cold: Transition) -> float:
    apart = _at(cold) - _at(warm)
    return apart if cold.date is None else apart / 86_400


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
