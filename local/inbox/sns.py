"""The http end of SNS subscriptions: what the topic sends becomes an e-mail or an SMS."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse

from local.inbox.models import Email, Refusal, Subscription, TextMessage
from local.inbox.services import Service
from local.inbox.sms import TextTooLongError, split_text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.inbox.models import Json
    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

_PROTOCOLS = ("email", "sms")
# What SNS puts where a publisher gave no subject.
_NO_SUBJECT = "AWS Notification Message"
_MAX_SUBJECT = 100


class _InvalidMessageError(ValueError):
    """Not a message that SNS could have sent."""


async def sns(request: Request, store: Store, limiter: RateLimiter) -> Response:
    """Take a SubscriptionConfirmation or a Notification."""
    del limiter
    protocol = request.path_params["protocol"]
    if protocol not in _PROTOCOLS:
        return _refused(store, protocol, 404, "no such subscription")
    try:
        message = _read(await request.body())
        return _take(store, protocol, message, request.headers.get("x-amz-sns-message-type"))
    except (_InvalidMessageError, TextTooLongError) as problem:
        return _refused(store, protocol, 400, str(problem))


def _take(store: Store, protocol: str, message: Json, header: str | None) -> Response:
    kind = message.get("Type")
    if header not in (None, kind):
        raise _InvalidMessageError("x-amz-sns-message-type differs from Type")
    if kind == "SubscriptionConfirmation":
        return _subscribe(store, protocol, message)
    if kind != "Notification":
        raise _InvalidMessageError(f"unknown Type {kind!r}")
    _notify(store, protocol, message)
    store.changed()
    return PlainTextResponse("")


def _read(body: bytes) -> Json:
    try:
        message = json.loads(body)
    except ValueError as problem:
        raise _InvalidMessageError("the body is not JSON") from problem
    if not isinstance(message, dict):
        raise _InvalidMessageError("the body is not a JSON object")
    return message


def _required(message: Json, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str) or not value:
        raise _InvalidMessageError(f"{key} is missing")
    return value


def _notify(store: Store, protocol: str, message: Json) -> None:
    identity, topic = _required(message, "MessageId"), _required(message, "TopicArn")
    body = _required(message, "Message")
    subject = _subject(message)
    now = store.clock()
    if protocol == "email":
        store.emails.append(Email(identity, topic, subject, body, now))
    else:  # an SMS has no subject
        sent = split_text(body)
        store.texts.append(TextMessage(identity, topic, body, sent.encoding, sent.parts, now))


def _subject(message: Json) -> str:
    subject = message.get("Subject")
    if subject is None:
        return _NO_SUBJECT
    legal = isinstance(subject, str) and subject.isascii() and subject.isprintable()
    if not legal or not 0 < len(subject) < _MAX_SUBJECT or subject[0] == " ":
        raise _InvalidMessageError("Subject is not one line of 1 to 99 ASCII characters")
    return str(subject)


def _subscribe(store: Store, protocol: str, message: Json) -> Response:
    topic, url = _required(message, "TopicArn"), _required(message, "SubscribeURL")
    if not is_local(url):
        # Whoever can post here could else make the inbox call any address.
        raise _InvalidMessageError("SubscribeURL does not point to this machine")
    number = len(store.subscriptions)
    store.subscriptions.append(
        Subscription(topic, protocol, confirmed=False, received_at=store.clock())
    )
    store.changed()
    return PlainTextResponse("", background=BackgroundTask(_confirm, store, number, url))


def is_local(url: str) -> bool:
    """Tell whether a URL's host is this machine's loopback."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https"):
            return False
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _confirm(store: Store, number: int, url: str) -> None:
    """Visit SubscribeURL after the answer, as subscribers do."""
    problem = None
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            answer = await client.get(url)
        if answer.status_code != httpx.codes.OK:
            problem = f"SubscribeURL answered {answer.status_code}"
    except httpx.HTTPError as error:
        problem = f"SubscribeURL could not be visited: {error!r}"
    if number < len(store.subscriptions):  # else cleared meanwhile
        waiting = store.subscriptions[number]
        store.subscriptions[number] = replace(waiting, confirmed=problem is None, problem=problem)
        if problem is not None:
            where = f"sns/{waiting.protocol}"
            store.refuse(Refusal(where, "confirmation", 502, problem, store.clock()))
    store.changed()


def _refused(store: Store, protocol: str, status: int, error: str) -> Response:
    store.refuse(Refusal(f"sns/{protocol}", "delivery", status, error, store.clock()))
    return PlainTextResponse(error, status_code=status)


def _limited(seconds: int) -> Response:
    return PlainTextResponse("rate_limited", 429, {"Retry-After": str(seconds)})


SERVICE = Service(
    channels=("email", "sms"),
    plays={("/sns/{protocol}", ("POST",)): sns},
    refusal=lambda status, error: PlainTextResponse(error, status),
    limited=_limited,
)
