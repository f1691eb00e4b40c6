"""The answer of a fault, in the form of the service that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from local.inbox.faults import FaultKind
from local.inbox.services import service

if TYPE_CHECKING:
    from local.inbox.faults import FaultRule


def failure(rule: FaultRule) -> Response:
    """Return the answer of a rule that fired."""
    played = service(rule.channel)
    match rule.kind:
        case FaultKind.RATE_LIMITED:
            return played.limited(1 if rule.retry_after is None else rule.retry_after)
        case FaultKind.OK_FALSE:
            return JSONResponse({"ok": False, "error": rule.error})
        case FaultKind.SERVER_ERROR:
            return played.refusal(rule.status or 503, "internal_error")
        case FaultKind.REFUSE_STATUS:
            return played.refusal(rule.status or 400, rule.error or "")
        case FaultKind.TIMEOUT:
            return played.refusal(504, "request_timeout")
