"""Requests of a function URL as Slack and PagerDuty sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from local.inbox.interactivity import signature

SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PAGERDUTY_SECRET = "Lb9oTCHWPqzjGUsrlhwvFDg0Wn"
SECRETS = {"slack_signing_secret": SLACK_SECRET, "pagerduty_webhook_secret": PAGERDUTY_SECRET}


def event(
    path: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST", coded: bool = False
) -> dict[str, Any]:
    """Return what a function URL hands over (payload format 2.0)."""
    text = base64.b64encode(body).decode() if coded else body.decode()
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}},
        "body": text, "isBase64Encoded": coded,
    }  # fmt: skip


def of_slack(
    payload: Mapping[str, Any] | bytes, at: datetime, secret: str = SLACK_SECRET,
    *, coded: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return a signed request of Slack's interactivity."""
    body = payload if isinstance(payload, bytes) else form(payload)
    time = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": time,
        "X-Slack-Signature": signature(secret, time, body),
    }
    return event("/slack", body, headers, coded=coded)


def form(payload: Mapping[str, Any]) -> bytes:
    """Return a payload as Slack sends it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def click(
    action_id: str, value: str, *, user: Mapping[str, Any] | None = None, menu: bool = False,
    place: tuple[str, str] = ("C1", "1795428900.000001"), trigger: str = "1.1.a",
    response_url: str = "https://hooks.slack.com/actions/T1/1/a",
) -> dict[str, Any]:  # fmt: skip
    """Return the payload of a click on what stands in an attachment of a message.

    ``place`` is the message's channel and time; no two clicks have the same ``trigger``.
    """
    chosen = {"text": {"type": "plain_text", "text": "row"}, "value": value}
    pressed = {"selected_option": chosen} if menu else {"value": value}
    kind = "static_select" if menu else "button"
    channel, ts = place
    container = {
        "type": "message_attachment", "message_ts": ts, "channel_id": channel,
        "attachment_id": 1, "is_ephemeral": False,
    }  # fmt: skip
    return {
        "type": "block_actions", "team": {"id": "T1"}, "api_app_id": "A1", "token": "unused",
        "user": user or {"id": "U1", "username": "anna", "name": "anna", "team_id": "T1"},
        "container": container, "channel": {"id": channel, "name": "critical"},
        "message": {"type": "message", "ts": ts, "text": "…"},
        "trigger_id": trigger, "response_url": response_url,
        "actions": [{"type": kind, "action_id": action_id, "block_id": "b", **pressed,
                     "action_ts": "1795428960.1"}],
    }  # fmt: skip


def acknowledged(
    dedup_key: str, at: datetime, *, identity: str = "01CH75", who: str = "Earline Greenholt",
    kind: str = "incident.acknowledged",
) -> dict[str, Any]:  # fmt: skip
    """Return PagerDuty's v3 event of an acknowledgement."""
    return {
        "event": {
            "id": identity, "event_type": kind, "resource_type": "incident",
            "occurred_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "agent": {"id": "PLH1HKV", "type": "user_reference", "summary": who},
            "client": None,
            "data": {"id": "PGR0VU2", "type": "incident", "number": 2, "status": "acknowledged",
                     "incident_key": dedup_key, "title": "Upload failures"},
        }
    }  # fmt: skip


def of_pagerduty(document: Mapping[str, Any], *secrets: str) -> dict[str, Any]:
    """Return a signed request of PagerDuty's webhook: one signature for each secret."""
    body = json.dumps(document).encode()
    signatures = [
        "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        for secret in secrets or (PAGERDUTY_SECRET,)
    ]
    headers = {"Content-Type": "application/json", "X-PagerDuty-Signature": ",".join(signatures)}
    return event("/pagerduty", body, headers)
