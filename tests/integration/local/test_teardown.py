"""Deleting a stack: what goes, what stays, and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from fakes.quick_moto import mock_aws
from local.teardown import TeardownError, is_there, main, remove_bucket, stack_name, tear_down

STACK = "avatar-watch-dev"


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("s3")


def made(
    s3: Any, environment: str, *, is_ours: bool = True, has: dict[str, str] | None = None
) -> tuple[Any, str]:
    """Return a client that describes a stack, and the bucket that it keeps.

    ``has`` are its other resources by logical id, the bucket's own status among them.
    """
    bucket = "avatar-watch-dev-reportsbucket-1"
    where: Any = {"LocationConstraint": "eu-north-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client = boto3.client("cloudformation")
    ours = {"NotificationSettingsParameter": "/avatar-watch/notifications"} if is_ours else {}
    given = {"Environment": environment, **ours}
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stack = {
        "StackName": STACK, "CreationTime": now, "StackStatus": "ROLLBACK_COMPLETE",
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    }  # fmt: skip
    statuses = {"ReportsBucket": "CREATE_COMPLETE", **(has or {})}
    names = {"ReportsBucket": bucket}
    resources = [
        {
            "LogicalResourceId": logical, "PhysicalResourceId": names.get(logical, logical.lower()),
            "ResourceType": "AWS::S3::Bucket", "ResourceStatus": status,
            "LastUpdatedTimestamp": now,
        }
        for logical, status in statuses.items()
    ]  # fmt: skip
    stubber = Stubber(client)
    stubber.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": STACK})
    stubber.add_response("list_stack_resources", {"StackResourceSummaries": resources})
    stubber.activate()
    return client, bucket


def buckets(s3: Any) -> list[str]:
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_a_dev_stacks_bucket_goes_with_all_its_versions(s3: Any) -> None:
    client, bucket = made(s3, "dev")
    for number in range(1_001):  # more than one request takes
        s3.put_object(Bucket=bucket, Key=f"reports/{number}.html", Body=b"one")
    s3.put_object(Bucket=bucket, Key="reports/0.html", Body=b"two")
    s3.delete_object(Bucket=bucket, Key="reports/0.html")
    told = tear_down(client, s3, STACK, lambda: True)
    assert told == f"{STACK} is deleted, and its bucket with 1003 versions of objects"
    assert bucket not in buckets(s3)


def test_prod_keeps_the_reports_and_says_where(s3: Any) -> None:
    client, bucket = made(s3, "prod")
    s3.put_object(Bucket=bucket, Key="cost-control/backup.json", Body=b"{}")
    told = tear_down(client, s3, STACK, lambda: True)
    assert told == f"{STACK} is deleted; it keeps its reports in the bucket {bucket}"
    assert s3.get_object(Bucket=bucket, Key="cost-control/backup.json")


def test_whoever_says_no_to_sam_loses_nothing(s3: Any) -> None:
    client, bucket = made(s3, "dev")
    s3.put_object(Bucket=bucket, Key="reports/0.html", Body=b"one")
    with pytest.raises(TeardownError, match=f"still there, and so is its bucket {bucket}"):
        tear_down(client, s3, STACK, lambda: False)
    assert s3.get_object(Bucket=bucket, Key="reports/0.html")


def test_what_was_never_made_whole_is_deleted_and_left_nothing(s3: Any) -> None:
    """A creation that was rolled back has no outputs: doctor's mend for it is this command."""
    client, bucket = made(s3, "dev", has={"ReportsBucket": "DELETE_COMPLETE"})
    assert tear_down(client, s3, STACK, lambda: True) == f"{STACK} is deleted"
    assert bucket in buckets(s3)


def test_a_bucket_that_kept_a_rollback_from_its_end_goes_too(s3: Any) -> None:
    """A poll wrote the status page before the creation failed: S3 deletes no bucket with it in."""
    client, bucket = made(s3, "dev", has={"ReportsBucket": "DELETE_FAILED"})
    s3.put_object(Bucket=bucket, Key="status/index.html", Body=b"up")
    assert "its bucket with 1 version of objects" in tear_down(client, s3, STACK, lambda: True)
    assert bucket not in buckets(s3)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_else_outlives_the_stack_is_named(s3: Any, environment: str) -> None:
    kept = {"AccessLogsBucket": "CREATE_COMPLETE", "ApiLogGroup": "UPDATE_COMPLETE"}
    client, _ = made(s3, environment, has=kept)
    told = tear_down(client, s3, STACK, lambda: True)
    assert "the bucket accesslogsbucket keeps its log files" in told
    assert "the log group apiloggroup stays: deploy anew with MakeApiLogGroup=false" in told


def test_a_run_that_had_begun_and_wrote_once_more_stops_nothing(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bucket = made(s3, "dev")
    delete, late = s3.delete_bucket, iter([b"late"])

    def written(**params: Any) -> Any:
        for body in late:
            s3.put_object(Bucket=bucket, Key="status/index.html", Body=body)
        return delete(**params)

    monkeypatch.setattr(s3, "delete_bucket", written)
    assert remove_bucket(s3, bucket) == 1
    assert bucket not in buckets(s3)


def test_a_bucket_that_may_not_be_emptied_is_named_when_the_stack_is_gone(s3: Any) -> None:
    client, bucket = made(s3, "dev")
    s3.delete_bucket(Bucket=bucket)
    with pytest.raises(TeardownError, match=f"is deleted; the bucket {bucket} is still there"):
        tear_down(client, s3, STACK, lambda: True)


def test_a_stack_of_another_template_is_left_alone(s3: Any) -> None:
    client, _ = made(s3, "dev", is_ours=False)
    with pytest.raises(TeardownError, match="no stack of this template"):
        tear_down(client, s3, STACK, lambda: pytest.fail("it was deleted"))


def test_a_stack_that_is_not_there_is_named(s3: Any) -> None:
    client = boto3.client("cloudformation")
    stubber = Stubber(client)
    stubber.add_client_error("describe_stacks", "ValidationError", f"{STACK} does not exist")
    with stubber, pytest.raises(TeardownError, match="does not exist"):
        tear_down(client, s3, STACK, lambda: pytest.fail("deleted"))


def test_what_cannot_be_deleted_is_named(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, bucket = made(s3, "dev")
    s3.put_object(Bucket=bucket, Key="reports/0.html", Body=b"one")
    refused = {"Errors": [{"Key": "reports/0.html", "Code": "AccessDenied"}]}
    monkeypatch.setattr(s3, "delete_objects", lambda **_: refused)
    with pytest.raises(TeardownError, match="AccessDenied"):
        remove_bucket(s3, bucket)


def test_environments_are_those_of_samconfig(capsys: pytest.CaptureFixture[str]) -> None:
    assert stack_name("dev") == "avatar-watch-dev"
    assert main(["staging"]) == 1
    assert "no environment 'staging'" in capsys.readouterr().err
    assert main([]) == 2
    assert "make delete ENV=" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["ExpiredToken", "Throttling", "AccessDenied"])
def test_a_stack_that_cannot_be_asked_after_is_not_gone(s3: Any, code: str) -> None:
    """sam took half an hour, and the token ended meanwhile: its bucket is not to be emptied."""
    client, bucket = made(s3, "dev")
    asked = boto3.client("cloudformation")
    stubber = Stubber(asked)
    stubber.add_client_error("describe_stacks", code)
    stubber.activate()
    with pytest.raises(TeardownError, match=f"whether {STACK} is gone is not known"):
        tear_down(client, s3, STACK, lambda: not is_there(asked, STACK))
    assert s3.list_buckets()["Buckets"][0]["Name"] == bucket
