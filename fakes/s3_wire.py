"""What S3's fake reads of a request and answers with, as it goes over the wire."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest


class UnknownRequestError(AssertionError):
    """The fake was asked for what it does not know."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def error(code: str, status: int) -> Answer:
    """Return S3's answer that refuses."""
    body = f"<Error><Code>{code}</Code><Message>{code} by the fake</Message></Error>"
    return Answer(status, body.encode(), {"content-type": "application/xml"})


def unchunked(data: bytes, request: AWSPreparedRequest) -> bytes:
    """Take a body out of the one chunk with a trailing checksum that boto3 sends."""
    if "aws-chunked" not in (header(request, "Content-Encoding") or ""):
        return data
    size, _, rest = data.partition(b"\r\n")
    whole, after = rest[: int(size, 16)], rest[int(size, 16) :]
    if not after.startswith(b"\r\n0\r\n"):
        raise UnknownRequestError("the fake knows no body of several chunks")
    return whole


def header(request: AWSPreparedRequest, name: str) -> str | None:
    """Return a header as text, None without it."""
    value: Any = request.headers.get(name)
    return value.decode() if isinstance(value, bytes) else value


class Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, amount: int = 65536, **_: Any) -> Any:
        """Yield it in pieces."""
        while chunk := self.read(amount):
            yield chunk
