"""The whole of alarm_fanout in one process: its queue in front, every channel behind it.

The handler runs as it is. What it reaches is played by the fakes beside this file; every effect on
the world is a step (`fakes.steps`) at which a test can kill the process or do something else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

from alarm_fanout import delivery, mailbox, queue, wiring
from alarm_fanout import handler as entry
from alarm_fanout.channels.base import Channel, Parts
from alarm_fanout.channels.email import EmailChannel
from alarm_fanout.channels.pagerduty import PagerDutyChannel, PagerDutySettings, RoutingKey
from alarm_fanout.channels.registry import NAMES
from alarm_fanout.channels.slack import SlackChannel
from alarm_fanout.channels.sms import SmsChannel
from alarm_fanout.channels.teams import TeamsChannel
from alarm_fanout.chart import Charts
from alarm_fanout.deadline import Deadline
from alarm_fanout.fanout import Fanout
from alarm_fanout.ledger import Ledger
from alarm_fanout.routing import Router, RouteSettings, Target
from alarm_fanout.settings import FunctionSettings
from alarm_fanout.words import System
from avatarwatch.catalogue import Severity
from avatarwatch.maintenance import Window
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.aws import EMAIL_TOPIC, SMS_TOPIC, FakeSns, OneCourse
from fakes.clock import Clock
from fakes.pagerduty import FakePagerDuty
from fakes.slack import FakeBot, FakeWebhook, Workspace
from fakes.sqs import DEAD_LETTER_QUEUE_URL, QUEUE_URL, VISIBILITY, FakeQueue
from fakes.steps import Killed, Steps
from fakes.store import WatchedStore
from fakes.teams import FakeTeams

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sns import SNSClient
    from pagerduty import EventsApiV2Client

SYSTEM = System(
    "avatar-system", "eu-north-1", "/aws/avatar-system/api", own_logs="/avatar-watch/avatar-watch"
)
RUNBOOK = "https://example.com/runbook.md"
TIMEOUT = timedelta(seconds=30)  # the template's
ENVIRONMENT = {
    "SYSTEM_NAME": SYSTEM.name,
    "STATE_TABLE_NAME": "StateTable",
    "NOTIFICATION_SETTINGS_PARAMETER": "/avatar-watch/notifications",
    "EMAIL_TOPIC_ARN": EMAIL_TOPIC,
    "OPS_EMAIL": "ops@example.com",
    "SMS_TOPIC_ARN": SMS_TOPIC,
    "ALERTS_QUEUE_URL": QUEUE_URL,
    "ALERTS_DEAD_LETTER_QUEUE_URL": DEAD_LETTER_QUEUE_URL,
    "RUNBOOK_BASE_URL": RUNBOOK,
    "AWS_REGION": "eu-north-1",
    "API_LOG_GROUP_NAME": "/aws/avatar-system/api",
    "POWERTOOLS_SERVICE_NAME": "alarm_fanout",
}
ALL = frozenset(map(Target, NAMES))
EVERYWHERE = RouteSettings(alarms="*", severity=Severity.CRITICAL, channels=ALL, remind_minutes=60)
"""A route that tells every alarm over every channel."""


class _Raising:
    """The log of what channels should never raise: here it does not stay a line in a log."""

    @staticmethod
    def exception(message: str, **details: str) -> None:
        del message, details
        raise  # noqa: PLE0704 - the one that is being handled


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells of an invocation."""

    clock: Clock
    started_at: datetime
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the function's time."""
        left = TIMEOUT - (self.clock() - self.started_at)
        return max(0, int(left.total_seconds() * 1000))


@dataclass(slots=True)
class World:
    """Everything; use within ``running()``."""

    clock: Clock = field(default_factory=Clock)
    steps: Steps = field(default_factory=Steps)
    documents: DocumentStore = field(default_factory=MemoryDocumentStore)
    routes: tuple[RouteSettings, ...] = (EVERYWHERE,)
    webhook: bool = False
    slack_channels: dict[Severity, str] = field(
        default_factory=lambda: {severity: f"#{severity}" for severity in Severity}
    )
    has: frozenset[str] = ALL
    answers: bool = False
    windows: tuple[Window, ...] | None = ()
    settings_problem: str | None = None
    cloudwatch: OneCourse = field(default_factory=OneCourse)
    slack: Workspace = field(init=False)
    teams: FakeTeams = field(init=False)
    pagerduty: FakePagerDuty = field(init=False)
    sns: FakeSns = field(init=False)
    queue: FakeQueue = field(init=False)
    requests: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.slack, self.pagerduty = Workspace(self.steps), FakePagerDuty(self.steps)
        self.teams = FakeTeams(self.steps)
        self.sns, self.queue = FakeSns(self.steps), FakeQueue(self.clock, self.steps)

    @contextlib.contextmanager
    def running(self) -> Iterator[World]:
        """Let the handler reach this world and nothing else."""
        with (
            mock.patch.dict("os.environ", ENVIRONMENT),
            mock.patch.object(entry, "fanout", self.fanout),
            mock.patch.object(queue, "client", self._client),
            mock.patch.object(wiring, "client", self._client),
            mock.patch.object(mailbox, "sns", return_value=self.sns),
            mock.patch.object(delivery, "logger", _Raising),
        ):
            yield self

    def _client(self, service: str, patience: object = None) -> Any:
        del patience
        return {"sqs": self.queue, "cloudwatch": self.cloudwatch}[service]

    def fanout(self, context: LambdaContext) -> Fanout:
        """Return the work of one invocation, as the wiring does."""
        store = WatchedStore(self.documents, writing=self.steps.take)
        function = FunctionSettings.from_env()
        cloudwatch = cast("CloudWatchClient", self.cloudwatch)
        charts = Charts(lambda _: cloudwatch, print, function.account)
        system = replace(SYSTEM, answers=self.answers)
        parts = Parts(function, system, store, charts.graph, self.clock, self.clock.sleep)
        made = {name: getattr(self, f"_{name}")(parts) for name in NAMES if name in self.has}
        return Fanout(
            ledger=Ledger(store),
            router=Router(SYSTEM.name, RUNBOOK, self.routes),
            channels=made,
            charts=charts,
            system=system,
            deadline=Deadline(context.get_remaining_time_in_millis),
            now=self.clock(),
            settings_problem=self.settings_problem,
            windows=self.windows,
        )

    def _slack(self, parts: Parts) -> Channel[Any]:
        return SlackChannel(
            FakeWebhook(self.slack) if self.webhook else FakeBot(self.slack),
            dict.fromkeys(Severity, "webhook") if self.webhook else self.slack_channels,
            parts,
        )

    def _teams(self, parts: Parts) -> Channel[Any]:
        return TeamsChannel("https://teams.example.com/?sig=x", parts.system, self.teams.post)

    def _pagerduty(self, parts: Parts) -> Channel[Any]:
        settings = PagerDutySettings(routing_key=RoutingKey("d" * 32))
        connected = cast("EventsApiV2Client", self.pagerduty)
        return PagerDutyChannel(settings, parts.system, lambda _: connected)

    def _email(self, parts: Parts) -> Channel[Any]:
        return EmailChannel(lambda: cast("SNSClient", self.sns), EMAIL_TOPIC, parts.system)

    def _sms(self, parts: Parts) -> Channel[Any]:
        return SmsChannel(lambda: cast("SNSClient", self.sns), SMS_TOPIC, parts.system)

    def invoke(self, event: Any, request_id: str | None = None) -> dict[str, Any]:
        """Invoke the handler as Lambda does, whose tries of one event share an id."""
        context = Context(self.clock, self.clock(), request_id or f"request-{next(self.requests)}")
        return entry.handler(event, cast("LambdaContext", context))

    def send(self, *bodies: str) -> None:
        """Put messages into the queue."""
        for body in bodies:
            self.queue.send(body)

    def poll(self) -> dict[str, Any]:
        """Hand what is visible to the function, and forget what it handled."""
        batch = self.queue.receive()
        assert batch, "nothing is visible"
        answer = self.invoke({"Records": [message.record() for message in batch]})
        self.queue.settle(batch, answer)
        return answer

    def tell(self, *bodies: str) -> dict[str, Any]:
        """Put messages into the queue and hand them over."""
        self.send(*bodies)
        return self.poll()

    def drain(self, within: timedelta = timedelta(hours=2)) -> None:
        """Run on, as time goes by, until the queue is empty."""
        until = self.clock() + within
        while (due := self.queue.next_visible) is not None:
            self.clock.now = max(self.clock.now, due)
            assert self.clock.now <= until, f"still there: {list(self.queue.messages)}"
            self.poll()

    def tick(self) -> dict[str, Any]:
        """Invoke the scheduled tick."""
        return self.invoke({"action": "remind"})

    def killed(self, *, at: int) -> bool:
        """Poll with the process killed at a step; afterwards a new one is there.

        Returns False when it ended before.
        """
        started = self.clock()
        self.steps.taken.clear()
        self.steps.kill_at = at
        try:
            self.poll()
        except Killed:
            self.clock.now = started + VISIBILITY
            return True
        finally:
            self.steps.revive()
        return False
