"""Lifecycle configurations, legal and illegal, as boto3 takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

XML, REQUEST, ARGUMENT = "MalformedXML", "InvalidRequest", "InvalidArgument"
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 2, 1, tzinfo=UTC)
_KIND = {"Key": "kind", "Value": "avatar"}
_MOST = 1_099_511_627_776_000

type Rules = list[dict[str, Any]]


def rule(**changes: Any) -> dict[str, Any]:
    """Return a legal rule with some members changed, or left out (None)."""
    given = {
        "ID": "avatars",
        "Status": "Enabled",
        "Filter": {"Prefix": "avatars/"},
        "Expiration": {"Days": 365},
    } | changes
    return {name: value for name, value in given.items() if value is not None}


def to(storage_class: str, days: int) -> dict[str, Any]:
    """Return a transition."""
    return {"Days": days, "StorageClass": storage_class}


def moves(*transitions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a rule that only moves objects."""
    return rule(**({"Transitions": list(transitions), "Expiration": None} | changes))


def _old(prefix: str, **changes: Any) -> dict[str, Any]:
    return rule(**({"ID": prefix or "all", "Filter": None, "Prefix": prefix} | changes))


def _noncurrent(days: int, newer: int | None = None) -> dict[str, Any]:
    move = {"NoncurrentDays": days, "StorageClass": "STANDARD_IA"}
    more = {} if newer is None else {"NewerNoncurrentVersions": newer}
    return rule(NoncurrentVersionTransitions=[move | more], Expiration=None)


_ABORT = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}, "Expiration": None}
_MARKER = {"Expiration": {"ExpiredObjectDeleteMarker": True}}

ILLEGAL: dict[str, tuple[Rules, str]] = {
    "no rules": ([], XML),
    "1,001 rules": ([rule(ID=str(n)) for n in range(1_001)], XML),
    "an id twice": ([rule(), rule()], ARGUMENT),
    "an id of 256": ([rule(ID="i" * 256)], ARGUMENT),
    "a status in lower case": ([rule(Status="enabled")], XML),
    "no action": ([rule(Expiration=None)], REQUEST),
    "neither filter nor prefix": ([rule(Filter=None)], XML),
    "prefix and filter in one rule": ([rule(Prefix="a/")], REQUEST),
    "a prefix after a filter": ([rule(), _old("b/")], REQUEST),
    "a filter after a prefix": ([_old("b/"), rule()], REQUEST),
    "legacy prefixes overlap": ([_old("a/"), _old("a/b/")], REQUEST),
    "two predicates without And": ([rule(Filter={"Prefix": "a/", "Tag": _KIND})], XML),
    "And of one": ([rule(Filter={"And": {"Prefix": "a/"}})], XML),
    "And beside a predicate": (
        [rule(Filter={"Prefix": "a/", "And": {"Prefix": "a/", "Tags": [_KIND]}})],
        XML,
    ),
    "a tag key twice": ([rule(Filter={"And": {"Tags": [_KIND, _KIND]}})], REQUEST),
    "a long tag": ([rule(Filter={"Tag": {"Key": "k", "Value": "v" * 257}})], REQUEST),
    "a long tag key": ([rule(Filter={"Tag": {"Key": "k" * 129, "Value": "v"}})], REQUEST),
    "a tag key of 65 letters of two units": (
        [rule(Filter={"Tag": {"Key": "𐐀" * 65, "Value": "v"}})],
        REQUEST,
    ),
    "a prefix of 1,026 bytes": ([rule(Filter={"Prefix": "€" * 342})], REQUEST),
    "a legacy prefix of 1,025 bytes": ([_old("p" * 1_025, ID="long")], REQUEST),
    "above more than the most": ([rule(Filter={"ObjectSizeGreaterThan": _MOST + 1})], REQUEST),
    "above a negative size": ([rule(Filter={"ObjectSizeGreaterThan": -1})], REQUEST),
    "below size 0": ([rule(Filter={"ObjectSizeLessThan": 0})], REQUEST),
    "below more than the most": ([rule(Filter={"ObjectSizeLessThan": _MOST + 1})], REQUEST),
    "no size left": (
        [rule(Filter={"And": {"ObjectSizeGreaterThan": 9, "ObjectSizeLessThan": 9}})],
        REQUEST,
    ),
    "expiration after 0 days": ([rule(Expiration={"Days": 0})], ARGUMENT),
    "expiration at noon": ([rule(Expiration={"Date": MIDNIGHT.replace(hour=12)})], ARGUMENT),
    "expiration by days and date": ([rule(Expiration={"Days": 1, "Date": MIDNIGHT})], XML),
    "an empty expiration": ([rule(Expiration={})], XML),
    "delete markers by tag": ([rule(**_MARKER, Filter={"Tag": _KIND})], REQUEST),
    "delete markers by size": ([rule(**_MARKER, Filter={"ObjectSizeLessThan": 9})], REQUEST),
    "uploads by tag": ([rule(**_ABORT, Filter={"Tag": _KIND})], REQUEST),
    "uploads by size": ([rule(**_ABORT, Filter={"ObjectSizeGreaterThan": 9})], REQUEST),
    "uploads without days": ([rule(AbortIncompleteMultipartUpload={})], XML),
    "uploads after 0 days": (
        [rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 0})],
        ARGUMENT,
    ),
    "noncurrent after 0 days": (
        [rule(NoncurrentVersionExpiration={"NoncurrentDays": 0})],
        ARGUMENT,
    ),
    "newer versions alone": (
        [rule(NoncurrentVersionExpiration={"NewerNoncurrentVersions": 3})],
        XML,
    ),
    "101 newer versions": (
        [rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101})],
        ARGUMENT,
    ),
    "0 newer versions": (
        [rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 0})],
        ARGUMENT,
    ),
    "moved beside 101 newer versions": ([_noncurrent(30, newer=101)], ARGUMENT),
    "moved beside 0 newer versions": ([_noncurrent(30, newer=0)], ARGUMENT),
    "a noncurrent version to STANDARD_IA on day 29": ([_noncurrent(29)], ARGUMENT),
    "newer versions with a legacy prefix": (
        [
            _old(
                "a/",
                NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 3},
            )
        ],
        REQUEST,
    ),
    "the guide's day 1": ([moves(to("STANDARD_IA", 1))], ARGUMENT),
    "STANDARD_IA on day 29": ([moves(to("STANDARD_IA", 29))], ARGUMENT),
    "archived 29 days after STANDARD_IA": (
        [moves(to("STANDARD_IA", 30), to("GLACIER", 59))],
        ARGUMENT,
    ),
    "archived 29 days after ONEZONE_IA": (
        [moves(to("ONEZONE_IA", 30), to("DEEP_ARCHIVE", 59))],
        ARGUMENT,
    ),
    "one zone 29 days after STANDARD_IA": (
        [moves(to("STANDARD_IA", 30), to("ONEZONE_IA", 59))],
        ARGUMENT,
    ),
    "moved but for newer versions with a legacy prefix": (
        [
            _old(
                "a/",
                Expiration=None,
                NoncurrentVersionTransitions=[
                    {"NoncurrentDays": 30, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 3}
                ],
            )
        ],
        REQUEST,
    ),
    "ONEZONE_IA on day 29": ([moves(to("ONEZONE_IA", 29))], ARGUMENT),
    "before day 0": ([moves(to("GLACIER_IR", -1))], ARGUMENT),
    "into STANDARD": ([moves(to("STANDARD", 30))], ARGUMENT),
    "into a class that is none": ([moves(to("COLD", 30))], XML),
    "deep archived 89 days after GLACIER": (
        [moves(to("GLACIER", 30), to("DEEP_ARCHIVE", 119))],
        ARGUMENT,
    ),
    "archived 89 days after GLACIER_IR": (
        [moves(to("GLACIER_IR", 30), to("GLACIER", 119))],
        ARGUMENT,
    ),
    "GLACIER_IR 29 days after STANDARD_IA": (
        [moves(to("STANDARD_IA", 30), to("GLACIER_IR", 59))],
        ARGUMENT,
    ),
    "into no class": ([moves({"Days": 30})], XML),
    "not said when": ([moves({"StorageClass": "GLACIER_IR"})], ARGUMENT),
    "a transition at noon": (
        [moves({"StorageClass": "GLACIER_IR", "Date": MIDNIGHT.replace(hour=12)})],
        ARGUMENT,
    ),
    "two classes on one day": ([moves(to("STANDARD_IA", 90), to("GLACIER_IR", 90))], ARGUMENT),
    "upwards": ([moves(to("STANDARD_IA", 90), to("GLACIER_IR", 30))], ARGUMENT),
    "ONEZONE_IA to GLACIER_IR": ([moves(to("ONEZONE_IA", 30), to("GLACIER_IR", 90))], ARGUMENT),
    "a class twice": ([moves(to("GLACIER", 30), to("GLACIER", 60))], REQUEST),
    "days and dates": (
        [moves(to("GLACIER_IR", 30), {"StorageClass": "GLACIER", "Date": MIDNIGHT})],
        REQUEST,
    ),
    "expiration on the day it moves": (
        [moves(to("GLACIER_IR", 90), Expiration={"Days": 90})],
        ARGUMENT,
    ),
    "expiration by date, moves by days": (
        [moves(to("GLACIER_IR", 90), Expiration={"Date": LATER})],
        REQUEST,
    ),
    "noncurrent move not said when": (
        [rule(NoncurrentVersionTransitions=[{"StorageClass": "GLACIER_IR"}])],
        XML,
    ),
    "noncurrent move after it expires": (
        [
            rule(
                NoncurrentVersionTransitions=[{"NoncurrentDays": 60, "StorageClass": "GLACIER_IR"}],
                NoncurrentVersionExpiration={"NoncurrentDays": 60},
            )
        ],
        ARGUMENT,
    ),
}

LEGAL: dict[str, Rules] = {
    "one rule": [rule()],
    "1,000 rules": [rule(ID=str(n)) for n in range(1_000)],
    "no ids": [rule(ID=None), rule(ID=None, Filter={"Prefix": "b/"})],
    "an id of 255": [rule(ID="i" * 255)],
    "disabled": [rule(Status="Disabled")],
    "moved on day 0, deleted on day 1": [
        rule(Transitions=[to("GLACIER", 0)], Expiration={"Days": 1})
    ],
    "moved on day 0, on on day 90": [moves(to("GLACIER", 0), to("DEEP_ARCHIVE", 90))],
    "everything": [rule(Filter={})],
    "an empty prefix": [rule(Filter={"Prefix": ""})],
    "a legacy prefix": [_old("a/")],
    "an empty legacy prefix": [_old("")],
    "legacy prefixes apart": [_old("a/"), _old("b/")],
    "legacy prefixes with other actions": [_old("a/"), _old("a/b/", **_ABORT)],
    "a tag": [rule(Filter={"Tag": _KIND})],
    "a tag without a value": [rule(Filter={"Tag": {"Key": "kind", "Value": ""}})],
    "the longest tag": [rule(Filter={"Tag": {"Key": "k" * 128, "Value": "v" * 256}})],
    "below size 1": [rule(Filter={"ObjectSizeLessThan": 1})],
    "above the most": [rule(Filter={"ObjectSizeGreaterThan": _MOST})],
    "uploads after 1 day": [
        rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}, Expiration=None)
    ],
    "a newer version, after 1 day": [
        rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 1})
    ],
    "moved beside 100 newer versions": [_noncurrent(30, newer=100)],
    "moved beside a newer version": [_noncurrent(30, newer=1)],
    "archived 30 days after STANDARD_IA": [moves(to("STANDARD_IA", 30), to("DEEP_ARCHIVE", 60))],
    "And of prefix and tag": [rule(Filter={"And": {"Prefix": "a/", "Tags": [_KIND]}})],
    "And of two tags": [rule(Filter={"And": {"Tags": [_KIND, {"Key": "size", "Value": "large"}]}})],
    "And of sizes": [rule(Filter={"And": {"ObjectSizeGreaterThan": 9, "ObjectSizeLessThan": 10}})],
    "all predicates": [
        rule(
            Filter={
                "And": {
                    "Prefix": "a/",
                    "Tags": [_KIND],
                    "ObjectSizeGreaterThan": 0,
                    "ObjectSizeLessThan": _MOST,
                }
            }
        )
    ],
    "above size 0": [rule(Filter={"ObjectSizeGreaterThan": 0})],
    "below the most": [rule(Filter={"ObjectSizeLessThan": _MOST})],
    "a date": [rule(Expiration={"Date": MIDNIGHT})],
    "delete markers": [rule(**_MARKER)],
    "uploads": [rule(**_ABORT)],
    "noncurrent versions": [
        rule(
            NoncurrentVersionExpiration={"NoncurrentDays": 365, "NewerNoncurrentVersions": 100},
            NoncurrentVersionTransitions=[
                {"NoncurrentDays": 30, "StorageClass": "STANDARD_IA", "NewerNoncurrentVersions": 2},
                {"NoncurrentDays": 60, "StorageClass": "GLACIER"},
            ],
        )
    ],
    "down the waterfall": [
        moves(
            to("STANDARD_IA", 30),
            to("INTELLIGENT_TIERING", 60),
            to("GLACIER_IR", 90),
            to("GLACIER", 180),
            to("DEEP_ARCHIVE", 365),
        )
    ],
    "listed upwards": [moves(to("GLACIER_IR", 90), to("STANDARD_IA", 30))],
    "on day 0": [moves(to("GLACIER_IR", 0)), moves(to("INTELLIGENT_TIERING", 0), ID="b")],
    "one zone 30 days after STANDARD_IA": [moves(to("STANDARD_IA", 30), to("ONEZONE_IA", 60))],
    "GLACIER_IR 30 days after STANDARD_IA": [moves(to("STANDARD_IA", 30), to("GLACIER_IR", 60))],
    "GLACIER_IR a day after INTELLIGENT_TIERING": [
        moves(to("INTELLIGENT_TIERING", 0), to("GLACIER_IR", 1))
    ],
    "noncurrent versions moved and, but for two, deleted on a day": [
        rule(
            NoncurrentVersionExpiration={"NoncurrentDays": 30, "NewerNoncurrentVersions": 2},
            NoncurrentVersionTransitions=[{"NoncurrentDays": 30, "StorageClass": "STANDARD_IA"}],
        )
    ],
    "the longest prefix": [rule(Filter={"Prefix": "€" * 341 + "a"})],
    "ONEZONE_IA to GLACIER": [moves(to("ONEZONE_IA", 30), to("GLACIER", 60))],
    "a transition on a date": [
        moves({"Date": MIDNIGHT, "StorageClass": "GLACIER_IR"}, Expiration={"Date": LATER})
    ],
    "expiration a day later": [moves(to("GLACIER_IR", 90), Expiration={"Days": 91})],
    "letters beyond ASCII": [rule(ID="аватары & <größe>", Filter={"Prefix": "profilbilder/å"})],
}
