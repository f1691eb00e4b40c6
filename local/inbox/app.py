"""The inbox's routes."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.inbox.answers import failure
from local.inbox.faults import RULES_JSON, FaultInjector, FaultKind, RuleError
from local.inbox.interactivity import Interactivity
from local.inbox.models import SNAPSHOT_JSON, Refusal
from local.inbox.page import STATIC, Page
from local.inbox.rate_limit import RateLimit, RateLimiter
from local.inbox.services import NAMES, service
from local.inbox.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from local.inbox.services import Play

    type Handler = Callable[[Request], Awaitable[Response]]

_KEEP_ALIVE_SECONDS = 15
_TIMEOUT_SECONDS = 60


@dataclass(slots=True)
class Inbox:
    """The state of one inbox and the handlers on it."""

    store: Store = field(default_factory=Store)
    faults: FaultInjector = field(default_factory=FaultInjector)
    limiter: RateLimiter = field(default_factory=RateLimiter)
    loop: asyncio.AbstractEventLoop | None = None
    interactivity: Interactivity = field(init=False)

    def __post_init__(self) -> None:
        """Let people press what is kept."""
        self.interactivity = Interactivity(self.store)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Remember the server's loop: only there may the store be touched."""
        self.loop = asyncio.get_running_loop()
        yield
        self.loop = None

    def close(self) -> None:
        """End the streams of events; may be called from any thread."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.store.close)

    def guarded(self, channel: str, play: Play) -> Handler:
        """Return a service's handler, which fails when a fault rule says so."""

        async def guarded(request: Request) -> Response:
            rule = self.faults.next_fault(channel)
            if rule is None:
                return await play(request, self.store, self.limiter)
            await request.body()
            if rule.delivered:
                await play(request, self.store, self.limiter)
            answer = failure(rule)
            path = request.url.path
            error = rule.error or rule.kind
            now = self.store.clock()
            refusal = Refusal(channel, path, answer.status_code, error, now, injected=True)
            self.store.refuse(refusal)
            if rule.kind is FaultKind.TIMEOUT:
                await self._silence(rule.seconds or _TIMEOUT_SECONDS)
            return answer

        return guarded

    async def _silence(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        end = time.monotonic() + seconds
        with self.store.listening() as changed:
            while not self.store.closed and (left := end - time.monotonic()) > 0:
                await _wait(changed, left)

    async def messages(self, request: Request) -> Response:
        """Return everything kept; 304 if the version in If-None-Match still holds."""
        tag = f'"{self.store.version}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        body = SNAPSHOT_JSON.dump_json(self.store.snapshot(), indent=2)
        return Response(body, headers={"ETag": tag}, media_type="application/json")

    async def clear(self, _request: Request) -> Response:
        """Forget everything kept."""
        self.store.clear()
        return Response(status_code=204)

    async def get_faults(self, _request: Request) -> Response:
        """Report the rules, what fired, and the rate limit."""
        limit = self.limiter.limit
        report = self.faults.report()
        report["rate_limit"] = limit.model_dump() if limit else None
        report["rate_limited"] = self.limiter.refused
        return JSONResponse(report)

    async def put_faults(self, request: Request) -> Response:
        """Replace the rules; ``?seed=`` makes the chances repeat."""
        seed = request.query_params.get("seed", "0")
        if not seed.isdecimal():
            return _bad_field("seed", "must be a whole number")
        try:
            rules = RULES_JSON.validate_json(await request.body())
        except ValidationError as problem:
            return _bad_fields(problem)
        self.faults.set_rules(rules, int(seed))
        self.store.changed()
        return await self.get_faults(request)

    async def put_rate_limit(self, request: Request) -> Response:
        """Set Slack's limit of messages a channel."""
        try:
            limit = RateLimit.model_validate_json(await request.body() or b"{}")
        except ValidationError as problem:
            return _bad_fields(problem)
        self.limiter.set_limit(limit)
        return await self.get_faults(request)

    async def lift_rate_limit(self, _request: Request) -> Response:
        """Let messages pass as fast as they come."""
        self.limiter.set_limit(None)
        return Response(status_code=204)

    async def events(self, _request: Request) -> Response:
        """Send the store's version at once and at every change."""
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._stream(), headers=headers, media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        sent = -1
        with self.store.listening() as changed:
            while not self.store.closed:
                if sent != self.store.version:
                    sent = self.store.version
                    yield f"event: changed\ndata: {sent}\n\n"
                elif not await _wait(changed, _KEEP_ALIVE_SECONDS):
                    yield ": keep-alive\n\n"
                changed.clear()


async def _wait(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True


def _bad_field(name: str, message: str) -> Response:
    return JSONResponse({"error": "invalid", "field": name, "message": message}, 400)


def _bad_fields(problem: ValidationError) -> Response:
    first = problem.errors()[0]
    place = [str(part) for part in first["loc"]]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, RuleError):
        place.append(cause.field)
    return _bad_field(".".join(place), first["msg"])


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _pagerduty_unknown(_request: Request) -> Response:
    body = {"status": "invalid event", "message": "Not Found", "errors": ["unknown path"]}
    return JSONResponse(body, 404)


def create_app(inbox: Inbox | None = None) -> Starlette:
    """Return the application over an inbox, by default an empty one."""
    box = inbox or Inbox()
    page = Page(box)
    played = [
        Route(path, box.guarded(name, play), methods=list(methods))
        for name in NAMES
        for (path, methods), play in service(name).plays.items()
    ]
    routes = [
        *played,
        Route("/pagerduty/{path:path}", _pagerduty_unknown, methods=["GET", "POST", "PUT"]),
        Route("/api/messages", box.messages, methods=["GET"]),
        Route("/api/messages", box.clear, methods=["DELETE"]),
        Route("/faults", box.get_faults, methods=["GET"]),
        Route("/faults", box.put_faults, methods=["PUT"]),
        Route("/rate-limit", box.put_rate_limit, methods=["PUT"]),
        Route("/rate-limit", box.lift_rate_limit, methods=["DELETE"]),
        Route("/events", box.events),
        Route("/healthz", _healthz),
        *box.interactivity.routes(),
        *page.routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(routes=routes, lifespan=box.lifespan)
    app.state.inbox = box
    return app
