"""GetMetricWidgetImage on the wire: AWS JSON 1.0, as botocore speaks it, and AWS query."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from uuid import uuid4
from xml.sax.saxutils import escape

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.datastructures import Headers

OPERATION = "GetMetricWidgetImage"
TARGET = f"GraniteServiceVersion20100801.{OPERATION}"
_JSON = "application/x-amz-json-1.0"
_FORM = "application/x-www-form-urlencoded"
_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_MEMBERS = {"MetricWidget", "OutputFormat"}
_CREDENTIAL = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/monitoring/aws4_request")


class RequestError(Exception):
    """AWS would refuse the request."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the operation; ``query`` where it came as a form and wants XML."""

    members: dict[str, object]
    query: bool
    authorization: str

    @property
    def region(self) -> str:
        """Return the region that the request is signed for; raises RequestError."""
        scope = _CREDENTIAL.search(self.authorization)
        if not scope:
            raise RequestError(
                "MissingAuthenticationToken", "Request is missing Authentication Token", 403
            )
        return scope[1]

    @property
    def widget(self) -> str:
        """Return the MetricWidget document; raises RequestError."""
        unknown = self.members.keys() - _MEMBERS
        if unknown:
            raise RequestError("ValidationError", f"Unknown parameter {min(unknown)}.")
        widget = self.members.get("MetricWidget")
        if not isinstance(widget, str) or not widget:
            raise RequestError("ValidationError", "The parameter MetricWidget is required.")
        return widget

    @property
    def as_image(self) -> bool:
        """Tell whether the bare image is wanted; raises RequestError for another format."""
        wanted = self.members.get("OutputFormat", "png")
        if wanted not in {"png", "image/png"}:
            raise RequestError("ValidationError", "The parameter OutputFormat must be png.")
        return wanted == "image/png"

    def answer(self, image: bytes) -> Response:
        """Answer with an image."""
        text = base64.b64encode(image).decode()
        if self.as_image:
            return Response(image, media_type="image/png")
        if not self.query:
            return Response(json.dumps({"MetricWidgetImage": text}), media_type=_JSON)
        return Response(
            f'<{OPERATION}Response xmlns="{_NAMESPACE}"><{OPERATION}Result>'
            f"<MetricWidgetImage>{text}</MetricWidgetImage></{OPERATION}Result>"
            f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
            f"</{OPERATION}Response>",
            media_type="text/xml",
        )

    def refuse(self, error: RequestError) -> Response:
        """Answer with an error in AWS's form."""
        if not self.query:
            return Response(
                json.dumps({"__type": error.code, "message": error.message}),
                error.status,
                {"x-amzn-query-error": f"{error.code};Sender"},
                _JSON,
            )
        return Response(
            f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type>'
            f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{uuid4()}</RequestId></ErrorResponse>",
            error.status,
            media_type="text/xml",
        )


def read_call(headers: Headers, body: bytes) -> Call | None:
    """Read a request; None when it is for another operation."""
    authorization = headers.get("authorization", "")
    if headers.get("x-amz-target") == TARGET:
        return Call(_members(body), query=False, authorization=authorization)
    if headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        return None
    form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    if form.get("Action") != OPERATION:
        return None
    members: dict[str, object] = {
        name: value for name, value in form.items() if name not in {"Action", "Version"}
    }
    return Call(members, query=True, authorization=authorization)


def _members(body: bytes) -> dict[str, object]:
    try:
        members = json.loads(body)
    except ValueError:
        return {}  # then the widget is missing, which is refused
    return members if isinstance(members, dict) else {}
