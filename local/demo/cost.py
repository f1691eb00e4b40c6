"""The demo's steps of cost control: a bucket with rules of its own crosses 100 GB."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.compare import same
from cost_control.lifecycle.document import read
from cost_control.lifecycle.words import sentence
from local.demo import evidence
from local.demo.steps import StepFailedError
from local.inbox.client import InboxTimeoutError
from local.scene import AVATAR_BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from cost_control.lifecycle.model import Configuration, Rule
    from local.inbox.models import Snapshot
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
OBJECTS = 560_000
MEAN = 200_000  # bytes of an avatar with its sizes
LISTED = 1_010
"""Avatars that are really there: more than a listing holds; the rest is CloudWatch's word."""
PATIENCE = 30.0
_AT_ONCE = 8


def avatar_bucket_grows(scene: Scene) -> None:
    """Give the bucket its three rules, real avatars for a listing, and metrics of 112 GB."""
    s3 = scene.emulator.client("s3")
    s3.put_bucket_lifecycle_configuration(
        Bucket=AVATAR_BUCKET, LifecycleConfiguration={"Rules": OWN_RULES}
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda number: _put_avatar(s3, number), range(LISTED)))
    put_storage_metrics(scene, OBJECTS * MEAN)


def _put_avatar(s3: S3Client, number: int) -> None:
    size = MEAN + (number % 5 - 2) * 20_000
    s3.put_object(Bucket=AVATAR_BUCKET, Key=f"avatars/{number:04x}.webp", Body=bytes(size))


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


def lifecycle(scene: Scene) -> Configuration:
    """Return the bucket's rules."""
    answer = scene.emulator.client("s3").get_bucket_lifecycle_configuration(Bucket=AVATAR_BUCKET)
    return read({"Rules": answer["Rules"]})


def rules(scene: Scene) -> list[str]:
    """Return the ids of the bucket's rules."""
    return [rule.rule_id or "" for rule in lifecycle(scene).rules]


def costs_fall(scene: Scene, _: object) -> str:
    """Let the bucket pass 100 GB: a rule joins the three, and the message says how to undo it."""
    avatar_bucket_grows(scene)
    plan = decided(scene, "plan")
    if rules(scene) != [rule["ID"] for rule in OWN_RULES]:
        raise StepFailedError("a plan changed the rules")
    change = decided(scene, "apply").get("change", {})
    after = lifecycle(scene).rules
    if change.get("result") != "changed" or [each.rule_id for each in after[:3]] != rules_of_team():
        raise StepFailedError(f"the rules are {[each.rule_id for each in after]}: {change or plan}")
    command = undo_command(scene)
    rejected = "; ".join(f"{name}: {why}" for name, why in plan["plan"]["rejected"].items())
    return "\n    ".join(
        (
            plan["plan"]["reason"],
            f"not taken: {rejected}",
            *side_by_side(after, guide_leaves(scene)),
            f"Slack says how to undo it: {command}",
        )
    )


def rules_of_team() -> list[str]:
    """Return the ids of the rules that the bucket had by itself."""
    return [rule["ID"] for rule in OWN_RULES]


def guide_leaves(scene: Scene) -> set[str]:
    """Put the guide's rule on a bucket with the same three, and return what is left of them.

    AWS refuses it as it stands, so that it gets the filter and the day that it needs.
    """
    s3, bucket = scene.emulator.client("s3"), f"{AVATAR_BUCKET}-by-the-guide"
    where: Any = {"LocationConstraint": "eu-north-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    mended = GUIDE_RULE | {
        "Filter": {},
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
    }
    for chosen in (OWN_RULES, [mended]):
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": chosen}
        )
    left = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {rule["ID"] for rule in left}


def side_by_side(ours: tuple[Rule, ...], guide: set[str]) -> list[str]:
    """Write each rule with what becomes of it by our change and by the guide's."""
    refused = violations(read({"Rules": [GUIDE_RULE]}))[0]
    rows = [("rule", "what it does", "we leave", "the guide leaves")]
    for rule in ours:
        name = rule.rule_id or ""
        is_theirs = name in rules_of_team()
        by_guide = ("kept" if name in guide else "gone") if is_theirs else "-"
        rows.append((name, sentence(rule), "as it was" if is_theirs else "added", by_guide))
    rows.append((GUIDE_RULE["ID"], "all objects: into STANDARD_IA after 1 day", "-", "alone"))
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name:{wide[0]}}  {does:{wide[1]}}  {we:{wide[2]}}  {they}"
        for name, does, we, they in rows
    ]
    return [*lines, f"(once it is mended: as it stands S3 refuses it, {refused.sentence})"]


def undo_command(scene: Scene) -> str:
    """Return the command of Slack's message."""
    return _told(scene, "Undo")


def _told(scene: Scene, fact: str) -> str:
    """Wait for the message that has a fact, and return it."""

    def told(kept: Snapshot) -> str | None:
        facts = [evidence.fields(message) for message in evidence.slack(kept)]
        return next((each[fact] for each in facts if fact in each), None)

    try:
        return scene.inbox.wait_for(told, PATIENCE)
    except InboxTimeoutError as error:
        raise StepFailedError(f"Slack's message with {fact!r} did not come: {error}") from error


def rules_roll_back(scene: Scene, _: object) -> str:
    """Undo it with the command of the message: the three rules are there as before."""
    [_, payload, _] = undo_command(scene).split("'")  # --payload '{"action": …}'
    answer = invoke(scene, **json.loads(payload))["buckets"][0]
    now = lifecycle(scene)
    if answer["change"]["result"] != "changed" or not same(now, read({"Rules": OWN_RULES})):
        raise StepFailedError(f"the rules are {[rule.rule_id for rule in now.rules]}: {answer}")
    _told(scene, "Rules taken away")  # before the next step, which must wake nobody
    held = decided(scene, "apply")["decision"]
    if "rolled back by hand" not in held["reason"] or len(rules(scene)) != len(OWN_RULES):
        raise StepFailedError(f"a rule came back after it was rolled back: {held}")
    return (
        f"back to {' · '.join(rules_of_team())}, exactly as they were\n"
        f"    the next day's run leaves it so: {held['reason'].partition(': ')[0]}"
    )
