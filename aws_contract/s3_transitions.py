"""S3: transitions of a lifecycle rule, current and noncurrent. `aws_contract.s3` calls it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from aws_contract.core import Breach
from aws_contract.values import aware

# Only downwards. Source: User Guide, "Transitioning objects using Amazon S3 Lifecycle".
WATERFALL = (
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
# The one step down that the page lists as unsupported. S3's wording for it is not known; the
# refusal takes that of the wrong order.
UNSUPPORTED = frozenset({("ONEZONE_IA", "GLACIER_IR")})
INFREQUENT_ACCESS = frozenset({"STANDARD_IA", "ONEZONE_IA"})
MIN_IA_DAYS = 30
# Days in a class before the next transition of one rule: its minimum duration. Sources: the same
# page, "Minimum 30-Day Storage Charge for S3 Standard-IA and S3 One Zone-IA"; S3's answers of 2024
# and 2025 to DEEP_ARCHIVE after GLACIER and after GLACIER_IR, "must be 90 days more".
STAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "GLACIER": 90}
# Classes of objects into which nothing moves.
NO_TARGETS = frozenset({"STANDARD", "REDUCED_REDUNDANCY"})
_MALFORMED = Breach(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """The names that transitions and their expiration have, current or noncurrent."""

    transitions: str
    action: str
    expiration: str
    days: str


_KINDS = (
    _Kind("Transitions", "Transition", "Expiration", "Days"),
    _Kind(
        "NoncurrentVersionTransitions",
        "NoncurrentVersionTransition",
        "NoncurrentVersionExpiration",
        "NoncurrentDays",
    ),
)


def breaches(
    each: Mapping[str, Any], described: str, *, at_least_30_days_for_ia: bool
) -> Iterator[Breach]:
    """Yield what S3 refuses in the transitions of one rule."""
    for kind in _KINDS:
        transitions = each.get(kind.transitions) or ()
        faults = list(_forms(kind, transitions, at_least_30_days_for_ia=at_least_30_days_for_ia))
        if not faults:
            faults = list(_together(kind, transitions, each.get(kind.expiration) or {}, described))
        yield from faults
        yield from newer_versions_need_a_filter(each, transitions)


def newer_versions_need_a_filter(
    each: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]
) -> Iterator[Breach]:
    """Refuse to keep newer versions where a rule has no Filter, but a Prefix of the old form.

    Source: User Guide, "Lifecycle configuration elements".
    """
    keeps = any(action.get("NewerNoncurrentVersions") is not None for action in actions)
    if keeps and "Filter" not in each:
        message = "NewerNoncurrentVersions element can only be used in Lifecycle V2."
        yield Breach("InvalidRequest", message)


def _forms(
    kind: _Kind, transitions: Sequence[Mapping[str, Any]], *, at_least_30_days_for_ia: bool
) -> Iterator[Breach]:
    for each in transitions:
        storage_class, days, date = each.get("StorageClass"), each.get(kind.days), each.get("Date")
        if storage_class in NO_TARGETS:
            message = "Invalid target Storage class for Transition action"
            yield Breach("InvalidArgument", message)
        elif storage_class not in WATERFALL or (days is not None and date is not None):
            yield _MALFORMED
        elif days is None and date is None:
            message = f"'{kind.action}' action must specify either 'Days' or 'Date'"
            yield Breach("InvalidArgument", message) if kind.days == "Days" else _MALFORMED
        if days is not None and days < 0:
            message = f"'{kind.days}' in {kind.action} action must be nonnegative"
            yield Breach("InvalidArgument", message)
        elif (
            days is not None
            and days < MIN_IA_DAYS
            and storage_class in INFREQUENT_ACCESS
            and at_least_30_days_for_ia
        ):
            yield Breach(
                "InvalidArgument",
                f"'{kind.days}' in {kind.action} action must be greater than or equal to "
                f"{MIN_IA_DAYS} for storageClass '{storage_class}'",
            )
        if date is not None and aware(date).timestamp() % 86_400:
            yield Breach("InvalidArgument", "'Date' must be at midnight GMT")
        if not 1 <= each.get("NewerNoncurrentVersions", 1) <= 100:
            message = "NewerNoncurrentVersions must be a positive integer of at most 100"
            yield Breach("InvalidArgument", message)


def _together(
    kind: _Kind,
    transitions: Sequence[Mapping[str, Any]],
    expiration: Mapping[str, Any],
    described: str,
) -> Iterator[Breach]:
    where = f"filter '{described}'"
    classes = [each["StorageClass"] for each in transitions]
    if len(set(classes)) < len(classes):
        yield Breach(
            "InvalidRequest",
            f"'StorageClass' must be different for '{kind.action}' actions in same 'Rule' with "
            f"{where}",
        )
        return
    units = {"Date" if each.get("Date") is not None else kind.days for each in transitions}
    if len(units) > 1:
        what = "Transition actions"
        message = f"Found mixed 'Date' and 'Days' based {what} in lifecycle rule for {where}"
        yield Breach("InvalidRequest", message)
        return
    if not units:
        return
    unit = units.pop()
    other = {"Date": "Days", "Days": "Date"}.get(unit)
    if other in expiration:
        what = "Expiration and Transition actions"
        message = f"Found mixed 'Date' and 'Days' based {what} in lifecycle rule for {where}"
        yield Breach("InvalidRequest", message)
    yield from _order(kind, transitions, unit, where)
    # Terraform's acceptance test expires on the day it moves, but for two newer versions (#23228).
    keeps = expiration.get("NewerNoncurrentVersions") is not None
    if not keeps and _expires_before(expiration, transitions, unit):
        yield Breach(
            "InvalidArgument",
            f"'{unit}' in the {kind.expiration} action for {where} must be greater than '{unit}' "
            f"in the {kind.action} action",
        )


def _expires_before(
    expiration: Mapping[str, Any], transitions: Sequence[Mapping[str, Any]], unit: str
) -> bool:
    return unit in expiration and any(
        _at(expiration, unit) <= _at(each, unit) for each in transitions
    )


def _order(
    kind: _Kind, transitions: Sequence[Mapping[str, Any]], unit: str, where: str
) -> Iterator[Breach]:
    downwards = sorted(transitions, key=lambda each: WATERFALL.index(each["StorageClass"]))
    for warm, cold in combinations(downwards, 2):
        pair = (warm["StorageClass"], cold["StorageClass"])
        if _at(cold, unit) <= _at(warm, unit) or pair in UNSUPPORTED:
            yield Breach(
                "InvalidArgument",
                f"'{unit}' in the {kind.action} action for StorageClass '{pair[1]}' for {where} "
                f"must be greater than '{unit}' in the {kind.action} action for StorageClass "
                f"'{pair[0]}' for {where}",
            )
        elif _days(cold, unit) - _days(warm, unit) < STAYS.get(pair[0], 0):
            yield Breach(
                "InvalidArgument",
                f"'{unit}' in the '{kind.action}' action for StorageClass '{pair[1]}' for {where} "
                f"must be {STAYS[pair[0]]} days more than '{where}' in the '{kind.action}' action "
                f"for StorageClass '{pair[0]}'",
            )


def _days(action: Mapping[str, Any], unit: str) -> float:
    """Count days, from whatever day, so that differences can be taken."""
    at = _at(action, unit)
    return at.timestamp() / 86_400 if unit == "Date" else float(at)


def _at(action: Mapping[str, Any], unit: str) -> Any:
    return aware(action[unit]) if unit == "Date" else action[unit]
