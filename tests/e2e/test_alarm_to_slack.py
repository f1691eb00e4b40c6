"""A metric crosses its threshold, and people hear of it: through every part of the real stack."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fakes.packed import deploy
from local.demo import evidence
from local.scene import Scene

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def deployed() -> Iterator[Scene]:
    """A stack of its own: the alarm that fires here must not have heard of other tests' uploads."""
    with Scene(deploys=deploy) as scene:
        yield scene


def put_failures(scene: Scene, percent: float, at: datetime) -> None:
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace="AvatarSystem/KPI",
        MetricData=[{"MetricName": "UploadFailureRate", "Value": percent, "Timestamp": at}],
    )


def test_an_alarm_reaches_every_channel_of_its_route_and_turns_green(scene: Scene) -> None:
    put_failures(scene, 18.2, datetime.now(UTC) - timedelta(minutes=14, seconds=54))

    message = scene.inbox.wait_for(lambda kept: evidence.ringing(kept, "Upload failures"), 30)
    assert message.channel == "#critical"
    assert message.content.text == "🔴 *Critical · Upload failures 18.2 %*, over 10 %"
    scene.inbox.wait_for(lambda kept: evidence.emails(kept, "Upload failures 18.2 %, over 10 %"))
    scene.inbox.wait_for(lambda kept: evidence.texts(kept, "upload failures 18.2% (>10%)"))
    assert not scene.inbox.incidents()

    # the emulator judges over the points of the last 15 minutes: the first leaves them in 6 s
    time.sleep(max(0.0, 7 - (datetime.now(UTC) - message.received_at).total_seconds()))
    put_failures(scene, 0.4, datetime.now(UTC))
    green = scene.inbox.wait_for(lambda kept: evidence.recovered(kept, "Upload failures 0.4"), 30)
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
