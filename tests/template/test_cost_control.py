"""What cost control may do, by the template alone."""

from __future__ import annotations

import json
from typing import Any

type Resources = dict[str, dict[str, Any]]


def statement(resources: Resources, sid: str) -> tuple[str | None, dict[str, Any]]:
    """Return the condition under which a statement is there, and the statement."""
    policy = resources["CostControlRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    for each in policy["Statement"]:
        condition, found = each.get("Fn::If", [None, each])[:2]
        if found["Sid"] == sid:
            return condition, found
    raise AssertionError(f"there is no statement {sid}")


def test_rules_may_be_written_to_the_buckets_that_were_named_alone(
    source: dict[str, Any], resources: Resources
) -> None:
    parameters = source["Parameters"]
    assert parameters["CostControlMode"]["Default"] == "observe"
    assert parameters["EnforcedBucketNames"]["Default"] == ""
    condition, writing = statement(resources, "WriteLifecycleRules")
    # in observe mode as well: what was written while enforcing can be taken back
    assert condition == "NamesEnforcedBuckets"
    assert "CostControlMode" not in json.dumps(source["Conditions"][condition])
    assert writing["Action"] == "s3:PutLifecycleConfiguration"
    assert "EnforcedBucketNames" in json.dumps(writing["Resource"])


def test_nothing_may_delete_or_change_an_object_of_the_avatar_buckets(
    resources: Resources,
) -> None:
    _, reading = statement(resources, "ReadAvatarBuckets")
    assert all(
        action == "s3:ListBucket" or action.startswith("s3:Get") for action in reading["Action"]
    )
    document = json.dumps(resources["CostControlRole"])
    assert "s3:Delete" not in document
    _, backups = statement(resources, "KeepBackups")
    assert backups["Resource"] == {"Fn::Sub": "${ReportsBucket.Arn}/cost-control/*"}


def test_inventories_are_read_only_where_they_were_named(
    source: dict[str, Any], resources: Resources
) -> None:
    assert source["Parameters"]["InventoryBucketNames"]["Default"] == ""
    assert "InventoryBucketNames" in json.dumps(source["Conditions"]["HasInventories"])
    for sid, action in (("FindInventories", "s3:ListBucket"), ("ReadInventories", "s3:GetObject")):
        condition, found = statement(resources, sid)
        assert condition == "HasInventories"
        assert found["Action"] == action
        assert "InventoryBucketNames" in json.dumps(found["Resource"])
    _, reading = statement(resources, "ReadAvatarBuckets")
    assert "s3:GetObject" not in reading["Action"]
    assert "s3:GetInventoryConfiguration" in reading["Action"]


def test_the_backups_are_kept_versioned_encrypted_and_private(resources: Resources) -> None:
    bucket = resources["ReportsBucket"]
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    properties = bucket["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert all(properties["PublicAccessBlockConfiguration"].values())
    rules = properties["LifecycleConfiguration"]["Rules"]
    assert not any("ExpirationInDays" in rule for rule in rules)
    policy = resources["ReportsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    # what a distribution may read of the status page is looked at in test_status_page
    assert [each["Effect"] for each in policy if "Fn::If" not in each] == ["Deny"]
