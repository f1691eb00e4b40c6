"""The demo's steps of cost control: a bucket with rules of its own crosses 100 GB."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.document import read
from local.demo import evidence
from local.demo.steps import StepFailedError
from local.inbox.client import InboxTimeoutError
from local.scene import AVATAR_BUCKET

if TYPE_CHECKING:
    from local.scene import Scene

OWN_RULES: list[dict[str, Any]] = [
    {
        "ID": "tmp-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": "tmp/"},
        "Expiration": {"Days": 7},
    },
    {
        "ID": "abandoned-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
    },
    {
        "ID": "old-versions",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "avatars/", "ObjectSizeGreaterThan": 1024}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2},
    },
]
"""What the team that owns the bucket wants of it."""
GUIDE_RULE: dict[str, Any] = {
    "ID": "EmergencyCostControl",
    "Status": "Enabled",
    "Transitions": [{"Days": 1, "StorageClass": "STANDARD_IA"}],
}
"""The rule of the guide's snippet, which is put as the bucket's only one."""
OBJECTS = 300_000
MEAN = 373_000  # bytes of an avatar with its sizes
PATIENCE = 30.0


def avatar_bucket_grows(scene: Scene) -> None:
    """Make the bucket with its three rules, a few real avatars, and metrics of 112 GB."""
    s3 = scene.emulator.client("s3")
    s3.create_bucket(
        Bucket=AVATAR_BUCKET,
        CreateBucketConfiguration={"LocationConstraint": "eu-north-1"},
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=AVATAR_BUCKET, LifecycleConfiguration={"Rules": OWN_RULES}
    )
    for number in range(20):
        size = MEAN + (number % 5 - 2) * 40_000
        s3.put_object(Bucket=AVATAR_BUCKET, Key=f"avatars/{number:04x}.webp", Body=bytes(size))
    put_storage_metrics(scene, OBJECTS * MEAN)


def put_storage_metrics(scene: Scene, total: float) -> None:
    """Publish what S3 itself would publish of the bucket's size."""
    cloudwatch = scene.emulator.client("cloudwatch")
    cloudwatch.enabled = False  # only AWS may write to AWS/S3: here we play AWS
    at = datetime.now(UTC) - timedelta(hours=1)
    cloudwatch.put_metric_data(
        Namespace="AWS/S3",
        MetricData=[
            _datum("BucketSizeBytes", "StandardStorage", total, at),
            _datum("NumberOfObjects", "AllStorageTypes", OBJECTS, at),
        ],
    )


def _datum(name: str, kind: str, value: float, at: datetime) -> dict[str, Any]:
    dimensions = {"BucketName": AVATAR_BUCKET, "StorageType": kind}
    return {
        "MetricName": name,
        "Value": value,
        "Timestamp": at,
        "Dimensions": [{"Name": key, "Value": one} for key, one in dimensions.items()],
    }


def invoke(scene: Scene, **payload: str) -> dict[str, Any]:
    """Invoke the deployed function and return its answer."""
    answer = scene.emulator.client("lambda").invoke(
        FunctionName=scene.stack.outputs["CostControlFunction"], Payload=json.dumps(payload)
    )
    document: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise StepFailedError(f"CostControl failed: {document.get('errorMessage', document)}")
    return document


def decided(scene: Scene, action: str) -> dict[str, Any]:
    """Run an action over all buckets, as the schedule does, and return what came of ours."""
    buckets: list[dict[str, Any]] = invoke(scene, action=action)["buckets"]
    return next(bucket for bucket in buckets if bucket["bucket"] == AVATAR_BUCKET)


def rules(scene: Scene) -> list[str]:
    """Return the ids of the bucket's rules."""
    answer = scene.emulator.client("s3").get_bucket_lifecycle_configuration(Bucket=AVATAR_BUCKET)
    return [rule["ID"] for rule in answer["Rules"]]


def costs_fall(scene: Scene, _: object) -> str:
    """Let the bucket pass 100 GB: a rule joins the three, and the message says how to undo it."""
    avatar_bucket_grows(scene)
    plan = decided(scene, "plan")
    if rules(scene) != [rule["ID"] for rule in OWN_RULES]:
        raise StepFailedError("a plan changed the rules")
    change = decided(scene, "apply").get("change", {})
    after = rules(scene)
    if change.get("result") != "changed" or after[:3] != [rule["ID"] for rule in OWN_RULES]:
        raise StepFailedError(f"the rules are {after}: {change or plan}")
    try:
        scene.inbox.wait_for(
            lambda kept: [m for m in evidence.slack(kept) if '"rollback"' in str(m.content)],
            PATIENCE,
        )
    except InboxTimeoutError as error:
        raise StepFailedError(f"Slack's message with the undo command did not come: {error}") from (
            error
        )
    refused = violations(read({"Rules": [GUIDE_RULE]}))
    return (
        f"{plan['plan']['reason']}\n"
        f"    ours leaves       {' · '.join(after)}\n"
        f"    the guide leaves  {GUIDE_RULE['ID']} alone, if S3 took it: {refused[0]}"
    )


def rules_roll_back(scene: Scene, _: object) -> str:
    """Undo it with the command of the message: the three rules are there as before."""
    s3 = scene.emulator.client("s3")
    answer = invoke(scene, action="rollback", bucket=AVATAR_BUCKET)["buckets"][0]
    found = s3.get_bucket_lifecycle_configuration(Bucket=AVATAR_BUCKET)["Rules"]
    if answer["change"]["result"] != "changed" or len(found) != len(OWN_RULES):
        raise StepFailedError(f"the rules are {[rule['ID'] for rule in found]}: {answer}")
    return f"back to {' · '.join(rule['ID'] for rule in found)}"
