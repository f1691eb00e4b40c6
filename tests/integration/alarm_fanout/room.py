"""A room in which people answer: the inbox's buttons, ChatActions' handler, AlarmFanout's."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

from chat_actions import handler as chat
from chat_actions import wiring
from fakes.alarms import alarm
from fakes.aws import FakeSsm
from fakes.chat import SECRETS, SLACK_SECRET
from fakes.sqs import QUEUE_URL
from fakes.world import Context
from integration.alarm_fanout.around import settings
from integration.alarm_fanout.services import Services, services
from local.function_url import FunctionUrl
from local.inbox.client import InboxClient

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PARAMETER = "/avatar-watch/chat"
ENVIRONMENT = {"CHAT_ANSWERS": "true", "CHAT_SECRETS_PARAMETER": PARAMETER}


@dataclass(slots=True)
class Room:
    """Where alerts are told and answered. ``url`` is ChatActions', which is ``down`` or works."""

    aws: Services
    inbox: InboxClient
    down: bool = False
    url: str = ""
    held: list[str] | None = None
    answers: list[int] = field(default_factory=list)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def client(self, service: str, patience: object = None) -> Any:
        """Return the client of a service as ChatActions reaches it."""
        del patience
        known = {
            "ssm": FakeSsm(PARAMETER, None if self.down else json.dumps(SECRETS)),
            "dynamodb": self.aws.dynamodb, "sqs": SimpleNamespace(send_message=self._send),
        }  # fmt: skip
        return known[service]

    def _send(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        assert QueueUrl == QUEUE_URL
        if self.held is None:
            self.aws.queue.send(MessageBody)
        else:
            self.held.append(MessageBody)

    def url_invoked(self, event: dict[str, Any]) -> dict[str, Any]:
        """Do what Lambda does with a request of the function's address, and then with the queue."""
        with self._one_at_a_time:
            context = Context(self.aws.clock, self.aws.clock())
            answer = chat.handler(event, cast("LambdaContext", context))
            self.answers.append(answer["statusCode"])
            self.settle()
        return answer

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """Keep answers on their way meanwhile: something else is faster."""
        self.held = []
        yield
        held, self.held = self.held, None
        for body in held:
            self.aws.queue.send(body)

    def settle(self) -> None:
        """Let AlarmFanout work off what waits, what it puts off included."""
        for _ in range(5):
            if self.aws.queue.messages:
                self.aws.poll()

    def rings(self, *names: str, state: str = "ALARM") -> None:
        """Let alarms change, all at once."""
        self.aws.clock.now = max(self.aws.clock.now, datetime.now(UTC))
        self.aws.tell(*(alarm(name, state, self.aws.clock.now) for name in names))
        self.settle()

    def tick(self) -> dict[str, Any]:
        """Let the schedule come by."""
        return self.aws.invoke({"action": "remind"})


@contextlib.contextmanager
def room(inbox: InboxClient) -> Iterator[Room]:
    """Open a room over an inbox."""
    with services(settings(inbox)) as aws, contextlib.ExitStack() as patches:
        made = Room(aws, inbox)
        patches.enter_context(mock.patch.dict("os.environ", ENVIRONMENT))
        patches.enter_context(mock.patch.object(wiring, "client", made.client))
        wiring._secrets.cache_clear()
        url = patches.enter_context(FunctionUrl(made.url_invoked)).url
        made.url = f"{url}/slack"
        inbox.set_app(made.url, SLACK_SECRET)
        yield made
    wiring._secrets.cache_clear()
