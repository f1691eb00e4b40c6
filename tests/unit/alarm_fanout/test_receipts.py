"""What SNS and Teams answer, and how many messages several alerts are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pagerduty import Error as PagerDutyError

from alarm_fanout.channels.base import Channel, Deferred, Delivered, Receipt, Refused
from alarm_fanout.channels.email import EmailChannel
from alarm_fanout.channels.http import Answer, NoAnswer
from alarm_fanout.channels.pagerduty import (
    PagerDutyChannel,
    PagerDutySettings,
    RoutingKey,
    connect,
)
from alarm_fanout.channels.sms import SmsChannel
from alarm_fanout.channels.teams import TeamsChannel
from alarm_fanout.deadline import Deadline
from alarm_fanout.envelopes import unpack
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.parsers import parse
from alarm_fanout.routing import Router
from fakes.alarms import alarm
from fakes.aws import refusal
from fakes.clock import MORNING
from fakes.world import SYSTEM

SOON = Deadline(lambda: 30_000)
FINAL = (
    "NotFound", "NotFoundException", "AuthorizationError", "AuthorizationErrorException",
    "AccessDenied", "AccessDeniedException", "InvalidParameter", "InvalidParameterException",
    "InvalidParameterValue", "ParameterValueInvalid", "InvalidSecurity", "ValidationException",
    "EndpointDisabled", "PlatformApplicationDisabled", "KMSDisabled", "KMSDisabledException",
    "KMSAccessDenied", "KMSInvalidState", "KMSInvalidStateException", "KMSNotFound",
    "KMSOptInRequired",
)  # fmt: skip

PASSING = ("Throttled", "KMSThrottling", "KMSThrottlingException", "InternalError", "ExpiredToken")


def notices(count: int, *, again: bool = False) -> list[Notice]:
    found = []
    for number in range(count):
        told = json.loads(alarm(f"a{number}", "ALARM", MORNING))
        [envelope] = unpack(json.loads(told["Message"]))
        [alert] = parse(envelope, MORNING)
        incident = Incident(key=alert.key, alert=alert, changed_at=alert.changed_at, is_open=True)
        route = Router("avatar-system", "", ()).route(alert)
        opened = Notice(NoticeKind.OPENED, alert.change_id, incident, route, MORNING, again=again)
        found.append(opened)
    return found


def sizes(channel: Channel[Any], told: Sequence[Notice]) -> list[int]:
    return [len(batch) for batch, _ in channel.deliver(told, SOON)]


def by_sns(kind: type[EmailChannel | SmsChannel], error: Exception | None = None) -> Channel[Any]:
    def publish(**_: Any) -> None:
        if error:
            raise error

    sns = cast("Any", SimpleNamespace(publish=publish))
    return kind(lambda: sns, "arn:topic", SYSTEM)


def by_teams(*answers: Answer | NoAnswer) -> TeamsChannel:
    left = list(answers)
    return TeamsChannel("https://t.example/", SYSTEM, lambda *_: left.pop(0))


@pytest.mark.parametrize(
    ("kind", "count", "again", "messages"),
    [
        (EmailChannel, 2, False, [1, 1]), (EmailChannel, 3, False, [3]),
        (EmailChannel, 2, True, [2]), (EmailChannel, 1, True, [1]),
        (SmsChannel, 1, False, [1]), (SmsChannel, 2, False, [2]),
    ],
)  # fmt: skip
def test_how_many_come_together(
    kind: type[EmailChannel | SmsChannel], count: int, *, again: bool, messages: list[int]
) -> None:
    assert sizes(by_sns(kind), notices(count, again=again)) == messages


@pytest.mark.parametrize(
    ("count", "again", "cards"),
    [(1, False, [1]), (2, False, [1, 1]), (3, False, [3]), (2, True, [2]), (50, False, [50]),
     (51, False, [50, 1])],
)  # fmt: skip
def test_how_many_are_a_card(count: int, *, again: bool, cards: list[int]) -> None:
    channel = by_teams(*[Answer(202, "")] * len(cards))
    assert sizes(channel, notices(count, again=again)) == cards


@pytest.mark.parametrize(
    ("error", "receipt"),
    [
        *((refusal("Publish", code), Refused(f"SNS: {code}")) for code in FINAL),
        *((refusal("Publish", code), Deferred(30.0, f"SNS: {code}")) for code in PASSING),
        (ClientError({}, "Publish"), Deferred(30.0, "SNS: ")),
        (ReadTimeoutError(endpoint_url="https://sns"), Deferred(30.0, "ReadTimeoutError")),
        (None, Delivered()),
    ],
)
def test_what_sns_answers(error: Exception | None, receipt: Receipt) -> None:
    told = notices(1)
    assert list(by_sns(EmailChannel, error).deliver(told, SOON)) == [(told, receipt)]


NOT_TEAMS = Deferred(30.0, "what answered is not Teams")
A_TEXT = Deferred(30.0, NOT_TEAMS.reason, unknown=True)  # sent once more, and never again


@pytest.mark.parametrize(
    ("answer", "receipt"),
    [
        (Answer(202, "anything"), Delivered()),
        (Answer(200, ""), Delivered()),
        (Answer(200, " 1\n"), Delivered()),
        (Answer(299, "1"), Delivered()),
        (Answer(200, "2"), Delivered()),
        (Answer(200, "0"), A_TEXT),
        (Answer(200, "Posted."), A_TEXT),
        (Answer(200, '{"status": "posted"}'), Delivered()),  # a workflow's step "Response"
        (Answer(200, " <!DOCTYPE html>"), NOT_TEAMS),
        (Answer(201, "<html>"), NOT_TEAMS),
        (Answer(300, "1"), Refused("HTTP 300 1")),
        (Answer(199, "1"), Refused("HTTP 199 1")),
        (Answer(200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned"
         " HTTP error 429 with ContextId 1"), Deferred(1.0, "rate limited", turn=True)),
        (Answer(200, "returned HTTP error 404 with"), Refused("HTTP 404 in an answer 200")),
        (NoAnswer("URLError", sent=False), Deferred(30.0, "Teams did not answer: URLError")),
    ],
)  # fmt: skip
def test_what_teams_answers(answer: Answer | NoAnswer, receipt: Receipt) -> None:
    [(_, got)] = by_teams(answer).deliver(notices(1), SOON)
    assert got == receipt


def test_after_a_failure_for_now_teams_is_asked_no_more() -> None:
    lost = by_teams(NoAnswer("TimeoutError", sent=True))
    receipts = [receipt for _, receipt in lost.deliver(notices(2), SOON)]
    first = Deferred(30.0, "Teams did not answer: TimeoutError", unknown=True)
    assert receipts == [first, Deferred(30.0, first.reason)], "the other was not sent"
    refused = by_teams(Answer(404, ""), Answer(202, ""))
    assert [receipt for _, receipt in refused.deliver(notices(2), SOON)] == [
        Refused("HTTP 404"), Delivered(),
    ]  # fmt: skip


@pytest.mark.parametrize(("left", "asked"), [(1.0, True), (0.999, False)])
def test_teams_is_asked_while_there_is_time_for_a_call(left: float, *, asked: bool) -> None:
    channel = by_teams(Answer(202, ""))
    [(_, receipt)] = channel.deliver(notices(1), Deadline(lambda: round(4000 + 1000 * left)))
    assert isinstance(receipt, Delivered) is asked


class Events:
    """An Events API that answers one thing."""

    def __init__(self, status: int, text: str) -> None:
        self.answer = SimpleNamespace(status_code=status, text=text)

    def send_event(self, *_: Any, **__: Any) -> None:
        raise cast("Any", PagerDutyError)("refused", response=self.answer)

    def close(self) -> None:
        """Close nothing."""


INVALID = '{"status": "invalid event", "message": "Event object is invalid", "errors": ["%s"]}'


@pytest.mark.parametrize(
    ("status", "text", "receipt"),
    [
        (400, INVALID % "Invalid routing key", Refused("PagerDuty: HTTP 400 Invalid routing key")),
        (400, '{"message": "too large"}', Refused("PagerDuty: HTTP 400 too large")),
        (400, '{"errors": []}', Refused('PagerDuty: HTTP 400 {"errors": []}')),
        (404, "<html><body>", Refused("PagerDuty: HTTP 404")),
        (413, "[1]", Refused("PagerDuty: HTTP 413 [1]")),
        *((status, "<html>", Deferred(30.0, f"PagerDuty: HTTP {status}"))
          for status in (408, 429, 500, 501, 503, 520)),
    ],
)  # fmt: skip
def test_what_pagerduty_answers(status: int, text: str, receipt: Receipt) -> None:
    settings = PagerDutySettings(routing_key=RoutingKey("k" * 32))
    channel = PagerDutyChannel(settings, SYSTEM, lambda _: cast("Any", Events(status, text)))
    assert [found for _, found in channel.deliver(notices(1), SOON)] == [receipt]


@pytest.mark.parametrize("end", ["", "/", "/v2/enqueue", "/v2/enqueue/"])
def test_pagerdutys_address_may_have_its_path(end: str) -> None:
    address = f"https://events.eu.pagerduty.com{end}"
    client = connect(PagerDutySettings(routing_key=RoutingKey("k" * 32), events_url=address))
    assert client.normalize_url("/v2/enqueue") == "https://events.eu.pagerduty.com/v2/enqueue"
