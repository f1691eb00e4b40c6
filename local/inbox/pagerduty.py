"""PagerDuty's Events API v2: validation in its words, and incidents by dedup key.

https://developer.pagerduty.com/docs/send-alert-event. Change events are not implemented.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from local.inbox.models import Image, Incident, IncidentEvent, IncidentState, Link, Refusal
from local.inbox.services import Service

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.inbox.models import Json
    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

MAX_BODY = 512 * 1024
_MAX_SUMMARY = 1024
_MAX_DEDUP_KEY = 255
_ACTIONS = ("trigger", "acknowledge", "resolve")
_SEVERITIES = ("critical", "warning", "error", "info")


async def enqueue(request: Request, store: Store, limiter: RateLimiter) -> JSONResponse:
    """Take an event: 202 with its dedup key, 400 with what is wrong, 413 over 512 KB."""
    del limiter
    body = await request.body()
    if len(body) > MAX_BODY:
        return _refused(store, 413, "Request Entity Too Large", ["the event exceeds 512 KB"])
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        return _refused(store, 400, "Event object is invalid", ["JSON cannot be parsed"])
    errors = check_event(event)
    if errors:
        return _refused(store, 400, "Event object is invalid", errors)
    dedup_key = event.get("dedup_key") or secrets.token_hex(16)
    _apply(store, event, dedup_key)
    return JSONResponse(
        {"status": "success", "message": "Event processed", "dedup_key": dedup_key},
        status_code=202,
    )


def check_event(event: Json) -> list[str]:
    """Return what is wrong with an event; empty if PagerDuty would take it."""
    errors = _check_routing_key(event.get("routing_key"))
    action = event.get("event_action")
    if action not in _ACTIONS:
        errors.append(
            "'event_action' is invalid (must be one of the following: "
            "'trigger', 'acknowledge' or 'resolve')"
        )
    dedup_key = event.get("dedup_key")
    if dedup_key is not None and not isinstance(dedup_key, str):
        errors.append("'dedup_key' must be a string")
    elif dedup_key and len(dedup_key) > _MAX_DEDUP_KEY:
        errors.append(f"Length of 'dedup_key' is incorrect (at most {_MAX_DEDUP_KEY} characters)")
    elif not dedup_key and action in ("acknowledge", "resolve"):
        errors.append("'dedup_key' is missing or blank")
    if action == "trigger":
        errors += _check_payload(event.get("payload"))
    return errors + _check_urls(event)


def _check_routing_key(key: Any) -> list[str]:
    if not isinstance(key, str) or not key:
        return ["'routing_key' is missing or blank"]
    errors = []
    if len(key) != 32:
        errors.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if not (key.isascii() and key.isalnum()):
        errors.append("'routing_key' cannot contain non-alphanumeric characters.")
    return errors


def _check_payload(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    errors = [
        f"'payload.{key}' is missing or blank"
        for key in ("summary", "source", "severity")
        if not isinstance(payload.get(key), str) or not payload[key].strip()
    ]
    summary = payload.get("summary")
    if isinstance(summary, str) and len(summary) > _MAX_SUMMARY:
        errors.append(
            f"Length of 'payload.summary' is incorrect (at most {_MAX_SUMMARY} characters)"
        )
    severity = payload.get("severity")
    if isinstance(severity, str) and severity and severity not in _SEVERITIES:
        errors.append(
            "'payload.severity' is invalid (must be one of the following: "
            "'critical', 'warning', 'error' or 'info')"
        )
    errors += [
        f"'payload.{key}' must be a string"
        for key in ("component", "group", "class", "timestamp")
        if payload.get(key) is not None and not isinstance(payload[key], str)
    ]
    return errors


def _check_urls(event: Json) -> list[str]:
    errors = []
    for name, key, schemes in (
        ("links", "href", ("https://", "http://")),
        ("images", "src", ("https://",)),
    ):
        items = event.get(name)
        if items is None:
            continue
        if not isinstance(items, list):
            errors.append(f"'{name}' must be an array")
            continue
        for number, item in enumerate(items):
            url = item.get(key) if isinstance(item, dict) else None
            if not isinstance(url, str) or not url.startswith(schemes):
                wanted = " or ".join(scheme.partition(":")[0] for scheme in schemes)
                errors.append(f"'{name}[{number}].{key}' is invalid (must be an {wanted} URL)")
    return errors


def _apply(store: Store, event: Json, dedup_key: str) -> None:
    incident = next(
        (
            incident
            for incident in reversed(store.incidents)
            if incident.dedup_key == dedup_key
            and incident.routing_key == event["routing_key"]
            and incident.state is not IncidentState.RESOLVED
        ),
        None,
    )
    action, now = event["event_action"], store.clock()
    summary = event["payload"]["summary"] if action == "trigger" else None
    log = IncidentEvent(action, now, summary)
    if incident is None:
        if action == "trigger":
            store.incidents.append(_opened(store, event, dedup_key, log))
        else:
            store.dropped_events += 1
        store.changed()
        return
    changed = replace(incident, events=(*incident.events, log))
    if action == "acknowledge":
        changed = replace(changed, state=IncidentState.ACKNOWLEDGED, acknowledged_at=now)
    elif action == "resolve":
        changed = replace(changed, state=IncidentState.RESOLVED, resolved_at=now)
    store.replace_incident(changed)


def _opened(store: Store, event: Json, dedup_key: str, log: IncidentEvent) -> Incident:
    payload = event["payload"]
    return Incident(
        number=len(store.incidents) + 1,
        routing_key=event["routing_key"],
        dedup_key=dedup_key,
        state=IncidentState.TRIGGERED,
        summary=payload["summary"],
        source=payload["source"],
        severity=payload["severity"],
        opened_at=log.at,
        component=payload.get("component"),
        group=payload.get("group"),
        event_class=payload.get("class"),
        custom_details=payload.get("custom_details"),
        client=_optional(event, "client"),
        client_url=_optional(event, "client_url"),
        links=tuple(
            Link(link["href"], _optional(link, "text") or "") for link in event.get("links") or ()
        ),
        images=tuple(
            Image(item["src"], _optional(item, "href") or "", _optional(item, "alt") or "")
            for item in event.get("images") or ()
        ),
        events=(log,),
    )


def _optional(item: Json, key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) else None


def _refused(store: Store, status: int, message: str, errors: list[str]) -> JSONResponse:
    refusal = Refusal("pagerduty", "enqueue", status, message, store.clock(), tuple(errors))
    store.refuse(refusal)
    body = {"status": "invalid event", "message": message, "errors": errors}
    return JSONResponse(body, status_code=status)


def _failure(status: int, error: str) -> JSONResponse:
    return JSONResponse({"status": "error", "message": error, "errors": [error]}, status)


def _limited(seconds: int) -> JSONResponse:
    """Answer as PagerDuty does over its limit of events for a routing key."""
    text = "Requests for this service are arriving too quickly.  Please retry later."
    body = {"status": "throttle exceeded", "message": text}
    return JSONResponse(body, 429, {"Retry-After": str(seconds)})


SERVICE = Service(
    channels=("pagerduty",),
    plays={("/pagerduty/v2/enqueue", ("POST",)): enqueue},
    refusal=_failure,
    limited=_limited,
)
