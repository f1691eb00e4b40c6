"""Look at the avatar buckets: what would be lost with one, and who may reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from reporting.found import Check, State, Topic

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LATE = timedelta(minutes=15)
"""What S3 promises of replication where its time control is on (S3 User Guide)."""
STALE = timedelta(days=2)
"""From which age a newest recovery point is no backup of yesterday."""

type Answer = tuple[State, str]


@dataclass(frozen=True, slots=True)
class _Question:
    """One request, and what its answer means; ``absent`` are S3's codes for none of it."""

    topic: Topic
    what: str
    operation: str
    read: Callable[[Mapping[str, Any]], Answer]
    absent: Mapping[str, Answer]


def _versioning(answer: Mapping[str, Any]) -> Answer:
    status = answer.get("Status")
    if status == "Enabled":
        return State.DONE, "versioned: what is overwritten or deleted can be had back"
    return State.PERSON, f"not versioned ({status or 'never enabled'}): a deletion is final"


def _replication(answer: Mapping[str, Any]) -> Answer:
    rules = answer["ReplicationConfiguration"]["Rules"]
    live = [rule for rule in rules if rule["Status"] == "Enabled"]
    targets = sorted({rule["Destination"]["Bucket"].rsplit(":", 1)[-1] for rule in live})
    if not live:
        return State.PERSON, f"its {len(rules)} replication rules are all off"
    return State.DONE, f"replicated to {', '.join(targets)}"


def _blocked(answer: Mapping[str, Any]) -> Answer:
    flags = answer["PublicAccessBlockConfiguration"]
    off = [name for name in BLOCKS if not flags.get(name)]
    if off:
        return State.PERSON, f"public access is not blocked by {', '.join(off)}"
    return State.DONE, "public access is blocked"


def _policy(answer: Mapping[str, Any]) -> Answer:
    if answer["PolicyStatus"].get("IsPublic"):
        return State.PERSON, "its policy lets everybody in"
    return State.DONE, "its policy is not public"


def _encryption(answer: Mapping[str, Any]) -> Answer:
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    kinds = [each["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for each in rules
             if "ApplyServerSideEncryptionByDefault" in each]  # fmt: skip
    return State.DONE, f"encrypted by {', '.join(kinds) or 'S3'}"


BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_NOT_REPLICATED = "not replicated: it is lost with its region"
_QUESTIONS = (
    _Question(Topic.BACKUP, "versioning", "get_bucket_versioning", _versioning, {}),
    _Question(Topic.BACKUP, "replication", "get_bucket_replication", _replication,
              {"ReplicationConfigurationNotFoundError": (State.DONE, _NOT_REPLICATED)}),
    _Question(Topic.SECURITY, "public access", "get_public_access_block", _blocked,
              {"NoSuchPublicAccessBlockConfiguration": (
                  State.PERSON, "public access is not blocked by the bucket itself")}),
    _Question(Topic.SECURITY, "policy", "get_bucket_policy_status", _policy,
              {"NoSuchBucketPolicy": (State.DONE, "it has no policy")}),
    _Question(Topic.SECURITY, "encryption", "get_bucket_encryption", _encryption,
              {"ServerSideEncryptionConfigurationNotFoundError": (
                  State.PERSON, "its default encryption is off")}),
)  # fmt: skip


def look_at(client: S3Client, bucket: str, owner: str) -> Iterator[Check]:
    """Yield what a bucket's configuration means; what cannot be read says why."""
    for question in _QUESTIONS:
        try:
            answer = getattr(client, question.operation)(Bucket=bucket, ExpectedBucketOwner=owner)
            state, text = question.read(answer)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            state, text = question.absent.get(code, (State.NO_DATA, why(error)))
        except BotoCoreError as error:
            state, text = State.NO_DATA, why(error)
        yield Check(question.topic, bucket, question.what, state, text, link(bucket, question))


def link(bucket: str, question: _Question) -> str:
    """Return where a person looks at it."""
    tabs = {"replication": "management", "versioning": "properties", "encryption": "properties"}
    tab = tabs.get(question.what, "permissions")
    return f"https://s3.console.aws.amazon.com/s3/buckets/{bucket}?tab={tab}"


def newest_recovery_point(client: Any, bucket: str, partition: str, now: datetime) -> Check:
    """Return how old the newest recovery point of AWS Backup is; one that is not used says so."""
    try:
        newest = _newest(client, f"arn:{partition}:s3:::{bucket}")
    except (ClientError, BotoCoreError) as error:
        return Check(Topic.BACKUP, bucket, "AWS Backup", State.NO_DATA, why(error))
    if newest is None:
        text = "AWS Backup has no recovery point of it"
        return Check(Topic.BACKUP, bucket, "AWS Backup", State.DONE, text)
    age = now - newest
    state = State.PERSON if age > STALE else State.DONE
    hours = age / timedelta(hours=1)
    text = f"newest recovery point {newest:%Y-%m-%d %H:%M} UTC, {hours:.0f} h old"
    return Check(Topic.BACKUP, bucket, "AWS Backup", state, text)


def _newest(client: Any, arn: str) -> datetime | None:
    pages = client.get_paginator("list_recovery_points_by_resource").paginate(ResourceArn=arn)
    whole = [
        point["CreationDate"]
        for page in pages
        for point in page.get("RecoveryPoints", ())
        if point.get("Status") in {"COMPLETED", "AVAILABLE"}
    ]
    return max(whole, default=None)


def why(error: ClientError | BotoCoreError) -> str:
    """Return the reason in a line: the code where AWS gave one."""
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        return f"{error.operation_name} was refused: {found.get('Code', 'no code')}"
    return f"not reached: {type(error).__name__}"
