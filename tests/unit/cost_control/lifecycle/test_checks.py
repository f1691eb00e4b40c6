"""The graded table: what S3 refuses with which code, and what it takes and gives back."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

import aws_contract
from aws_contract import s3 as contract
from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.compare import fingerprint, same
from cost_control.lifecycle.document import DocumentError, read, write
from fakes.lifecycles import ILLEGAL, LEGAL, MIDNIGHT, moves, rule, to
from fakes.s3 import OWNER, FakeBucket, FakeS3


def put(rules: list[dict[str, Any]], fake: FakeS3) -> None:
    fake.client().put_bucket_lifecycle_configuration(
        Bucket="avatars",
        ExpectedBucketOwner=OWNER,
        LifecycleConfiguration={"Rules": rules},  # type: ignore[typeddict-item]
    )


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(ILLEGAL) >= 30
    assert len(LEGAL) >= 25


@pytest.mark.parametrize("name", ILLEGAL)
def test_what_s3_refuses(name: str) -> None:
    rules, code = ILLEGAL[name]
    found = violations(read({"Rules": rules}))
    assert found, "it passed"
    assert found[0].code == code, [str(each) for each in found]
    assert found[0].sentence

    aws_contract.clear_violations()
    with pytest.raises(ClientError) as refused:
        put(rules, FakeS3(avatars=FakeBucket()))
    assert refused.value.response["Error"]["Code"] == code
    aws_contract.clear_violations()


@pytest.mark.parametrize("name", LEGAL)
def test_what_s3_takes_comes_back_as_it_was(name: str) -> None:
    document = {"Rules": LEGAL[name]}
    configuration = read(document)
    assert not violations(configuration)
    assert write(configuration) == document

    fake = FakeS3(avatars=FakeBucket())
    put(write(configuration)["Rules"], fake)
    answer = fake.client().get_bucket_lifecycle_configuration(
        Bucket="avatars", ExpectedBucketOwner=OWNER
    )
    assert write(read(answer))["Rules"] == LEGAL[name]


def test_a_tag_without_a_key_is_none() -> None:
    """boto3 sends none either."""
    [found] = violations(read({"Rules": [rule(Filter={"Tag": {"Key": "", "Value": "v"}})]}))
    assert found.code == "InvalidRequest"


def test_the_thirty_days_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    day_one = read({"Rules": [moves(to("STANDARD_IA", 1))]})
    assert not violations(day_one, ia_minimum_days=0)
    monkeypatch.setattr(contract, "REQUIRE_30_DAYS_FOR_IA", False)
    put([moves(to("STANDARD_IA", 1))], FakeS3(avatars=FakeBucket()))


def test_a_default_size_that_does_not_exist() -> None:
    [found] = violations(read({"Rules": [rule()], "TransitionDefaultMinimumObjectSize": "0"}))
    assert found.code == "InvalidRequest"


def test_what_nobody_knows_yet_goes_back_unchanged() -> None:
    novel = rule(
        Replay={"Days": 3},
        Filter={"And": {"Prefix": "a/", "Tags": [], "ObjectAge": 7}},
        Transitions=[to("GLACIER_IR", 30) | {"Reason": "cold"}],
        Expiration={"Days": 400, "Grace": 2},
    )
    document = {"Rules": [novel], "Revision": 5}
    del novel["Filter"]["And"]["Tags"]
    assert write(read(document)) == document
    assert not violations(read(document))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Expiration": {"Days": "7"}}, "Rules: Expiration: Days"),
        ({"Expiration": {"Date": "soon"}}, "Rules: Expiration: Date"),
        ({"Transitions": {"Days": 1}}, "Rules: Transitions"),
        ({"Filter": "avatars/"}, "Rules: Filter"),
        ({"Filter": {"Tag": {"Key": "k"}}}, "Rules: Filter: Tag"),
        ({"ID": 7}, "Rules: ID"),
    ],
)
def test_what_is_no_configuration_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(DocumentError, match=f"^{field}: "):
        read({"Rules": [rule(**changes)]})


def test_what_means_the_same_has_one_fingerprint() -> None:
    one = {"And": {"Prefix": "", "ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 9}}
    mine = read({"Rules": [rule(Filter={"ObjectSizeLessThan": 9}), rule(ID="b")]})
    echo = read({"Rules": [rule(ID="b"), rule(Filter=one)]})
    assert same(mine, echo)
    assert fingerprint(mine) == fingerprint(echo)


@pytest.mark.parametrize(
    "other",
    [
        {"Rules": [rule(Filter={"Prefix": "avatar/"})]},
        {"Rules": [rule(Status="Disabled")]},
        {"Rules": [rule(), rule()]},
        {"Rules": [rule(Expiration={"Date": MIDNIGHT})]},
        {"Rules": [rule()], "TransitionDefaultMinimumObjectSize": "varies_by_storage_class"},
        {"Rules": [rule(Novel=1)]},
    ],
)
def test_what_means_something_else_does_not(other: dict[str, Any]) -> None:
    mine = read({"Rules": [rule()]})
    assert not same(mine, read(other))
    assert fingerprint(mine) != fingerprint(read(other))
