"""Whether a request is Slack's or PagerDuty's: HMAC-SHA256 over the body as it came (pure).

Sources: Slack's "Verifying requests from Slack"; PagerDuty's "Webhooks Overview", signatures.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from chat_actions.request import Request

WINDOW = timedelta(minutes=5)
"""How far a request's time may be from ours (Slack's own advice)."""


class Verdict(StrEnum):
    """What a signature says."""

    GENUINE = "genuine"
    FORGED = "forged"
    LATE = "late"


def of_slack(request: Request, secret: str, now: datetime) -> Verdict:
    """Judge ``v0=`` and ``X-Slack-Request-Timestamp``; a wrong signature is forged, late or not."""
    told = request.header("x-slack-request-timestamp")
    if not (told.isascii() and told.isdigit() and len(told) <= 12):
        return Verdict.FORGED
    signed = b"v0:" + told.encode() + b":" + request.body
    given = request.header("x-slack-signature")
    if not _same(given, f"v0={_digest(secret, signed)}"):
        return Verdict.FORGED
    age = now.timestamp() - int(told)
    return Verdict.GENUINE if abs(age) <= WINDOW.total_seconds() else Verdict.LATE


def of_pagerduty(request: Request, secret: str) -> Verdict:
    """Judge ``X-PagerDuty-Signature``: one of several, while a secret is being changed."""
    wanted = f"v1={_digest(secret, request.body)}"
    given = request.header("x-pagerduty-signature").split(",")
    # each is compared: how long that takes tells nothing of which was right
    found = [_same(each.strip(), wanted) for each in given]
    return Verdict.GENUINE if any(found) else Verdict.FORGED


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
