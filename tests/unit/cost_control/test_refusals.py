"""What S3's refusals are told as, by every code that it answers with."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cost_control.changing.store import BucketError, ChangedMeanwhileError, _translated


def told(code: str, message: str | None = "so it is", **headers: str) -> Exception:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPHeaders": headers}}
    if message is not None:
        answer["Error"]["Message"] = message
    return _translated(ClientError(answer, "GetBucketTagging"), "s3:GetBucketTagging", "avatars")


@pytest.mark.parametrize("code", ["AccessDenied", "AllAccessDisabled", "AccessDeniedException"])
def test_what_is_denied_names_the_right_that_is_lacking(code: str) -> None:
    found = told(code)
    assert isinstance(found, BucketError)
    assert str(found) == (
        "avatars: access denied, the function lacks s3:GetBucketTagging: so it is"
    )


@pytest.mark.parametrize(
    "code",
    ["PermanentRedirect", "IllegalLocationConstraintException", "AuthorizationHeaderMalformed"],
)
def test_a_bucket_elsewhere_is_told_by_its_region(code: str) -> None:
    found = told(code, **{"x-amz-bucket-region": "us-west-2"})
    assert isinstance(found, BucketError)
    assert str(found) == "avatars lies in us-west-2: a stack there can look after it"
    assert str(told(code)) == "avatars lies in another region: a stack there can look after it"


@pytest.mark.parametrize("code", ["OperationAborted", "ConditionalRequestConflict"])
def test_a_change_at_the_same_time_is_no_refusal(code: str) -> None:
    found = told(code)
    assert isinstance(found, ChangedMeanwhileError)
    assert str(found) == "so it is"


def test_any_other_answer_is_told_as_it_is() -> None:
    assert str(told("NoSuchBucket")) == ("avatars: GetBucketTagging answers NoSuchBucket: so it is")
    assert str(told("NoSuchBucket", None)) == "avatars: GetBucketTagging answers NoSuchBucket: "
