from typing import Any

import pytest

SENT = "sent"
TAGS = "&".join(f"k{number}=v" for number in range(10))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="plain"),
        pytest.param({"Key": "k" * 1_024}, SENT, id="key of 1024"),
        pytest.param({"Key": "k" * 1_025}, "KeyTooLongError", id="key of 1025"),
        pytest.param({"Key": "ü" * 513}, "KeyTooLongError", id="key in bytes"),
        pytest.param({"Metadata": {"note": "x" * 2_044}}, SENT, id="2 KB of metadata"),
        pytest.param({"Metadata": {"note": "x" * 2_045}}, "MetadataTooLarge", id="over 2 KB"),
        pytest.param({"Tagging": TAGS}, SENT, id="10 tags"),
        pytest.param({"Tagging": f"{TAGS}&x=y"}, "BadRequest", id="11 tags"),
        pytest.param({"Tagging": "a=1&a=2"}, "InvalidTag", id="tag twice"),
        pytest.param({"Tagging": "a=" + "v" * 257}, "InvalidTag", id="long tag"),
    ],
)
def test_put(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"Bucket": "reports", "Key": "daily.html", "Body": b"x"} | changes
    assert verdict("s3", "PutObject", params) == expected


@pytest.mark.parametrize(("count", "expected"), [(1_000, SENT), (1_001, "MalformedXML")])
def test_delete(verdict: Any, count: int, expected: str) -> None:
    objects = [{"Key": str(number)} for number in range(count)]
    params = {"Bucket": "reports", "Delete": {"Objects": objects}}
    assert verdict("s3", "DeleteObjects", params) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("avatar-reports", SENT),
        ("avatar.reports", SENT),
        ("Avatar-Reports", "InvalidBucketName"),
        ("avatar_reports", "InvalidBucketName"),
        ("-reports", "InvalidBucketName"),
        ("10.0.0.1", "InvalidBucketName"),
        ("b" * 64, "InvalidBucketName"),
    ],
)
def test_bucket_name(verdict: Any, name: str, expected: str) -> None:
    location = {"CreateBucketConfiguration": {"LocationConstraint": "eu-north-1"}}
    assert verdict("s3", "CreateBucket", {"Bucket": name} | location) == expected


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListObjectsV2", {}, SENT),
        ("ListObjectsV2", {"MaxKeys": 0}, SENT),
        ("ListObjectsV2", {"MaxKeys": -1}, "InvalidArgument"),
        ("ListObjectsV2", {"ContinuationToken": ""}, "InvalidArgument"),
        ("ListObjectsV2", {"ExpectedBucketOwner": "123456789012"}, SENT),
        ("ListObjectsV2", {"ExpectedBucketOwner": "me"}, "InvalidBucketOwnerAWSAccountID"),
        ("ListBucketInventoryConfigurations", {"ContinuationToken": "t"}, SENT),
        ("ListBucketInventoryConfigurations", {"ContinuationToken": ""}, "InvalidArgument"),
        (
            "ListBucketInventoryConfigurations",
            {"ExpectedBucketOwner": "arn:aws:iam::123456789012:root"},
            "InvalidBucketOwnerAWSAccountID",
        ),
    ],
)
def test_listing(verdict: Any, operation: str, params: dict[str, Any], expected: str) -> None:
    assert verdict("s3", operation, {"Bucket": "avatars"} | params) == expected


@pytest.mark.parametrize(
    ("name", "bucket", "expected"),
    [
        ("all-objects", "arn:aws:s3:::inventories", SENT),
        ("all-objects", "arn:aws-cn:s3:::inventories", SENT),
        ("all-objects", "inventories", "InvalidS3DestinationBucket"),
        ("all objects", "arn:aws:s3:::inventories", "InvalidArgument"),
        ("n" * 65, "arn:aws:s3:::inventories", "InvalidArgument"),
    ],
)
def test_an_inventory(verdict: Any, name: str, bucket: str, expected: str) -> None:
    configuration = {
        "Id": name,
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": bucket, "Format": "CSV"}},
    }
    params = {"Bucket": "avatars", "Id": name, "InventoryConfiguration": configuration}
    assert verdict("s3", "PutBucketInventoryConfiguration", params) == expected


@pytest.mark.parametrize("name", ["reports-abc1-s3alias", "reports--ol-s3", "reports.mrap"])
def test_an_access_point_is_for_objects_alone(verdict: Any, name: str) -> None:
    assert verdict("s3", "GetBucketTagging", {"Bucket": name}) == "MethodNotAllowed"
    assert verdict("s3", "GetBucketTagging", {"Bucket": "s3alias-reports"}) == SENT
    assert verdict("s3", "ListObjectsV2", {"Bucket": name}) == SENT
