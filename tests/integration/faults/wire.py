"""Faults where requests leave the process: botocore's wire, urllib's and httpx2's.

Nothing of ours is replaced. Time that a call waits passes on a clock that is moved by hand, and
Lambda ends an invocation whose time is over, as it does.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from functools import partial
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.response import addinfourl

import httpx2
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from integration.faults.kinds import LONG, Fault, Kind, Span

if TYPE_CHECKING:
    from botocore.session import Session

type Params = Mapping[str, Any]
JSON = "application/x-amz-json-1.1"
_RULES_PUT = "s3:PutBucketLifecycleConfiguration"
RULES_READ = "after-call.s3.GetBucketLifecycleConfiguration"
NOWHERE = "https://played.example/"
HTTP_PATIENCE = 5.0  # seconds, of what is asked over HTTP without a time-out of its own
# Each service's own words (their API references, "Common Errors"); S3's is 503
THROTTLED = {
    "s3": (503, "SlowDown"), "sns": (400, "Throttling"), "cloudwatch": (400, "Throttling"),
    "ce": (400, "LimitExceededException"), "sqs": (403, "RequestThrottled"),
}  # fmt: skip
DENIED = {
    "s3": (403, "AccessDenied"), "sns": (403, "AuthorizationError"),
    "cloudwatch": (403, "AccessDenied"),
}  # fmt: skip
FAILED = {"s3": (500, "InternalError"), "sns": (500, "InternalError")}


class Killed(BaseException):
    """Lambda has ended the process: its time was over."""


@dataclass(slots=True)
class Wire:
    """Every call of one function, the one that fails among them."""

    now: Callable[[], datetime]
    wait: Callable[[float], None]
    unplayed: Mapping[str, tuple[str, bytes]]
    fault: Fault | None = None
    natural: Fault | None = None
    """One that belongs to the story: what it makes the function do is tried with others."""
    seen: dict[str, None] = field(default_factory=dict)
    took_effect: list[tuple[str, Params]] = field(default_factory=list)
    deadline: datetime | None = None
    is_quiet: bool = False
    """While it is set no fault begins: the story comes to where it begins."""
    hits: int = 0
    _since: datetime | None = None
    _mine: threading.local = field(default_factory=threading.local)

    def register(self, session: Session) -> None:
        """Stand in a session's way, on its clients to come."""
        emitter = session.get_component("event_emitter")
        emitter.register_last("provide-client-params", self._remember)
        emitter.register_first("before-send", self._before)
        emitter.register_last("before-send", self._after)
        emitter.register(RULES_READ, self._as_put)

    def _as_put(self, parsed: dict[str, Any], **_: Any) -> None:
        """Give back a bucket's rules as they were put: moto forgets a filter's size."""
        put = (params for call, params in self.took_effect if call == _RULES_PUT)
        rules = {
            rule.get("ID"): rule for each in put for rule in each["LifecycleConfiguration"]["Rules"]
        }
        if "Rules" in parsed:
            parsed["Rules"] = [rules.get(rule.get("ID"), rule) for rule in parsed["Rules"]]

    @contextlib.contextmanager
    def over_http(self, url: str) -> Iterator[None]:
        """Stand in the way of what goes to a server that plays services over HTTP."""
        plain = urllib.request.OpenerDirector.open
        library = httpx2.HTTPTransport.handle_request

        def opened(director: Any, request: Any, *args: Any, **more: Any) -> Any:
            send = partial(plain, director, request, *args, **more)
            address = request if isinstance(request, str) else request.full_url
            return self._ask(address, send, _UrllibAnswers(address)) if url in address else send()

        def handled(transport: Any, request: Any) -> Any:
            address = str(request.url)
            send = partial(library, transport, request)
            return self._ask(address, send, _HttpxAnswers(request)) if url in address else send()

        with (
            mock.patch.object(urllib.request.OpenerDirector, "open", opened),
            mock.patch.object(httpx2.HTTPTransport, "handle_request", handled),
        ):
            yield

    def _remember(self, params: Params, model: Any, context: Any, **_: Any) -> None:
        service = model.service_model.service_name
        config = context["client_config"]
        self._mine.call = f"{service}:{model.name}"
        self._mine.params, self._mine.patience = params, config
        self._mine.protocol = model.service_model.resolved_protocol

    def _before(self, event_name: str, request: Any, **_: Any) -> AWSResponse | None:
        self._alive()
        mine = self._mine
        mine.intercepted = False
        fails = self._fails(mine.call)
        if fails and not fails.takes_effect:
            mine.intercepted = True
            return self._fail(fails, request)
        played = self.unplayed.get(event_name.removeprefix("before-send."))
        if played:
            request.url = NOWHERE
            return _response(200, *played)
        return None

    def _fail(self, kind: Kind, request: Any) -> AWSResponse:
        service = self._mine.call.split(":")[0]
        match kind:
            case Kind.TIMEOUT_BEFORE:
                self._wait(self._mine.patience.connect_timeout)
                raise ConnectTimeoutError(endpoint_url=request.url)
            case Kind.RESET:
                raise ConnectionClosedError(endpoint_url=request.url)
            case Kind.THROTTLED:
                answer = THROTTLED.get(service, (400, "ThrottlingException"))
            case Kind.SERVER_ERROR:
                answer = FAILED.get(service, (500, "InternalServerError"))
            case _:
                answer = DENIED.get(service, (400, "AccessDeniedException"))
        request.url = NOWHERE  # else moto would do it all the same
        return _error(self._mine.protocol, *answer)

    def _after(self, request: Any, **_: Any) -> None:
        mine = self._mine
        if mine.intercepted:
            return
        self.took_effect.append((mine.call, mine.params))
        if (kind := mine.fails) is not None:
            seconds = mine.patience.read_timeout
            self._wait(seconds if kind is Kind.TIMEOUT_AFTER else 0.9 * seconds)
            if kind is Kind.TIMEOUT_AFTER:
                raise ReadTimeoutError(endpoint_url=request.url)

    def _ask(self, address: str, send: Callable[[], Any], answers: Any) -> Any:
        self._alive()
        call = called(address)
        kind = self._fails(call)
        if kind in (Kind.TIMEOUT_BEFORE, Kind.RESET):
            self._wait(HTTP_PATIENCE if kind is Kind.TIMEOUT_BEFORE else 0)
            raise answers.broken(kind)
        if kind and not kind.takes_effect:
            return answers.refused(kind)
        answer = send()
        self.took_effect.append((call, {}))
        try:
            if kind:
                self._wait(HTTP_PATIENCE * (1 if kind is Kind.TIMEOUT_AFTER else 0.9))
        except Killed:
            answer.close()
            raise
        if kind is Kind.TIMEOUT_AFTER:
            answer.close()  # nobody will read it, and its socket would stay open
            raise answers.broken(kind)
        return answer

    def _fails(self, call: str) -> Kind | None:
        self.seen[call] = None
        self._mine.fails = None
        if self.natural and self.natural.call == call:
            kind, self.natural = self.natural.kind, None
            self._mine.fails = kind
            return kind
        if self.is_quiet or self.fault is None or self.fault.call != call:
            return None
        self._since = self._since or self.now()
        is_once = self.fault.span is Span.ONCE
        is_over = self.hits > 0 if is_once else self.now() >= self._since + LONG
        if is_over:
            return None
        self.hits += 1
        self._mine.fails = self.fault.kind
        return self.fault.kind

    def _wait(self, seconds: float) -> None:
        self.wait(seconds)
        self._alive()

    def _alive(self) -> None:
        """A process that Lambda has ended does nothing more, in no ``finally`` either."""
        if self.deadline and self.now() >= self.deadline:
            raise Killed


def called(address: str) -> str:
    """Return the name of what is asked over HTTP: the service and the last of the path."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    if parts[0] == "slack":
        return f"slack:{parts[2]}" if parts[1] == "api" else f"slack:{parts[1]}"
    return {"pagerduty": "pagerduty:enqueue", "teams": "teams:workflow"}[parts[0]]


_STATUS = {Kind.THROTTLED: 429, Kind.SERVER_ERROR: 503, Kind.DENIED: 403}


@dataclass(frozen=True, slots=True)
class _UrllibAnswers:
    address: str

    def refused(self, kind: Kind) -> Any:
        headers = Message()
        headers["Retry-After"] = "1"
        body = io.BytesIO(b'{"ok": false, "error": "token_revoked"}')
        if kind is Kind.DENIED and called(self.address).startswith("slack:"):
            return addinfourl(body, headers, self.address, 200)
        raise HTTPError(self.address, _STATUS[kind], kind, headers, body)

    def broken(self, kind: Kind) -> Exception:
        if kind is Kind.RESET:
            return RemoteDisconnected("reset")
        return URLError(TimeoutError()) if kind is Kind.TIMEOUT_BEFORE else TimeoutError()


@dataclass(frozen=True, slots=True)
class _HttpxAnswers:
    request: Any

    def refused(self, kind: Kind) -> Any:
        return httpx2.Response(_STATUS[kind], request=self.request, text=kind.value)

    def broken(self, kind: Kind) -> Exception:
        known = {Kind.RESET: httpx2.ReadError, Kind.TIMEOUT_BEFORE: httpx2.ConnectTimeout}
        return known.get(kind, httpx2.ReadTimeout)(kind.value, request=self.request)


def _error(protocol: str, status: int, code: str) -> AWSResponse:
    """Return an error as a service of this protocol writes it."""
    if protocol == "query":
        text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error>"
        return _response(status, "text/xml", f"{text}</ErrorResponse>".encode())
    if protocol == "rest-xml":
        return _response(status, "application/xml", f"<Error><Code>{code}</Code></Error>".encode())
    assert protocol in ("json", "rest-json"), protocol
    return _response(status, JSON, json.dumps({"__type": code, "message": code}).encode())


def _response(status: int, kind: str, body: bytes) -> AWSResponse:
    headers = HTTPHeaders.from_pairs([("content-type", kind)])
    return AWSResponse(NOWHERE, status, headers, _Raw(body))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
