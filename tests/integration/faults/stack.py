"""One function on moto: Lambda calls it as its event sources do, and faults stand in its way."""

from __future__ import annotations

import contextlib
import importlib
import json
import ssl
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

import boto3
import time_machine

from avatarwatch import clients
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Alarm, Metric
from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.physical import ACCOUNT, REGION, references
from fakes.quick_moto import mock_aws
from fakes.stack_requests import Request, requests
from integration.faults.kinds import Fault
from integration.faults.wire import RULES_READ, Killed, Wire
from integration.rights.stage import MADE
from local.cloudformation import Deployment

if TYPE_CHECKING:
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

# Not the machine's hour: from 23:00 on the stamp of the day before is a day old, and CloudWatch may
# take 48 hours to give back what a run put there that died, instead of the two that stories wait
NOW = datetime.now(UTC).replace(hour=10, minute=7, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the expanded template says of one function, and what its stack is made of."""

    environment: Mapping[str, str]
    made: tuple[Request, ...]
    named: Mapping[str, str]
    timeout: timedelta
    retries: int
    receives: int


@cache
def _resources(changes: tuple[tuple[str, str], ...]) -> tuple[Any, Any, Any, Any]:
    template = expanded_file("template.yaml")
    given = another_of_each(template) | {"Emulated": "false", "ScalingGroupName": ""}
    given |= dict(changes)
    named = references(Deployment(template, given).resources(), REGION)
    resources = Deployment(template, {**given, **named}).resources()
    made = {name for name, each in resources.items() if each["Type"] in MADE}
    return resources, named, [r for r in requests(template, given) if r.resource in made], given


@cache
def prepared(function: str, changes: tuple[tuple[str, str], ...]) -> Prepared:
    """Return a function of the template with every parameter at another value but the changes."""
    resources, named, made, _ = _resources(changes)
    properties = resources[function]["Properties"]
    variables = properties["Environment"]["Variables"]
    environment = {name: str(value) for name, value in variables.items()} | {
        "AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": function,
    }  # fmt: skip
    of_function = [
        each["Properties"] for each in resources.values()
        if each["Type"] == "AWS::Lambda::EventInvokeConfig"
        and each["Properties"]["FunctionName"] == named[function]
    ]  # fmt: skip
    retries = of_function[0]["MaximumRetryAttempts"] if of_function else 2
    return Prepared(
        environment, tuple(made), named, timedelta(seconds=properties["Timeout"]), retries,
        _receives(resources, named, function),
    )  # fmt: skip


def _receives(resources: Mapping[str, Any], named: Mapping[str, str], function: str) -> int:
    """Return how often a message of the function's queue is received before it is set aside."""
    for each in resources.values():
        own = each["Properties"]
        if (
            each["Type"] == "AWS::Lambda::EventSourceMapping"
            and own["FunctionName"] == (named[function])
        ):
            for queue in resources.values():
                arn = own["EventSourceArn"]
                if queue["Type"] == "AWS::SQS::Queue" and arn.endswith(
                    f":{queue['Properties'].get('QueueName', '')}"
                ):
                    return int(queue["Properties"]["RedrivePolicy"]["maxReceiveCount"])
    return 0


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells of an invocation."""

    lambda_: Lambda
    started: datetime
    aws_request_id: str
    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the function's time."""
        left = self.started + self.lambda_.of.timeout - self.lambda_.now()
        return max(0, int(left.total_seconds() * 1000))


@dataclass(slots=True)
class Lambda:
    """AWS around one function: who calls it, when again, and what is told of its failures."""

    function: str
    of: Prepared
    traveller: Any
    wire: Wire = field(init=False)
    invocations: int = 0
    failed: list[datetime] = field(default_factory=list)
    killed: int = 0
    dead_runs: int = 0
    dead_letters: list[str] = field(default_factory=list)
    handed_on: list[str] = field(default_factory=list)
    """Each invocation's answer; or its error, which Lambda writes into the log, the trace and the
    record of the failure (awslambdaric, ``handle_event_request``)."""
    notes: dict[str, Any] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return the world's time."""
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.traveller.shift(seconds)

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client of somebody else's, whom no fault meets."""
        return _client(service, region)

    def invoke(self, event: Any, request: str | None = None) -> dict[str, Any] | None:
        """Invoke the function once; None when it failed or its time was over."""
        self.invocations += 1
        handler = importlib.import_module(
            f"{self.of.environment['POWERTOOLS_SERVICE_NAME']}.handler"
        ).handler
        context = Context(
            self, self.now(), request or f"{self.invocations:08}-6f1c-5c2e-9a8b-1d2c3b4a5f60",
            f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function}",
        )  # fmt: skip
        self.wire.deadline = context.started + self.of.timeout
        try:
            answer: dict[str, Any] = handler(event, context)
        except Killed:
            self.killed += 1
            self.failed.append(self.now())
        except AssertionError:  # of what stands around the function
            raise
        except Exception as error:  # noqa: BLE001 - Lambda takes every one for a failure
            self.handed_on.append("".join(traceback.format_exception(error)))
            print(f"invocation failed: {self.handed_on[-1]}", file=sys.stderr)  # noqa: T201
            self.failed.append(self.now())
        else:
            self.handed_on.append(json.dumps(answer))
            return answer
        finally:
            self.wire.deadline = None
        return None

    def run(self, event: Any) -> dict[str, Any] | None:
        """Invoke asynchronously: tried again as the template says, then set aside with an alarm."""
        for tries in range(self.of.retries + 1):
            if tries:
                self.advance(60 * tries)
            answer = self.invoke(event)
            if answer is not None:
                return answer
        self.dead_runs += 1
        return None

    def feed(self, *bodies: str, until: timedelta = timedelta(hours=3)) -> None:
        """Hand a queue's messages over until none is left or the time is over."""
        waiting = {f"message-{self.invocations}-{n}": body for n, body in enumerate(bodies)}
        received, end = 0, self.now() + until
        while waiting:
            received += 1
            answer = self.invoke(records(waiting, received))
            items = (answer or {}).get("batchItemFailures", [])
            again = {each["itemIdentifier"] for each in items}
            waiting = {i: b for i, b in waiting.items() if answer is None or i in again}
            if received == self.of.receives or self.now() >= end:
                self.dead_letters += waiting.values()
                return
            self.advance(180 if waiting else 1)

    @property
    def alarms(self) -> set[str]:
        """Return what rings of the function itself, by what AWS counts of it."""
        rings = {"RunsFailed"} if self.dead_runs else set()
        if self.dead_letters:
            rings.add("DeadLetters")
        periods = {int(each.timestamp()) // 300 for each in self.failed}
        if len(periods) > 1 and self.function == _WATCHED:
            rings.add("FunctionErrors")
        return rings


def _watched() -> str:
    """Return the function whose errors have an alarm of their own."""
    alarm = CATALOGUE["FunctionErrors"].alarm
    assert isinstance(alarm, Alarm)
    assert isinstance(alarm.metric, Metric)
    return alarm.metric.dimensions[0][1]


_WATCHED = _watched()


def records(bodies: Mapping[str, str], received: int = 1) -> dict[str, Any]:
    """Return messages as Lambda hands a queue's over."""
    return {
        "Records": [
            {
                "messageId": name, "receiptHandle": f"{name}/{received}", "body": body,
                "eventSource": "aws:sqs", "awsRegion": REGION, "messageAttributes": {},
                "attributes": {
                    "ApproximateReceiveCount": str(received), "SentTimestamp": "1795428900000",
                },
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue",
            }
            for name, body in bodies.items()
        ]
    }  # fmt: skip


@contextlib.contextmanager
def running(
    function: str,
    fault: Fault | None,
    unplayed: Mapping[str, tuple[str, bytes]],
    changes: Mapping[str, str],
    inbox_url: str,
) -> Iterator[Lambda]:
    """Yield the function's world with a fault to come."""
    of = prepared(function, tuple(sorted(changes.items())))
    with (
        time_machine.travel(NOW, tick=False) as traveller,
        mock_aws(),
        mock.patch.dict("os.environ", of.environment),
        mock.patch("time.sleep", traveller.shift),
        # each makes one of its own, and reads the machine's certificates for it
        mock.patch("ssl.create_default_context", _tls),
    ):
        for each in of.made:
            _client(each.service, REGION)._make_api_call(each.operation, each.sent)
        made = Lambda(function, of, traveller)
        made.wire = Wire(made.now, made.advance, unplayed, fault)
        session = _session()
        _fresh(session)
        made.wire.register(session)
        try:
            with made.wire.over_http(inbox_url):
                yield made
        finally:
            _fresh(session)
            _unregister(session, made.wire)


@cache
def _client(service: str, region: str) -> Any:
    """Return somebody else's client; each new one would read the service's model again."""
    return cast("Any", boto3.client)(service, region_name=region)


def _session() -> Session:
    """Return a session that no other test stands in the way of, the same one as long as it is."""
    session = _own_session()
    if clients._session() is not session:  # another test has begun anew meanwhile
        _own_session.cache_clear()
        session = _own_session()
    return session


@cache
def _own_session() -> Session:
    clients._session.cache_clear()
    return clients._session()


@cache
def _tls(*_: Any, **__: Any) -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # nothing here speaks TLS


def _unregister(session: Session, wire: Wire) -> None:
    emitter: HierarchicalEmitter = session.get_component("event_emitter")
    registered: tuple[tuple[str, Any], ...] = (
        ("provide-client-params", wire._remember),
        ("before-send", wire._before),
        ("before-send", wire._after),
        (RULES_READ, wire._as_put),
    )
    for event, handler in registered:
        emitter.unregister(event, handler)


def _fresh(session: Session) -> None:
    """Forget what an execution environment keeps."""
    clients._client.cache_clear()
    assert clients._session() is session
    for name, module in list(sys.modules.items()):
        if name.endswith(".wiring"):
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear") and kept is not clients.client:
                    kept.cache_clear()
            if hasattr(module, "_WRITTEN"):
                module._WRITTEN.clear()
