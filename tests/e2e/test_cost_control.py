"""A bucket crosses 100 GB: one rule joins its own, people hear how to undo it, and it is undone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cost_control.lifecycle.compare import same
from cost_control.lifecycle.document import read
from local.demo import cost, evidence
from local.scene import AVATAR_BUCKET

if TYPE_CHECKING:
    from cost_control.lifecycle.model import Configuration
    from local.scene import Scene

pytestmark = pytest.mark.e2e


def lifecycle(scene: Scene) -> Configuration:
    s3 = scene.emulator.client("s3")
    answer = s3.get_bucket_lifecycle_configuration(Bucket=AVATAR_BUCKET)
    answer.pop("ResponseMetadata")
    return read(answer)


def test_a_rule_joins_those_of_others_and_goes_again(scene: Scene) -> None:
    cost.avatar_bucket_grows(scene)
    before = lifecycle(scene)

    planned = cost.decided(scene, "plan")
    assert planned["decision"]["step"] == "apply"
    assert same(lifecycle(scene), before)

    applied = cost.decided(scene, "apply")
    assert applied["change"]["result"] == "changed"
    after = lifecycle(scene)
    assert [rule.rule_id for rule in after.rules][:3] == [r["ID"] for r in cost.OWN_RULES]
    assert after.rules[:3] == before.rules
    [ours] = after.rules[3:]
    assert ours.transitions[0].storage_class == "GLACIER_IR"

    message = scene.inbox.wait_for(
        lambda kept: next((m for m in evidence.slack(kept) if AVATAR_BUCKET in str(m)), None), 30
    )
    assert json.dumps("rollback") in str(message.content)

    backup = scene.emulator.client("s3").get_object(
        Bucket=scene.stack.outputs["ReportsBucketName"], Key=applied["change"]["backup"]
    )
    kept = json.loads(backup["Body"].read())
    assert same(read(kept["configuration"]), before)
    assert kept["why"] == applied["change"]["reason"]

    assert cost.decided(scene, "apply")["decision"]["step"] == "leave"
    undone = cost.invoke(scene, action="rollback", bucket=AVATAR_BUCKET)
    assert undone["buckets"][0]["change"]["result"] == "changed"
    assert same(lifecycle(scene), before)
    held = cost.decided(scene, "apply")
    assert held["decision"]["step"] == "leave"
    assert "rolled back by hand" in held["decision"]["reason"]
