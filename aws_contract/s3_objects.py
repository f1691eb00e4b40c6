"""S3: keys, metadata, tags and deletions of objects."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from aws_contract.core import Breach, Params, rule
from aws_contract.values import utf8_length

MAX_KEY_BYTES = 1_024
MAX_METADATA_BYTES = 2_048
MAX_TAGS = 10
MAX_DELETES = 1_000
_ASKED_BY_OWNER = (
    "DeleteBucketLifecycle", "GetBucketLifecycleConfiguration", "GetBucketTagging",
    "GetBucketVersioning", "GetObject", "ListBucketInventoryConfigurations", "ListObjectsV2",
    "PutBucketLifecycleConfiguration", "PutObject",
)  # fmt: skip
_OF_A_BUCKET = tuple(each for each in _ASKED_BY_OWNER if "Bucket" in each)
_ALIAS = re.compile(r".*(-s3alias|--ol-s3|\.mrap)")
_ACCOUNT = re.compile(r"\d{12}")
_INVENTORY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_BUCKET = re.compile(r"(?!xn--)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@rule("s3", "PutObject", "CopyObject", "CreateMultipartUpload", "GetObject", "HeadObject")
def key(params: Params) -> Iterator[Breach]:
    """Limit a key to 1,024 bytes. Source: User Guide, "Naming Amazon S3 objects"."""
    if utf8_length(params["Key"]) > MAX_KEY_BYTES:
        yield Breach("KeyTooLongError", "Your key is too long")


@rule("s3", "PutObject", "CopyObject", "CreateMultipartUpload")
def metadata(params: Params) -> Iterator[Breach]:
    """Limit user metadata to 2 KB. Source: User Guide, "Working with object metadata"."""
    given = params.get("Metadata") or {}
    size = sum(utf8_length(name) + utf8_length(value) for name, value in given.items())
    if size > MAX_METADATA_BYTES:
        message = "Your metadata headers exceed the maximum allowed metadata size"
        yield Breach("MetadataTooLarge", message)


@rule("s3", "PutObject", "CopyObject", "CreateMultipartUpload")
def tags(params: Params) -> Iterator[Breach]:
    """Tag with at most 10 pairs. Source: User Guide, "Categorizing your storage using tags"."""
    pairs = parse_qsl(params.get("Tagging") or "", keep_blank_values=True)
    if len(pairs) > MAX_TAGS:
        yield Breach("BadRequest", f"Object tags cannot be greater than {MAX_TAGS}")
    if len({name for name, _ in pairs}) < len(pairs):
        yield Breach("InvalidTag", "Cannot provide multiple Tags with the same key")
    if any(not 1 <= len(name) <= 128 or len(value) > 256 for name, value in pairs):
        yield Breach("InvalidTag", "The TagKey or TagValue you have provided is invalid")


@rule("s3", "ListObjectsV2", "ListBucketInventoryConfigurations")
def continuation(params: Params) -> Iterator[Breach]:
    """Go on with a token that an answer gave. Source: API Reference, ListObjectsV2."""
    if params.get("ContinuationToken") == "":
        yield Breach("InvalidArgument", "The continuation token provided is incorrect")


@rule("s3", "ListObjectsV2")
def max_keys(params: Params) -> Iterator[Breach]:
    """List 0 or more keys at once; more than 1,000 are cut. Source: ListObjectsV2."""
    if params.get("MaxKeys", 0) < 0:
        message = "Argument maxKeys must be an integer between 0 and 2147483647"
        yield Breach("InvalidArgument", message)


@rule("s3", *_ASKED_BY_OWNER)
def expected_owner(params: Params) -> Iterator[Breach]:
    """Name an owner by the 12 digits. Source: "Verifying bucket ownership"."""
    owner = params.get("ExpectedBucketOwner")
    if owner is not None and not _ACCOUNT.fullmatch(owner):
        yield Breach(
            "InvalidBucketOwnerAWSAccountID",
            "The value of the expected bucket owner parameter must be an AWS account ID",
        )


@rule("s3", *_OF_A_BUCKET)
def no_access_point(params: Params) -> Iterator[Breach]:
    """Ask about a bucket by its name: access points and their aliases are for objects alone.

    Sources: User Guide, "Access point compatibility" and "General purpose bucket naming rules"; the
    code is that of a method which a resource does not have, as no record shows another.
    """
    if _ALIAS.fullmatch(params["Bucket"]):
        message = "The specified method is not allowed against this resource."
        yield Breach("MethodNotAllowed", message)


@rule("s3", "PutBucketInventoryConfiguration")
def inventory(params: Params) -> Iterator[Breach]:
    """Name an inventory as its path takes it, and in the request as in the document.

    Source: API Reference, InventoryConfiguration, InventoryS3BucketDestination.
    """
    given = params["InventoryConfiguration"]
    if given["Id"] != params["Id"] or not _INVENTORY_ID.fullmatch(given["Id"]):
        yield Breach("InvalidArgument", "The specified inventory configuration id is invalid")
    if not _BUCKET_ARN.fullmatch(given["Destination"]["S3BucketDestination"]["Bucket"]):
        yield Breach("InvalidS3DestinationBucket", "Invalid bucket ARN")


@rule("s3", "DeleteObjects")
def delete_objects(params: Params) -> Iterator[Breach]:
    """Delete 1 to 1,000 objects at once. Source: API Reference, DeleteObjects."""
    if not 1 <= len(params["Delete"]["Objects"]) <= MAX_DELETES:
        yield Breach(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published "
            "schema",
        )


@rule("s3", "CreateBucket", "PutBucketLifecycleConfiguration")
def bucket_name(params: Params) -> Iterator[Breach]:
    """Name a bucket legally. Source: User Guide, "General purpose bucket naming rules"."""
    if not _BUCKET.fullmatch(params["Bucket"]):
        yield Breach("InvalidBucketName", "The specified bucket is not valid.")
