"""What becomes of a request: believed or not, read, kept once, handed on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.answers import KEPT, PARTITION, SOURCE, Answer
from avatarwatch.environment import SettingsError
from avatarwatch.observability import logger
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.documents import ConflictError, Document, DocumentStore
from chat_actions.pagerduty import LateError, read_pagerduty
from chat_actions.request import NoRequestError, OversizedError, Request, read_request
from chat_actions.secrets import Secrets, SecretsSource
from chat_actions.signature import Verdict, of_pagerduty, of_slack
from chat_actions.slack import NoAnswerError, read_slack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Outcome(StrEnum):
    """What came of a request, as the log counts it."""

    TAKEN = "Taken"
    REPEATED = "Repeated"  # the same request again: nothing is done
    IGNORED = "Ignored"  # genuine, and no answer: a click on a link
    LATE = "Late"
    PAST = "Past"  # PagerDuty's, too old: it tries for two days where it got no answer
    FORGED = "Forged"
    OVERSIZED = "Oversized"
    FAILED = "Failed"  # ours: whoever clicked is shown that it did not work


STATUS = {
    Outcome.TAKEN: HTTPStatus.OK,
    Outcome.REPEATED: HTTPStatus.OK,
    Outcome.IGNORED: HTTPStatus.OK,
    Outcome.LATE: HTTPStatus.UNAUTHORIZED,
    # three 4xx in a row, and PagerDuty sends nothing for 24 hours (its "Webhooks Behavior")
    Outcome.PAST: HTTPStatus.OK,
    Outcome.FORGED: HTTPStatus.UNAUTHORIZED,
    Outcome.OVERSIZED: HTTPStatus.UNAUTHORIZED,
    Outcome.FAILED: HTTPStatus.SERVICE_UNAVAILABLE,
}

_REFUSED = {Verdict.LATE: Outcome.LATE, Verdict.FORGED: Outcome.FORGED}


@dataclass(slots=True)
class Taking:
    """Everything that one request needs."""

    secrets: SecretsSource
    store: DocumentStore
    connect: Callable[[], SQSClient]
    queue_url: str
    now: datetime

    def take(self, event: Any) -> Outcome:
        """Do what a request asks for, if it is to be believed; never raises for what came."""
        try:
            request = read_request(event)
        except NoRequestError:
            return Outcome.FORGED
        except OversizedError as error:
            logger().warning("not read", size=str(error))
            return Outcome.OVERSIZED
        try:
            secrets = self.secrets.current(self.now)
        except (SettingsError, ClientError, BotoCoreError) as error:
            logger().error("nobody can be believed", reason=str(error))
            return Outcome.FAILED
        verdict = _judged(request, secrets, self.now)
        if verdict is not Verdict.GENUINE:
            return _REFUSED[verdict]
        return self._answered(request)

    def _answered(self, request: Request) -> Outcome:
        try:
            read = read_slack if request.path == "/slack" else read_pagerduty
            answer = read(request, self.now)
        except NoAnswerError as error:
            logger().info("no answer", reason=str(error))
            return Outcome.IGNORED
        except LateError as error:
            logger().warning("too late", reason=str(error))
            return Outcome.PAST
        try:
            return self._kept(answer)
        except (ClientError, BotoCoreError) as error:
            logger().error("not kept", reason=str(error))
            return Outcome.FAILED

    def _kept(self, answer: Answer) -> Outcome:
        """Write an answer down, once and for all, and hand it on; the tick finds what is left."""
        body = encode(answer)
        try:
            self.store.put(Document((PARTITION, answer.id), 0, body), self.now + KEPT)
        except ConflictError:
            return Outcome.REPEATED
        message = json.dumps({"source": SOURCE, "answer": body})
        try:
            self.connect().send_message(QueueUrl=self.queue_url, MessageBody=message)
        except (ClientError, BotoCoreError) as error:
            logger().warning("handed on by the tick", reason=str(error))
        logger().info("answered", what=answer.what, over=answer.over, alert=answer.key)
        return Outcome.TAKEN


def _judged(request: Request, secrets: Secrets, now: datetime) -> Verdict:
    """Judge a request by the secret of the service that its path is for; without one it is none."""
    match request.method, request.path:
        case "POST", "/slack" if secrets.slack_signing_secret:
            return of_slack(request, secrets.slack_signing_secret, now)
        case "POST", "/pagerduty" if secrets.pagerduty_webhook_secret:
            return of_pagerduty(request, secrets.pagerduty_webhook_secret)
        case _:
            return Verdict.FORGED
