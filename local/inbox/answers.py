"""Failures in the form of the service that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.inbox.faults import Channel, FaultKind

if TYPE_CHECKING:
    from local.inbox.faults import FaultRule

# What PagerDuty answers over its limit of events for a routing key.
_THROTTLED = {
    "status": "throttle exceeded",
    "message": "Requests for this service are arriving too quickly.  Please retry later.",
}


def rate_limited(channel: Channel, retry_after: int) -> Response:
    """Return a 429 with Retry-After in whole seconds."""
    headers = {"Retry-After": str(retry_after)}
    if channel is Channel.SLACK:
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
    if channel is Channel.PAGERDUTY:
        return JSONResponse(_THROTTLED, 429, headers)
    return PlainTextResponse("rate_limited", 429, headers)


def failure(rule: FaultRule) -> Response:
    """Return the answer of a rule that fired."""
    match rule.kind:
        case FaultKind.RATE_LIMITED:
            return rate_limited(rule.channel, 1 if rule.retry_after is None else rule.retry_after)
        case FaultKind.OK_FALSE:
            return JSONResponse({"ok": False, "error": rule.error})
        case FaultKind.SERVER_ERROR:
            return _error(rule.channel, rule.status or 503, "internal_error")
        case FaultKind.REFUSE_STATUS:
            return _error(rule.channel, rule.status or 400, rule.error or "")
        case FaultKind.TIMEOUT:
            return _error(rule.channel, 504, "request_timeout")


def _error(channel: Channel, status: int, error: str) -> Response:
    if channel is Channel.SLACK:
        return JSONResponse({"ok": False, "error": error}, status)
    if channel is Channel.PAGERDUTY:
        body = {"status": "error", "message": error, "errors": [error]}
        return JSONResponse(body, status)
    return PlainTextResponse(error, status)
