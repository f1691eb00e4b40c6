from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

import aws_contract
from aws_contract import held, s3
from aws_contract.s3_transitions import WATERFALL

SENT, REQUEST, ARGUMENT, XML = "sent", "InvalidRequest", "InvalidArgument", "MalformedXML"
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 2, 1, tzinfo=UTC)
TAG = {"Key": "kind", "Value": "avatar"}
BIG = 1_099_511_627_776_000


def rule(**changes: Any) -> dict[str, Any]:
    given = {
        "ID": "avatars",
        "Status": "Enabled",
        "Filter": {"Prefix": "avatars/"},
        "Expiration": {"Days": 365},
    } | changes
    return {name: value for name, value in given.items() if value is not None}


def to(storage_class: str, days: int | datetime) -> dict[str, Any]:
    when = {"Date": days} if isinstance(days, datetime) else {"Days": days}
    return when | {"StorageClass": storage_class}


def lifecycle(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"Bucket": "avatar-bucket", "LifecycleConfiguration": {"Rules": list(rules)}}


def judge(verdict: Any, *rules: dict[str, Any]) -> str:
    return str(verdict("s3", "PutBucketLifecycleConfiguration", lifecycle(*rules)))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([rule()], SENT, id="one"),
        pytest.param([rule(ID=str(n)) for n in range(1_000)], SENT, id="1000"),
        pytest.param([rule(ID=str(n)) for n in range(1_001)], XML, id="1001"),
        pytest.param([], XML, id="none"),
        pytest.param([rule(), rule()], ARGUMENT, id="id twice"),
        pytest.param([rule(ID=None), rule(ID=None)], SENT, id="no ids"),
        pytest.param([rule(ID="i" * 255)], SENT, id="id of 255"),
        pytest.param([rule(ID="i" * 256)], ARGUMENT, id="id of 256"),
        pytest.param([rule(Status="enabled")], XML, id="status"),
        pytest.param([rule(Expiration=None)], REQUEST, id="no action"),
        pytest.param([rule(Filter=None)], XML, id="neither filter nor prefix"),
        pytest.param([rule(Filter=None, Prefix="a/")], SENT, id="legacy prefix"),
        pytest.param([rule(Filter=None, Prefix="p" * 1025)], REQUEST, id="long legacy prefix"),
        pytest.param([rule(ID="a\x1b")], XML, id="no XML in an id"),
        pytest.param([rule(Prefix="a/")], REQUEST, id="prefix beside filter"),
        pytest.param(
            [rule(ID="a"), rule(ID="b", Filter=None, Prefix="b/")],
            REQUEST,
            id="prefix after filter",
        ),
        pytest.param(
            [rule(ID="a", Filter=None, Prefix="b/"), rule(ID="b")],
            REQUEST,
            id="filter after prefix",
        ),
        pytest.param(
            [rule(ID=p, Filter=None, Prefix=p) for p in ("a/", "a/b")],
            REQUEST,
            id="prefixes overlap",
        ),
        pytest.param(
            [rule(ID=p, Filter=None, Prefix=p) for p in ("a/", "b/")], SENT, id="prefixes apart"
        ),
    ],
)
def test_configuration(verdict: Any, rules: list[dict[str, Any]], expected: str) -> None:
    assert judge(verdict, *rules) == expected


@pytest.mark.parametrize(("size", "expected"), [("varies_by_storage_class", SENT), ("0", REQUEST)])
def test_default_minimum_size(verdict: Any, size: str, expected: str) -> None:
    params = lifecycle(rule()) | {"TransitionDefaultMinimumObjectSize": size}
    assert verdict("s3", "PutBucketLifecycleConfiguration", params) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param({}, SENT, id="everything"),
        pytest.param({"Prefix": ""}, SENT, id="empty prefix"),
        pytest.param({"Tag": TAG}, SENT, id="tag"),
        pytest.param({"Prefix": "a/", "Tag": TAG}, XML, id="two without And"),
        pytest.param({"And": {"Prefix": "a/", "Tags": [TAG]}}, SENT, id="And"),
        pytest.param({"And": {"Prefix": "", "ObjectSizeLessThan": 9}}, SENT, id="And, no prefix"),
        pytest.param({"And": {"Tags": [TAG, TAG | {"Key": "b"}]}}, SENT, id="And of tags"),
        pytest.param({"And": {"Tags": [TAG, TAG]}}, REQUEST, id="tag key twice"),
        pytest.param({"And": {"Prefix": "a/"}}, XML, id="And of one"),
        pytest.param({"Tag": TAG | {"Key": ""}}, "botocore", id="tag without key"),
        pytest.param({"Tag": TAG | {"Key": "k" * 129}}, REQUEST, id="long key"),
        pytest.param({"Tag": TAG | {"Value": "v" * 257}}, REQUEST, id="long tag"),
        # S3 counts units of UTF-16, of which this letter has two
        pytest.param({"Tag": {"Key": "𐐀" * 64, "Value": "𐐀" * 128}}, SENT, id="longest"),
        pytest.param({"Tag": TAG | {"Key": "𐐀" * 65}}, REQUEST, id="long key beyond the plane"),
        pytest.param({"Tag": TAG | {"Value": "𐐀" * 129}}, REQUEST, id="long tag beyond the plane"),
        pytest.param({"Tag": {"Key": "aws:environ ment!", "Value": ""}}, SENT, id="odd tag"),
        pytest.param(
            {"And": {"Tags": [TAG | {"Key": f"k{n}"} for n in range(51)]}}, SENT, id="51 tags"
        ),
        pytest.param({"Prefix": "€" * 341 + "a"}, SENT, id="1024 bytes"),
        pytest.param({"Prefix": "€" * 342}, REQUEST, id="1026 bytes"),
        pytest.param({"And": {"Prefix": "p" * 1025, "Tags": [TAG]}}, REQUEST, id="1025 in And"),
        pytest.param({"Prefix": "a\tb\x7fc/😀/"}, SENT, id="tab, DEL and a face"),
        pytest.param({"Prefix": "a\x01"}, XML, id="no XML"),
        pytest.param({"Tag": TAG | {"Value": "a\ufffe"}}, XML, id="no XML in a tag"),
        pytest.param({"ObjectSizeGreaterThan": 0}, SENT, id="above 0"),
        pytest.param({"ObjectSizeGreaterThan": -1}, REQUEST, id="above -1"),
        pytest.param({"ObjectSizeLessThan": 0}, REQUEST, id="below 0"),
        pytest.param({"ObjectSizeLessThan": BIG}, SENT, id="below the most"),
        pytest.param({"ObjectSizeLessThan": BIG + 1}, REQUEST, id="below more"),
        pytest.param(
            {"And": {"ObjectSizeGreaterThan": 9, "ObjectSizeLessThan": 9}},
            REQUEST,
            id="no size left",
        ),
    ],
)
def test_filter(verdict: Any, chosen: dict[str, Any], expected: str) -> None:
    assert judge(verdict, rule(Filter=chosen)) == expected


ABORT = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
MARKER = {"Expiration": {"ExpiredObjectDeleteMarker": True}}
SIZED, TAGGED = {"Filter": {"ObjectSizeLessThan": 9}}, {"Filter": {"Tag": TAG}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"Expiration": {"Days": 0}}, ARGUMENT, id="0 days"),
        pytest.param({"Expiration": {"Date": MIDNIGHT}}, SENT, id="date"),
        pytest.param({"Expiration": {"Date": "2027-01-01"}}, SENT, id="date as text"),
        pytest.param(
            {"Expiration": {"Date": MIDNIGHT.replace(hour=1)}}, ARGUMENT, id="not midnight"
        ),
        pytest.param({"Expiration": {"Date": "2027-01-01T00:00:00+02:00"}}, ARGUMENT, id="not UTC"),
        pytest.param({"Expiration": {"Days": 1, "Date": MIDNIGHT}}, XML, id="days and date"),
        pytest.param({"Expiration": {}}, XML, id="empty"),
        pytest.param(MARKER, SENT, id="marker"),
        pytest.param(MARKER | TAGGED, REQUEST, id="marker by tag"),
        pytest.param(MARKER | SIZED, REQUEST, id="marker by size"),
        pytest.param(ABORT, SENT, id="abort"),
        pytest.param(ABORT | TAGGED, REQUEST, id="abort by tag"),
        pytest.param(ABORT | SIZED, REQUEST, id="abort by size"),
        pytest.param({"AbortIncompleteMultipartUpload": {}}, XML, id="abort without days"),
        pytest.param(
            {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 0}},
            ARGUMENT,
            id="abort at 0",
        ),
        pytest.param({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}, SENT, id="noncurrent"),
        pytest.param({"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}, ARGUMENT, id="now"),
        pytest.param(
            {"NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 3}},
            XML,
            id="versions alone",
        ),
        *[
            pytest.param(
                {
                    "NoncurrentVersionExpiration": {
                        "NoncurrentDays": 1,
                        "NewerNoncurrentVersions": n,
                    }
                },
                SENT if 1 <= n <= 100 else ARGUMENT,
                id=f"{n} versions",
            )
            for n in (0, 1, 100, 101)
        ],
        pytest.param(
            {
                "Filter": None,
                "Prefix": "a/",
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 3},
            },
            REQUEST,
            id="versions with legacy prefix",
        ),
    ],
)
def test_actions(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    assert judge(verdict, rule(**changes)) == expected


@pytest.mark.parametrize(
    ("transitions", "expected"),
    [
        pytest.param([to("STANDARD_IA", 30)], SENT, id="IA at 30"),
        pytest.param([to("STANDARD_IA", 29)], ARGUMENT, id="IA at 29"),
        pytest.param([to("ONEZONE_IA", 1)], ARGUMENT, id="one zone at 1"),
        pytest.param([to("GLACIER_IR", 0)], SENT, id="GLACIER_IR at 0"),
        pytest.param([to("INTELLIGENT_TIERING", 0)], SENT, id="INTELLIGENT_TIERING at 0"),
        pytest.param([to("GLACIER", -1)], ARGUMENT, id="negative"),
        pytest.param([to("STANDARD", 30)], ARGUMENT, id="into STANDARD"),
        pytest.param([to("REDUCED_REDUNDANCY", 30)], ARGUMENT, id="into RRS"),
        pytest.param([to("COLD", 30)], XML, id="into no class"),
        pytest.param([{"Days": 30}], XML, id="no class"),
        pytest.param([{"StorageClass": "GLACIER"}], ARGUMENT, id="no time"),
        pytest.param([to("GLACIER", 1) | {"Date": MIDNIGHT}], XML, id="days and date"),
        pytest.param([to("GLACIER", MIDNIGHT.replace(minute=1))], ARGUMENT, id="not midnight"),
        pytest.param([to("STANDARD_IA", 30), to("GLACIER_IR", 90)], SENT, id="down"),
        pytest.param(
            [to("GLACIER_IR", 90), to("STANDARD_IA", 30)], SENT, id="down, listed upwards"
        ),
        pytest.param([to("STANDARD_IA", 90), to("GLACIER_IR", 90)], ARGUMENT, id="same day"),
        pytest.param([to("STANDARD_IA", 90), to("GLACIER_IR", 30)], ARGUMENT, id="up"),
        pytest.param(
            [to("INTELLIGENT_TIERING", 30), to("STANDARD_IA", 60)], ARGUMENT, id="IT to IA"
        ),
        pytest.param([to("ONEZONE_IA", 30), to("GLACIER_IR", 90)], ARGUMENT, id="Z-IA to GIR"),
        pytest.param([to("ONEZONE_IA", 30), to("GLACIER", 90)], SENT, id="Z-IA to GLACIER"),
        pytest.param([to("STANDARD_IA", 30), to("GLACIER", 45)], ARGUMENT, id="15 days in IA"),
        pytest.param([to("STANDARD_IA", 30), to("GLACIER", 60)], SENT, id="30 days in IA"),
        pytest.param([to("ONEZONE_IA", 30), to("DEEP_ARCHIVE", 59)], ARGUMENT, id="29 in Z-IA"),
        pytest.param([to("GLACIER", 30), to("GLACIER", 60)], REQUEST, id="class twice"),
        pytest.param([to("GLACIER", 30), to("DEEP_ARCHIVE", MIDNIGHT)], REQUEST, id="mixed"),
        pytest.param([to("STANDARD_IA", MIDNIGHT), to("GLACIER", LATER)], SENT, id="dates"),
        pytest.param([to("STANDARD_IA", LATER), to("GLACIER", MIDNIGHT)], ARGUMENT, id="dates up"),
        pytest.param(
            [to("GLACIER", MIDNIGHT), to("DEEP_ARCHIVE", LATER)], ARGUMENT, id="dates of 31 days"
        ),
    ],
)
def test_transitions(verdict: Any, transitions: list[dict[str, Any]], expected: str) -> None:
    assert judge(verdict, rule(Transitions=transitions, Expiration=None)) == expected


STAYS = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "INTELLIGENT_TIERING": 1, "GLACIER_IR": 90,
         "GLACIER": 90}  # fmt: skip


@pytest.mark.parametrize(
    ("warm", "cold"),
    [pair for pair in combinations(WATERFALL, 2) if pair != ("ONEZONE_IA", "GLACIER_IR")],
)
def test_a_class_is_left_after_its_minimum_duration(verdict: Any, warm: str, cold: str) -> None:
    """S3's answer to DEEP_ARCHIVE 60 days after GLACIER: "must be 90 days more"."""
    last = 30 + STAYS[warm]
    for days, expected in ((last - 1, ARGUMENT), (last, SENT)):
        both = ((warm, 30), (cold, days))
        current = [to(*each) for each in both]
        assert judge(verdict, rule(Transitions=current, Expiration=None)) == expected
        later = [{"NoncurrentDays": at, "StorageClass": into} for into, at in both]
        noncurrent = rule(NoncurrentVersionTransitions=later, Expiration=None)
        assert judge(verdict, noncurrent) == expected


@pytest.mark.parametrize(
    ("expiration", "transition", "expected"),
    [
        pytest.param({"Days": 91}, to("GLACIER_IR", 90), SENT, id="later"),
        pytest.param({"Days": 90}, to("GLACIER_IR", 90), ARGUMENT, id="same day"),
        pytest.param({"Date": LATER}, to("GLACIER_IR", MIDNIGHT), SENT, id="later date"),
        pytest.param({"Date": MIDNIGHT}, to("GLACIER_IR", LATER), ARGUMENT, id="earlier date"),
        pytest.param({"Date": LATER}, to("GLACIER_IR", 90), REQUEST, id="date after days"),
        pytest.param({"Days": 900}, to("GLACIER_IR", MIDNIGHT), REQUEST, id="days after date"),
        pytest.param(
            {"ExpiredObjectDeleteMarker": True}, to("GLACIER_IR", MIDNIGHT), SENT, id="marker"
        ),
    ],
)
def test_expiration_comes_last(
    verdict: Any, expiration: dict[str, Any], transition: dict[str, Any], expected: str
) -> None:
    assert judge(verdict, rule(Expiration=expiration, Transitions=[transition])) == expected


@pytest.mark.parametrize(
    ("transitions", "days", "expected"),
    [
        pytest.param([("STANDARD_IA", 30)], 60, SENT, id="IA at 30"),
        pytest.param([("STANDARD_IA", 29)], 60, ARGUMENT, id="IA at 29"),
        pytest.param([("GLACIER", 30), ("GLACIER", 31)], 60, REQUEST, id="class twice"),
        pytest.param([("GLACIER", 30), ("DEEP_ARCHIVE", 30)], 60, ARGUMENT, id="same day"),
        pytest.param([("GLACIER", 60)], 60, ARGUMENT, id="expires the same day"),
        pytest.param([("GLACIER", None)], 60, XML, id="no time"),
    ],
)
def test_noncurrent_transitions(
    verdict: Any, transitions: list[tuple[str, int | None]], days: int, expected: str
) -> None:
    given = [
        {"StorageClass": name} | ({} if at is None else {"NoncurrentDays": at})
        for name, at in transitions
    ]
    changed = rule(
        NoncurrentVersionTransitions=given, NoncurrentVersionExpiration={"NoncurrentDays": days}
    )
    assert judge(verdict, changed) == expected


def test_beside_newer_versions_both_may_be_on_a_day(verdict: Any) -> None:
    """Terraform's acceptance test has it so (#23228)."""
    moved = [{"NoncurrentDays": 30, "StorageClass": "STANDARD_IA"}]
    ends = {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2}
    changed = rule(NoncurrentVersionTransitions=moved, NoncurrentVersionExpiration=ends)
    assert judge(verdict, changed) == SENT


def test_thirty_days_is_a_switch(verdict: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "REQUIRE_30_DAYS_FOR_IA", False)
    assert judge(verdict, rule(Transitions=[to("STANDARD_IA", 1)])) == SENT


def test_the_message_is_worded_as_s3_words_it(verdict: Any) -> None:
    changed = rule(Filter={"And": {"Prefix": "a/", "Tags": [TAG]}}, Expiration={"Days": 30})
    judge(verdict, changed | {"Transitions": [to("GLACIER_IR", 30)]})
    [violation] = aws_contract.violations()
    assert violation.message == (
        "'Days' in the Expiration action for filter '(prefix=a/ and tag={key=kind, value=avatar})' "
        "must be greater than 'Days' in the Transition action"
    )


def test_a_stay_too_short_is_worded_as_s3_words_it(verdict: Any) -> None:
    judge(verdict, rule(Filter={}, Transitions=[to("GLACIER", 90), to("DEEP_ARCHIVE", 150)]))
    [violation] = aws_contract.violations()
    assert violation.message == (
        "'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for filter '()' must be"
        " 90 days more than 'filter '()'' in the 'Transition' action for StorageClass 'GLACIER'"
    )


def test_what_s3_holds_already_is_no_breach_and_what_is_added_is(verdict: Any) -> None:
    """S3 has been seen to hold 500 newer versions, and documents 100."""
    many = rule(
        ID="many",
        Expiration=None,
        NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 500},
    )
    assert judge(verdict, many) == ARGUMENT
    held.tell(
        "s3", "GetBucketLifecycleConfiguration", {"Bucket": "avatar-bucket"}, {"Rules": [many]}
    )
    assert judge(verdict, many) == SENT
    assert judge(verdict, many, rule()) == SENT
    more = many | {"ID": "more"}
    assert judge(verdict, many, more) == ARGUMENT
    assert judge(verdict, many, many) == ARGUMENT  # the whole is judged all the same


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"Status": "Enabled", "MFADelete": "Enabled"}, "InvalidBucketState"),
        ({"Status": "Enabled", "MFADelete": "Disabled"}, SENT),
        ({}, SENT),
    ],
)
def test_a_bucket_with_mfa_delete_takes_no_rules(
    verdict: Any, answer: dict[str, str], expected: str
) -> None:
    held.tell("s3", "GetBucketVersioning", {"Bucket": "avatar-bucket"}, answer)
    assert judge(verdict, rule()) == expected
