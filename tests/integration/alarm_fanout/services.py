"""The handler with its own wiring: Slack and PagerDuty are the inbox, StateTable is moto's."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

import boto3
from pagerduty import api_client as pagerduty_client

from alarm_fanout import handler as entry
from alarm_fanout import queue, wiring
from alarm_fanout.channels import http, topic
from alarm_fanout.channels.base import Parts
from fakes.aws import FakeSns, FakeSsm, OneCourse
from fakes.clock import Clock
from fakes.quick_moto import mock_aws
from fakes.sqs import FakeQueue
from fakes.steps import Steps
from fakes.world import ENVIRONMENT, Context

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PARAMETER = ENVIRONMENT["NOTIFICATION_SETTINGS_PARAMETER"]


@dataclass(slots=True)
class Services:
    """AWS's services as the function reaches them; ``slept`` counts what the clients waited."""

    dynamodb: Any
    ssm: FakeSsm
    clock: Clock = field(default_factory=lambda: Clock(datetime.now(UTC)))
    sns: FakeSns = field(default_factory=lambda: FakeSns(Steps()))
    cloudwatch: OneCourse = field(default_factory=OneCourse)
    queue: FakeQueue = field(init=False)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = FakeQueue(self.clock, Steps())

    def client(self, service: str, region: str | None = None, patience: object = None) -> Any:
        """Return the client of a service; KeyError for one that the function does not use."""
        del patience
        assert region is None or service == "cloudwatch"
        known = {
            "cloudwatch": self.cloudwatch,
            "dynamodb": self.dynamodb,
            "sns": self.sns,
            "sqs": self.queue,
            "ssm": self.ssm,
        }
        return known[service]

    def sleep(self, seconds: float) -> None:
        """Wait in no time."""
        self.slept.append(seconds)
        self.clock.sleep(seconds)

    def tell(self, *bodies: str) -> list[str]:
        """Hand messages over; return the ids of those that come back."""
        for body in bodies:
            self.queue.send(body)
        return self.poll()

    def poll(self) -> list[str]:
        """Hand over what waits, whenever it is due; return the ids of those that come back."""
        self.clock.now = max(self.clock.now, self.queue.next_visible or self.clock.now)
        batch = self.queue.receive()
        answer = self.invoke({"Records": [message.record() for message in batch]})
        self.queue.settle(batch, answer)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def invoke(self, event: Any) -> dict[str, Any]:
        """Invoke the handler as Lambda does."""
        return entry.handler(event, cast("LambdaContext", Context(self.clock, self.clock())))


@contextlib.contextmanager
def services(settings: dict[str, Any] | str | None) -> Iterator[Services]:
    """Let the handler reach these services with notification settings of its own."""
    text = settings if isinstance(settings, str) or settings is None else json.dumps(settings)
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(
            TableName=ENVIRONMENT["STATE_TABLE_NAME"],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        made = Services(dynamodb, FakeSsm(PARAMETER, text))
        wiring._settings_source.cache_clear()
        with contextlib.ExitStack() as patches:
            patches.enter_context(mock.patch.dict("os.environ", ENVIRONMENT))
            for module in (wiring, topic, queue):
                patches.enter_context(mock.patch.object(module, "client", made.client))
            patches.enter_context(mock.patch.object(wiring, "datetime", _Datetime(made.clock)))
            for library in (http, pagerduty_client):
                patches.enter_context(mock.patch.object(library, "time", _Time(made)))
            timed = partial(Parts, clock=made.clock, sleep=made.sleep)
            patches.enter_context(mock.patch.object(wiring, "Parts", timed))
            yield made
        wiring._settings_source.cache_clear()


@dataclass(frozen=True, slots=True)
class _Datetime:
    clock: Clock

    def now(self, zone: Any) -> datetime:
        assert zone is UTC
        return self.clock()


@dataclass(frozen=True, slots=True)
class _Time:
    services: Services

    def sleep(self, seconds: float) -> None:
        self.services.sleep(seconds)
