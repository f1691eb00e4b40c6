"""Stands before the emulator's CloudWatch: draws widgets, and passes everything else on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from local.serving import ThreadedServer
from local.widget_images.data import read_series
from local.widget_images.drawing import draw
from local.widget_images.widget import WidgetError, read_widget
from local.widget_images.wire import Call, RequestError, read_call

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from starlette.requests import Request

_ANSWER_SECONDS = 60.0  # what botocore waits by default
# Of one connection alone, and so not passed on (RFC 9110, section 7.6.1).
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}


class WidgetImages(ThreadedServer):
    """A CloudWatch endpoint on a free loopback port; a context manager.

    ``upstream`` is the emulator's address, ``client`` makes its CloudWatch client of a region.
    """

    def __init__(self, upstream: str, client: Callable[[str], CloudWatchClient]) -> None:
        self._upstream = upstream
        self._client = client
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST", "GET"])])
        super().__init__("the endpoint for widget images", app)

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        call = read_call(request.headers, body)
        if call is None:
            try:
                return await self._pass_on(request, body)
            except httpx.TransportError as error:  # botocore tries a 503 again
                return Response(f"the emulator does not answer: {error}", 503)
        try:
            return await run_in_threadpool(self._image, call)
        except RequestError as error:
            return call.refuse(error)

    def _image(self, call: Call) -> Response:
        try:
            widget = read_widget(call.widget, datetime.now(UTC))
            series = read_series(self._client(call.region), widget)
            return call.answer(draw(widget, series))
        except WidgetError as error:
            raise RequestError("ValidationError", str(error)) from error
        except (ClientError, BotoCoreError) as error:
            raise RequestError("InternalServiceFault", str(error), 500) from error

    async def _pass_on(self, request: Request, body: bytes) -> Response:
        """Send a request to the emulator and hand back its answer, both to the byte."""
        headers = [
            (name, value) for name, value in request.headers.raw
            if name.decode("latin-1") not in _HOP_BY_HOP
        ]  # fmt: skip
        path = request.scope["raw_path"].decode("latin-1")
        query = f"?{request.url.query}" if request.url.query else ""
        async with (
            httpx.AsyncClient(trust_env=False, timeout=_ANSWER_SECONDS) as client,
            client.stream(
                request.method, f"{self._upstream}{path}{query}", content=body, headers=headers
            ) as answer,
        ):
            content = b"".join([part async for part in answer.aiter_raw()])
        passed = Response(content, answer.status_code)
        passed.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw
            if name.decode("latin-1").lower() not in _HOP_BY_HOP | {"content-length"}
        ] + [(b"content-length", str(len(content)).encode())]  # fmt: skip
        return passed
