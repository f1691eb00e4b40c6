"""The function's AWS side on moto, checked by the AWS contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import boto3
import pytest

from avatarwatch import clients
from fakes.quick_moto import mock_aws
from health_polling import wiring

REGION = "eu-north-1"


@dataclass(frozen=True, slots=True)
class Aws:
    """Clients of the stack that moto plays, and where alerts arrive."""

    queue_url: str

    def client(self, service: str) -> Any:
        """Return a client."""
        return cast("Any", boto3.client)(service, region_name=REGION)

    def alerts(self) -> list[str]:
        """Return what was published to AlertsTopic."""
        answer = self.client("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Return a stack on moto, with the function's environment set."""
    with mock_aws():
        make = cast("Any", boto3.client)
        topic = make("sns", region_name=REGION).create_topic(Name="alerts")["TopicArn"]
        queue = make("sqs", region_name=REGION).create_queue(QueueName="alerts")["QueueUrl"]
        make("sns", region_name=REGION).subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:123456789012:alerts",
            Attributes={"RawMessageDelivery": "true"},
        )
        make("s3", region_name=REGION).create_bucket(
            Bucket="reports", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        make("dynamodb", region_name=REGION).create_table(
            TableName="state",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        for name, value in {
            "AWS_REGION": REGION,
            "SYSTEM_NAME": "avatar-system",
            "STATE_TABLE_NAME": "state",
            "ALERTS_TOPIC_ARN": topic,
            "REPORTS_BUCKET_NAME": "reports",
            "HEALTH_ENDPOINTS_PARAMETER": "/endpoints",
            "ALLOW_PRIVATE_ENDPOINTS": "true",
            "POWERTOOLS_SERVICE_NAME": "health_polling",
        }.items():
            monkeypatch.setenv(name, value)
        _forget()
        yield Aws(queue)
    _forget()


def _forget() -> None:
    """Drop what one execution environment keeps: each test is a new one."""
    clients._client.cache_clear()
    wiring._source.cache_clear()
    wiring._WRITTEN.clear()
