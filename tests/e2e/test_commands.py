"""Every command of README, runbook and docs that the emulator can answer is run on a live stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from fakes.commands import Command, request
from local.emulator import REGION
from local.scene import SYSTEM
from local.stack import STACK
from unit.docs.test_commands import OTHERS, READ

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

# what is not run, and why; the contract and botocore's models check it all the same
NOT_RUN = {
    "cloudformation deploy": "a command of the CLI's own, of a template that the emulator lacks",
    "ce get-anomaly-monitors": "the emulator has no Cost Explorer",
    "logs put-delivery-source": "the emulator has no deliveries of CloudFront's logs",
    "logs put-delivery-destination": "the same",
    "logs create-delivery": "the same",
    "lambda invoke": "runs a function for minutes; other tests invoke each",
    "ssm put-parameter": "it would take the scene its settings",
    "sqs start-message-move-task": "the emulator moves none; test_dead_letters.py plays what comes",
    "sqs list-message-move-tasks": "the same",
    "sns get-sms-sandbox-account-status": "the emulator has no sandbox",
    "sns get-sms-attributes": "the same",
    "cloudformation create-change-set": "the emulator knows no drift, and would change the scene",
    "cloudformation describe-change-set": "of that change set",
    "cloudformation execute-change-set": "the same",
    "cloudformation describe-type": "the emulator has no registry",
    "cloudfront get-monitoring-subscription": "of a distribution that is not there",
}
ELSEWHERE = ("us-east-1", "Cost", "status-page", "rum")
COMMANDS = [
    command for command in READ
    if command.words[0] == "aws" and " ".join(command.words[1:3]) not in NOT_RUN
    and not any(word in str(command) for word in ELSEWHERE)
]  # fmt: skip


def here(command: Command, scene: Scene, handle: str) -> tuple[Any, dict[str, Any]]:
    """Return a command's operation and parameters, for the stack that runs here."""
    words = [
        word.replace("avatar-watch-prod", STACK).replace("avatar-system-", f"{SYSTEM}-")
        for word in command.words
    ]
    known = {**OTHERS, **scene.stack.outputs, "ReceiptHandle": handle}
    return request(Command(command.where, tuple(words)), known)


@pytest.fixture(scope="module", autouse=True)
def avatars(deployed: Scene) -> None:
    """Make the bucket of README's example."""
    where: Any = {"LocationConstraint": REGION}
    deployed.emulator.client("s3").create_bucket(Bucket="avatars", CreateBucketConfiguration=where)


def handle_of_a_dead_letter(scene: Scene) -> str:
    """Put a dead letter and receive it, as the person at the runbook has."""
    sqs = scene.emulator.client("sqs")
    queue = scene.stack.outputs["AlertsDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"reason": "a test", "body": "x"}))
    [message] = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"][:1]
    return str(message["ReceiptHandle"])


@pytest.mark.parametrize("command", COMMANDS, ids=[f"{c.where}: {c}"[:100] for c in COMMANDS])
def test_it_runs(command: Command, scene: Scene) -> None:
    model, params = here(command, scene, handle_of_a_dead_letter(scene))
    client = scene.emulator.client(model.service_model.service_name)
    answer = client._make_api_call(model.name, params)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_what_is_not_run_has_a_reason() -> None:
    left = {" ".join(c.words[1:3]) for c in READ if c.words[0] == "aws"}
    assert NOT_RUN.keys() <= left
    assert all(NOT_RUN.values())


def test_a_command_that_would_fail_is_seen(scene: Scene) -> None:
    words = ("aws", "sqs", "purge-queue", "--queue-url", "http://127.0.0.1/0/nobodys")
    model, params = here(Command("here", words), scene, "")
    with pytest.raises(ClientError):
        scene.emulator.client("sqs")._make_api_call(model.name, params)
