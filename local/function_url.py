"""A Lambda function URL on this machine: each request becomes the function's event.

Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", payload format 2.0; as with API
Gateway's HTTP APIs, bodies that are no text come base64-encoded, forms among them.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from local.serving import ThreadedServer

if TYPE_CHECKING:
    from starlette.requests import Request

type Invoke = Callable[[dict[str, Any]], Mapping[str, Any]]

_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]


class FunctionUrl(ThreadedServer):
    """Serve a function at an address; a context manager. What ``invoke`` raises is a 502."""

    def __init__(self, invoke: Invoke, port: int = 0) -> None:
        async def answer(request: Request) -> Response:
            asked = event(
                request.method, request.url.path, request.url.query, request.headers,
                await request.body(),
            )  # fmt: skip
            try:
                said = await run_in_threadpool(invoke, asked)
            except Exception:  # noqa: BLE001 - whatever a function fails with, AWS says the same
                return Response("Internal Server Error", 502)
            return Response(said.get("body", ""), int(said["statusCode"]), said.get("headers"))

        app = Starlette(routes=[Route("/{path:path}", answer, methods=_METHODS)])
        super().__init__("the function's address", app, port)


def event(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """Return what a function URL hands over."""
    kind = headers.get("content-type", "")
    coded = bool(body) and not kind.startswith(_TEXT)
    text = base64.b64encode(body).decode() if coded else body.decode()
    now = time.time()
    http = {
        "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
        "userAgent": headers.get("user-agent", ""),
    }  # fmt: skip
    context = {
        "accountId": "anonymous", "apiId": "local", "domainName": "localhost", "http": http,
        "requestId": str(uuid4()), "routeKey": "$default", "stage": "$default",
        "timeEpoch": int(now * 1000),
    }  # fmt: skip
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": context, "body": text, "isBase64Encoded": coded,
    }  # fmt: skip
