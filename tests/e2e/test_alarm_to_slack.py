"""A metric crosses its threshold, and people hear of it: through every part of the real stack."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.demo import evidence

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e


def put_storage(scene: Scene, gigabytes: float, at: datetime) -> None:
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace="AvatarSystem/KPI",
        MetricData=[{"MetricName": "StorageBytes", "Value": gigabytes * 1e9, "Timestamp": at}],
    )


def test_an_alarm_reaches_every_channel_of_its_route_and_turns_green(scene: Scene) -> None:
    put_storage(scene, 112, datetime.now(UTC) - timedelta(hours=23, minutes=59, seconds=54))

    # StorageWarning rings as well, in its own channel
    message = scene.inbox.wait_for(
        lambda kept: evidence.ringing(kept, "Storage 112 GB*, over 100 GB"), 30
    )
    assert message.channel == "#critical"
    assert message.content.text == "🔴 *Critical · Storage 112 GB*, over 100 GB"
    scene.inbox.wait_for(lambda kept: evidence.emails(kept, "Storage 112 GB, over 100 GB"))
    scene.inbox.wait_for(lambda kept: evidence.texts(kept, "storage 112 GB (>100 GB)"))
    assert not scene.inbox.incidents()

    # the emulator judges over the points of the last 24 hours: the first leaves them in 6 s
    time.sleep(max(0.0, 7 - (datetime.now(UTC) - message.received_at).total_seconds()))
    put_storage(scene, 42, datetime.now(UTC))
    green = scene.inbox.wait_for(
        lambda kept: evidence.recovered(kept, "Storage 42 GB", "#critical"), 30
    )
    assert green.ts == message.ts


def test_what_nobody_can_read_goes_to_the_dead_letter_queue_with_its_reason(scene: Scene) -> None:
    sqs = scene.emulator.client("sqs")
    queue = scene.stack.outputs["AlertsDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=scene.stack.outputs["AlertsQueueUrl"], MessageBody=" ")

    answer = sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=20, MessageAttributeNames=["Reason"]
    )
    [dead] = answer["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=dead["ReceiptHandle"])
    assert dead["MessageAttributes"]["Reason"]["StringValue"]
    assert '"reason"' in dead["Body"]


def test_json_that_nobody_knows_is_shown_readably(scene: Scene) -> None:
    scene.emulator.client("sns").publish(
        TopicArn=scene.stack.outputs["AlertsTopicArn"],
        Message='{"job": "thumbnails", "failed": 3}',
    )
    message = scene.inbox.wait_for(lambda kept: next(iter(evidence.slack(kept)), None), 30)
    assert message.channel == "#info"
    assert "thumbnails" in str(message.content)
