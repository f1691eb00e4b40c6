"""S3: buckets and what is said of them as a whole."""

import ipaddress
import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

# Source: User Guide, "General purpose bucket naming rules".
_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])")
_TAKEN = re.compile(r"(xn--|sthree-|amzn-s3-demo-).*|.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)")
_ALGORITHMS = frozenset({"AES256", "aws:kms", "aws:kms:dsse"})
_OWNERSHIPS = frozenset({"BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"})


def _malformed() -> Breach:
    message = "The XML you provided was not well-formed or did not validate against our schema"
    return Breach("MalformedXML", message)


@rule("s3", "CreateBucket")
def bucket_name(params: Params) -> Iterator[Breach]:
    """Name a bucket. Source: User Guide, "General purpose bucket naming rules"."""
    name = params["Bucket"]
    if not _NAME.fullmatch(name) or _TAKEN.fullmatch(name) or ".." in name or _is_address(name):
        yield Breach("InvalidBucketName", "The specified bucket is not valid.")
    acl, ownership = params.get("ACL", "private"), params.get("ObjectOwnership")
    if ownership == "BucketOwnerEnforced" and acl != "private":
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        yield Breach("InvalidBucketAclWithObjectOwnership", message)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


@rule("s3", "PutBucketEncryption")
def encryption(params: Params) -> Iterator[Breach]:
    """Name a key for KMS alone. Source: API Reference, ServerSideEncryptionByDefault."""
    rules = params["ServerSideEncryptionConfiguration"]["Rules"]
    if len(rules) != 1:
        yield _malformed()
    for each in rules:
        chosen = each.get("ApplyServerSideEncryptionByDefault") or {"SSEAlgorithm": "AES256"}
        if chosen["SSEAlgorithm"] not in _ALGORITHMS:
            yield _malformed()
        if chosen["SSEAlgorithm"] == "AES256" and chosen.get("KMSMasterKeyID"):
            message = (
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms"
            )
            yield Breach("InvalidArgument", message)


@rule("s3", "PutBucketVersioning")
def versioning(params: Params) -> Iterator[Breach]:
    """Enable or suspend. Source: API Reference, PutBucketVersioning."""
    if params["VersioningConfiguration"].get("Status") not in {"Enabled", "Suspended"}:
        yield _malformed()


@rule("s3", "PutBucketOwnershipControls")
def ownership(params: Params) -> Iterator[Breach]:
    """Give one rule. Source: API Reference, PutBucketOwnershipControls."""
    rules = params["OwnershipControls"]["Rules"]
    if len(rules) != 1 or rules[0]["ObjectOwnership"] not in _OWNERSHIPS:
        yield _malformed()
