"""A request as the function URL hands it over (pure).

Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", request payload format 2.0.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

BODY_LIMIT = 256 * 1024
"""Bytes of a body that are read. A click carries its whole message, some ten thousand characters,
as a form's field; PagerDuty's events are smaller."""


class NoRequestError(Exception):
    """The event is no request of a function URL."""


class OversizedError(Exception):
    """The body is larger than anything that Slack or PagerDuty send."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came: ``headers`` by their names in lower case, ``body`` as it was signed."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, empty where there is none."""
        return self.headers.get(name, "")


def read_request(event: Any) -> Request:
    """Read a function URL's event; raises NoRequestError, or OversizedError before it decodes."""
    match event:
        case {"requestContext": {"http": {"method": str(method), "path": str(path)}}}:
            headers, body = event.get("headers"), event.get("body")
        case _:
            raise NoRequestError("expected the event of a function URL")
    named = headers if isinstance(headers, dict) else {}
    texts = {str(name).lower(): str(value) for name, value in named.items()}
    text = body if isinstance(body, str) else ""
    coded = event.get("isBase64Encoded") is True
    if len(text) > (-(-BODY_LIMIT // 3) * 4 if coded else BODY_LIMIT):
        raise OversizedError(f"{len(text)} characters")
    raw = _decoded(text) if coded else text.encode(errors="surrogatepass")
    if len(raw) > BODY_LIMIT:
        raise OversizedError(f"{len(raw)} bytes")
    return Request(method, path.rstrip("/"), texts, raw)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""  # which nobody has signed
