"""One JSON request to a chat, tried again as it asks and as long as the invocation lasts.

By the standard library: slack_sdk brings asyncio, and with it costs a cold start more than the
whole rest of the delivery (docs/decisions/0009).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from alarm_fanout.channels.base import Deferred, Refused

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline

TIMEOUT_SECONDS = 5
RATE_LIMIT_TRIES = 3
SERVER_ERROR_TRIES = 1
RETRY_SECONDS = 30.0
RATE_LIMITED = "rate limited"
PAUSE_SECONDS = 0.5  # before a server error is tried again
_LONGEST_WAIT = 3600.0  # seconds; a header that asks for more is no rate limit
_LONGEST_ANSWER = 1_000_000  # bytes; a chat's are a few thousand


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The network failed before the service answered; ``sent`` when it may have arrived."""

    reason: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said; ``retry_after`` is in seconds."""

    status: int
    body: str
    retry_after: float = 1.0


def seconds(retry_after: str | None) -> float:
    """Return the seconds of a header Retry-After, 1 where there is none that can be read."""
    try:
        asked = float(retry_after or 1)
    except ValueError:
        return 1.0
    return min(max(1.0, asked), _LONGEST_WAIT) if math.isfinite(asked) else 1.0


def unsuccessful(answer: Answer | NoAnswer, label: str) -> Deferred | Refused:
    """Read what is no success of HTTP: what may pass is tried again, the rest never."""
    if isinstance(answer, NoAnswer):
        reason = f"{label} did not answer: {answer.reason}"
        return Deferred(RETRY_SECONDS, reason, unknown=answer.sent)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Deferred(answer.retry_after, RATE_LIMITED, turn=True)
    if answer.status == HTTPStatus.REQUEST_TIMEOUT or answer.status >= 500:
        return Deferred(RETRY_SECONDS, f"HTTP {answer.status}")
    return Refused(f"HTTP {answer.status} {answer.body[:100]}".strip())


class _NoRedirect(HTTPRedirectHandler):
    """A redirected POST would become a GET, and carry the token elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


@cache
def _opener() -> OpenerDirector:
    """Return what asks: each new one would read the machine's certificates again."""
    return build_opener(_NoRedirect)


def post(
    url: str, payload: Mapping[str, Any], token: str | None, deadline: Deadline
) -> Answer | NoAnswer:
    """Post JSON and return what came of it.

    A broken connection is not tried again: it may have carried the message already.
    """
    limited = failed = 0
    while True:
        answer = _once(url, payload, token)
        if isinstance(answer, NoAnswer):
            return answer
        if answer.status == 429 and limited < RATE_LIMIT_TRIES:
            limited += 1
            wait = answer.retry_after
        elif answer.status >= 500 and failed < SERVER_ERROR_TRIES:
            failed += 1
            wait = PAUSE_SECONDS
        else:
            return answer
        if wait + TIMEOUT_SECONDS >= deadline.left:
            return answer
        time.sleep(wait)


def _once(url: str, payload: Mapping[str, Any], token: str | None) -> Answer | NoAnswer:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "avatar-watch"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    # the settings allow http and https addresses only
    request = Request(url, json.dumps(payload).encode(), headers, method="POST")  # noqa: S310
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as response:
            return _answer(response.status, response)
    except HTTPError as error:
        return _answer(error.code, error)
    except URLError as error:  # of urllib: it could not connect, or not send all of the request
        return NoAnswer(type(error).__name__, sent=False)
    except (OSError, HTTPException, ValueError) as error:
        return NoAnswer(type(error).__name__, sent=True)


def _answer(status: int, response: Any) -> Answer | NoAnswer:
    try:
        body: bytes = response.read(_LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        return NoAnswer(type(error).__name__, sent=True)
    finally:
        response.close()
    return Answer(status, body.decode(errors="replace"), seconds(response.headers["Retry-After"]))
