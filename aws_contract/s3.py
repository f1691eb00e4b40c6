"""S3: lifecycle configurations. Objects are in `s3_objects`, transitions in `s3_transitions`.

Sources: User Guide, "Lifecycle configuration elements" and "Transitioning objects using Amazon S3
Lifecycle"; API Reference, PutBucketLifecycleConfiguration; the answers that S3 has been recorded
to give, which fix code and message where the documentation is silent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, time
from typing import Any

from aws_contract import held, s3_objects, s3_transitions
from aws_contract.core import Breach, Params, rule
from aws_contract.values import aware, utf8_length, utf16_length

__all__ = ["MAX_RULES", "REQUIRE_30_DAYS_FOR_IA", "s3_objects"]

# S3 refused a transition into STANDARD_IA or ONEZONE_IA before 30 days until July 2026, when the
# API model dropped the sentence. Whether the service did is unproven, hence the strict default.
REQUIRE_30_DAYS_FOR_IA = True
MAX_RULES = 1_000
MAX_OBJECT_SIZE = 1_099_511_627_776_000
MAX_NEWER_VERSIONS = 100
MAX_PREFIX_BYTES = 1_024
DEFAULT_SIZES = frozenset({"varies_by_storage_class", "all_storage_classes_128K"})
_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
_ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_MALFORMED = Breach(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)


def _request(message: str) -> Breach:
    return Breach("InvalidRequest", message)


def _argument(message: str) -> Breach:
    return Breach("InvalidArgument", message)


def _rules(params: Params) -> Sequence[Params]:
    rules: Sequence[Params] = (params.get("LifecycleConfiguration") or {}).get("Rules") or ()
    return rules


@rule("s3", "PutBucketLifecycleConfiguration")
def lifecycle_configuration(params: Params) -> Iterator[Breach]:
    """Put 1 to 1,000 rules with ids of their own, all of one version."""
    rules = _rules(params)
    if not 1 <= len(rules) <= MAX_RULES or any(map(_NO_XML.search, _texts(rules))):
        yield _MALFORMED
    size = params.get("TransitionDefaultMinimumObjectSize")
    if size is not None and size not in DEFAULT_SIZES:
        yield _request(f"Invalid TransitionDefaultMinimumObjectSize found: {size}")
    ids = [each["ID"] for each in rules if each.get("ID")]
    if any(len(each) > 255 for each in ids):
        yield _argument("ID length should not exceed allowed limit of 255")
    if len(set(ids)) < len(ids):
        yield _argument("Rule ID must be unique. Found same ID for more than one rule")
    yield from _versions(rules)


def _texts(part: Any) -> Iterator[str]:
    """Yield every text of a configuration. S3 refuses what XML 1.0 cannot carry, escaped or not."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        yield from _texts(list(part.values()))
    elif isinstance(part, Sequence):
        for each in part:
            yield from _texts(each)


def _versions(rules: Sequence[Params]) -> Iterator[Breach]:
    old = ["Prefix" in each for each in rules]
    new = ["Filter" in each for each in rules]
    if not all(prefix or filtered for prefix, filtered in zip(old, new, strict=True)):
        yield _MALFORMED
    if any(old) and any(new):
        if new[0]:
            yield _request(
                "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in "
                "the Filter."
            )
        else:
            yield _request("Filter element can only be used in Lifecycle V2.")
    elif any(old):
        yield from _overlaps(rules)


def _overlaps(rules: Sequence[Params]) -> Iterator[Breach]:
    for place, one in enumerate(rules):
        for other in rules[:place]:
            short, long = sorted((one.get("Prefix", ""), other.get("Prefix", "")), key=len)
            shared = [each for each in _ACTIONS if one.get(each) and other.get(each)]
            if long.startswith(short) and shared:
                action = shared[0].removesuffix("s")
                yield _request(
                    f"Found overlapping prefixes '{short}' and '{long}' for same action type "
                    f"'{action}'"
                )


@held.observes("s3", "GetBucketLifecycleConfiguration")
def lifecycle_held(params: Params, answer: Params) -> None:
    """Note the rules that a bucket has: S3 has been seen to hold what it documents as refused."""
    held.note("lifecycle", params["Bucket"], answer.get("Rules") or ())


@held.observes("s3", "GetBucketVersioning")
def mfa_held(params: Params, answer: Params) -> None:
    """Note whether a bucket asks for a second factor."""
    held.note("mfa", params["Bucket"], answer.get("MFADelete") == "Enabled")


@rule("s3", "PutBucketLifecycleConfiguration")
def lifecycle_beside_mfa(params: Params) -> Iterator[Breach]:
    """Put none where MFA delete is on.

    Sources: User Guide, "Configuring MFA delete"; the code is what S3 answered the other way round,
    to MFA delete in a bucket with rules (cloudposse/terraform-aws-codebuild#76).
    """
    if held.noted("mfa", params.get("Bucket", ""), default=False):
        message = "Lifecycle configuration is not supported on a bucket with Mfa Authentication."
        yield Breach("InvalidBucketState", message)


@rule("s3", "PutBucketLifecycleConfiguration")
def lifecycle_rules(params: Params) -> Iterator[Breach]:
    """Check each rule that comes: its form, filter, actions and their order in time."""
    there = held.noted("lifecycle", params.get("Bucket", ""), ())
    for each in _rules(params):
        if each in there:
            continue
        if each.get("Status") not in {"Enabled", "Disabled"}:
            yield _MALFORMED
        if not any(each.get(action) is not None for action in _ACTIONS):
            yield _request("At least one action needs to be specified in a rule")
        yield from _filter(_scope(each))
        yield from _expiration(each)
        yield from _noncurrent_expiration(each)
        yield from _abort(each)
        yield from s3_transitions.breaches(
            each, describe(each), at_least_30_days_for_ia=REQUIRE_30_DAYS_FOR_IA
        )


def _predicates(chosen: Params) -> dict[str, Any]:
    """Collect the predicates of a filter, those inside And among them."""
    inner = chosen.get("And") or {}
    found = {**inner, **{name: value for name, value in chosen.items() if name != "And"}}
    tags = list(inner.get("Tags") or ())
    if chosen.get("Tag"):
        tags.append(chosen["Tag"])
    found.pop("Tag", None)
    return {**found, "Tags": tags} if tags else {k: v for k, v in found.items() if k != "Tags"}


def _scope(each: Params) -> Params:
    chosen: Params = each["Filter"] if "Filter" in each else {"Prefix": each.get("Prefix", "")}
    return chosen


def describe(each: Params) -> str:
    """Name a rule's filter as S3's messages do: "(prefix=logs/ and tag={key=a, value=b})"."""
    found = _predicates(_scope(each))
    parts = [
        *(f"prefix={found[name]}" for name in ("Prefix",) if name in found),
        *(f"tag={{key={tag['Key']}, value={tag['Value']}}}" for tag in found.get("Tags", ())),
        *(f"{name.lower()}={found[name]}" for name in _SIZES if name in found),
    ]
    return f"({' and '.join(parts)})"


def _filter(chosen: Params) -> Iterator[Breach]:
    if len(chosen) > 1:
        yield _MALFORMED
    inner = chosen.get("And")
    if inner is not None and len(set(inner) - {"Tags"}) + len(inner.get("Tags") or ()) < 2:
        yield _MALFORMED
    found = _predicates(chosen)
    keys = [tag["Key"] for tag in found.get("Tags", ())]
    if len(set(keys)) < len(keys):
        yield _request("Duplicate Tag Keys are not allowed.")
    if utf8_length(found.get("Prefix", "")) > MAX_PREFIX_BYTES:
        yield _request(f"The maximum size of a prefix is {MAX_PREFIX_BYTES}")
    for tag in found.get("Tags", ()):
        if not 1 <= utf16_length(tag["Key"]) <= 128:
            yield _request("A Tag's Key must be a length between 1 and 128.")
        if utf16_length(tag["Value"]) > 256:
            yield _request("A Tag's Value must be a length between 0 and 256.")
    yield from _sizes(found.get("ObjectSizeGreaterThan"), found.get("ObjectSizeLessThan"))


def _sizes(greater: int | None, less: int | None) -> Iterator[Breach]:
    for name, value, least in (
        ("ObjectSizeGreaterThan", greater, 0),
        ("ObjectSizeLessThan", less, 1),
    ):
        if value is not None and not least <= value <= MAX_OBJECT_SIZE:
            yield _request(f"'{name}' should be between {least} and {MAX_OBJECT_SIZE}.")
    if greater is not None and less is not None and less <= greater:
        yield _request(
            "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."
        )


def _narrowed(action: str, each: Params) -> Iterator[Breach]:
    """Refuse tag and size filters for an action that has no object to look at."""
    found = _predicates(each.get("Filter") or {})
    if "Tags" in found:
        yield _request(f"{action} cannot be specified with Tags.")
    if "ObjectSizeGreaterThan" in found or "ObjectSizeLessThan" in found:
        yield _request(f"{action} cannot be specified with Object Size.")


def _expiration(each: Params) -> Iterator[Breach]:
    expiration = each.get("Expiration")
    if expiration is None:
        return
    if len(expiration) != 1:
        yield _MALFORMED
    if expiration.get("Days", 1) <= 0:
        yield _argument("'Days' for Expiration action must be a positive integer")
    if "Date" in expiration and not _is_midnight(expiration["Date"]):
        yield _argument("'Date' must be at midnight GMT")
    if "ExpiredObjectDeleteMarker" in expiration:
        yield from _narrowed("ExpiredObjectDeleteMarker", each)


def _is_midnight(date: Any) -> bool:
    """Tell whether a date is at midnight UTC."""
    return aware(date).astimezone(UTC).time() == time()


def _noncurrent_expiration(each: Params) -> Iterator[Breach]:
    expiration = each.get("NoncurrentVersionExpiration")
    if expiration is None:
        return
    if "NoncurrentDays" not in expiration:
        yield _MALFORMED
    elif expiration["NoncurrentDays"] <= 0:
        yield _argument(
            "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"
        )
    yield from _newer_versions(expiration, each)


def _newer_versions(action: Mapping[str, Any], each: Params) -> Iterator[Breach]:
    """Keep 1 to 100 versions. S3 has been seen to take more, but documents 100."""
    newer = action.get("NewerNoncurrentVersions")
    if newer is None:
        return
    yield from s3_transitions.newer_versions_need_a_filter(each, [action])
    if newer < 1:
        yield _argument("NewerNoncurrentVersions must be a positive integer")
    if newer > MAX_NEWER_VERSIONS:
        yield _argument(f"NewerNoncurrentVersions must be at most {MAX_NEWER_VERSIONS}")


def _abort(each: Params) -> Iterator[Breach]:
    abort = each.get("AbortIncompleteMultipartUpload")
    if abort is None:
        return
    if "DaysAfterInitiation" not in abort:
        yield _MALFORMED
    elif abort["DaysAfterInitiation"] <= 0:
        yield _argument(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive "
            "integer"
        )
    yield from _narrowed("AbortIncompleteMultipartUpload", each)
