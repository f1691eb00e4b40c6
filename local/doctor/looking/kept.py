"""What is kept: the table, buckets, parameters, keys, streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.doctor.looking.look import Found, Look, as_json, command

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted


def table(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a table, whether its items expire and whether it can be restored."""
    client, name = deployment.client("dynamodb"), wanted.name
    found: dict[str, Any] = client.describe_table(TableName=name)["Table"]
    live = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    restore = backups.get("PointInTimeRecoveryDescription", {})
    return {
        "KeySchema": found["KeySchema"],
        "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "TimeToLiveSpecification": {
            "AttributeName": live.get("AttributeName"),
            "Enabled": live.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"},
        },
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": restore.get("PointInTimeRecoveryStatus") == "ENABLED"
        },
        "SSESpecification": {
            "SSEEnabled": found.get("SSEDescription", {}).get("Status") in _ENCRYPTED
        },
    }


_ENCRYPTED = frozenset({"ENABLED", "ENABLING", "UPDATING"})
_NO_PART = frozenset({
    "NoSuchLifecycleConfiguration", "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError", "NoSuchBucketPolicy",
    "ServerSideEncryptionConfigurationNotFoundError",
})  # fmt: skip


def bucket(deployment: Deployment, wanted: Wanted) -> Found:
    """Return those parts of a bucket that the template has; a missing bucket is AWS' answer."""
    client, name = deployment.client("s3"), wanted.name
    client.get_bucket_location(Bucket=name)
    rules = _part(lambda: client.get_bucket_lifecycle_configuration(Bucket=name), "Rules")
    ciphers = _part(
        lambda: client.get_bucket_encryption(Bucket=name), "ServerSideEncryptionConfiguration"
    )
    return {
        "VersioningConfiguration": {
            "Status": client.get_bucket_versioning(Bucket=name).get("Status")
        },
        "PublicAccessBlockConfiguration": _part(
            lambda: client.get_public_access_block(Bucket=name), "PublicAccessBlockConfiguration"
        ),
        "OwnershipControls": _part(
            lambda: client.get_bucket_ownership_controls(Bucket=name), "OwnershipControls"
        ),
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": {
                        "SSEAlgorithm": each["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
                    }
                }
                for each in (ciphers or {}).get("Rules", ())
            ]
        },
        "LifecycleConfiguration": {"Rules": [_lifecycle_rule(each) for each in rules or ()]},
        "NotificationConfiguration": {
            "EventBridgeConfiguration": {
                "EventBridgeEnabled": "EventBridgeConfiguration"
                in client.get_bucket_notification_configuration(Bucket=name)
            }
        },
    }


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule by the names that CloudFormation has for its parts."""
    prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix"))
    days = rule.get("Expiration", {}).get("Days")
    return {**rule, "Id": rule.get("ID"), "Prefix": prefix, "ExpirationInDays": days}


def _part(ask: Any, key: str) -> Any:
    """Return a part of a bucket, None where it has none."""
    try:
        return ask().get(key)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NO_PART:
            return None
        raise


def bucket_policy(deployment: Deployment, wanted: Wanted) -> Found:
    """Return who may do what with a bucket."""
    client = deployment.client("s3")
    name = wanted.properties["Bucket"]
    return {"PolicyDocument": _part(lambda: client.get_bucket_policy(Bucket=name), "Policy")}


def parameter(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a parameter that the stack itself wrote."""
    found: Found = deployment.client("ssm").get_parameter(Name=wanted.name)["Parameter"]
    return found


def key(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return a key's policy, and whether it can be used."""
    client = deployment.client("kms")
    if (kept := client.describe_key(KeyId=wanted.name)["KeyMetadata"])["KeyState"] in _NO_KEY:
        return None
    return {
        "Enabled": kept["KeyState"] == "Enabled",
        "KeyPolicy": client.get_key_policy(KeyId=wanted.name, PolicyName="default")["Policy"],
        "EnableKeyRotation": client.get_key_rotation_status(KeyId=wanted.name)[
            "KeyRotationEnabled"
        ],
    }


_NO_KEY = frozenset({"PendingDeletion", "PendingReplicaDeletion"})


def stream(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a stream."""
    found: dict[str, Any] = deployment.client("kinesis").describe_stream_summary(
        StreamName=wanted.name
    )["StreamDescriptionSummary"]
    return {
        "RetentionPeriodHours": found["RetentionPeriodHours"],
        "ShardCount": found["OpenShardCount"],
        # a key is told by its alias, its id or its ARN
        "StreamEncryption": {
            **wanted.properties.get("StreamEncryption", {}),
            "EncryptionType": found.get("EncryptionType"),
        },
    }


TABLE = Look(
    "table", table,
    aside={"AttributeDefinitions": "cannot be changed without the keys"},
    unmade={
        "TimeToLiveSpecification": {"AttributeName": None, "Enabled": False},
        "SSESpecification": {"SSEEnabled": False},
    },
    mends={
        "TimeToLiveSpecification": lambda wanted: command(
            "dynamodb", "update-time-to-live", "--table-name", wanted.name,
            "--time-to-live-specification", as_json(wanted.properties["TimeToLiveSpecification"]),
        ),
        "PointInTimeRecoverySpecification": lambda wanted: command(
            "dynamodb", "update-continuous-backups", "--table-name", wanted.name,
            "--point-in-time-recovery-specification",
            as_json(wanted.properties["PointInTimeRecoverySpecification"]),
        ),
        "BillingMode": lambda wanted: command(
            "dynamodb", "update-table", "--table-name", wanted.name,
            "--billing-mode", wanted.properties["BillingMode"],
        ),
    },
)  # fmt: skip
BUCKET = Look(
    "bucket", bucket, unmade={"LifecycleConfiguration": {"Rules": []}},
    mends={
        "VersioningConfiguration": lambda wanted: command(
            "s3api", "put-bucket-versioning", "--bucket", wanted.name,
            "--versioning-configuration", as_json(wanted.properties["VersioningConfiguration"]),
        ),
        "PublicAccessBlockConfiguration": lambda wanted: command(
            "s3api", "put-public-access-block", "--bucket", wanted.name,
            "--public-access-block-configuration",
            as_json(wanted.properties["PublicAccessBlockConfiguration"]),
        ),
    },
)  # fmt: skip
BUCKET_POLICY = Look(
    "policy", bucket_policy, part_of=("Bucket",), policies=("PolicyDocument",),
    aside={"Bucket": "where it is read"},
    mends={
        "PolicyDocument": lambda wanted: command(
            "s3api", "put-bucket-policy", "--bucket", wanted.properties["Bucket"],
            "--policy", as_json(wanted.properties["PolicyDocument"]),
        ),
    },
)  # fmt: skip
PARAMETER = Look(
    "parameter", parameter,
    aside={"Name": "how it is found", "Description": "does nothing"},
    named=True,
    mends={
        "Value": lambda wanted: command(
            "ssm", "put-parameter", "--overwrite", "--type", wanted.properties["Type"],
            "--name", wanted.name, "--value", wanted.properties["Value"],
        ),
    },
    anew=lambda wanted: command(
        "ssm", "put-parameter", "--type", wanted.properties["Type"],
        "--name", wanted.name, "--value", wanted.properties["Value"],
    ),
)  # fmt: skip
KEY = Look(
    "key", key, policies=("KeyPolicy",), unless={"Enabled": True},
    aside={"Description": "does nothing", "PendingWindowInDays": "is asked for by a deletion"},
    mends={
        "Enabled": lambda wanted: command("kms", "enable-key", "--key-id", wanted.name),
        "KeyPolicy": lambda wanted: command(
            "kms", "put-key-policy", "--key-id", wanted.name, "--policy-name", "default",
            "--policy", as_json(wanted.properties["KeyPolicy"]),
        ),
        "EnableKeyRotation": lambda wanted: command(
            "kms", "enable-key-rotation", "--key-id", wanted.name
        ),
    },
    anew=lambda wanted: " && ".join(
        command("kms", operation, "--key-id", wanted.name)
        for operation in ("cancel-key-deletion", "enable-key")
    ),
)  # fmt: skip
STREAM = Look("stream", stream)
