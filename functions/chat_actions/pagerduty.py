"""What PagerDuty's webhook says (pure).

Source: PagerDuty's "Webhooks Overview" (v3), event ``incident.acknowledged``; an incident that the
Events API opened has the dedup key as its ``incident_key``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from avatarwatch.answers import KEPT, NAME_LIMIT, Answer, What
from chat_actions.request import Request
from chat_actions.slack import NoAnswerError

LABEL = "PagerDuty"
OLDEST = KEPT - timedelta(minutes=10)
"""An event that is older is not taken: what would tell that it was played again is forgotten."""


class LateError(Exception):
    """The event is so old that it may have been played again, or PagerDuty tried for hours."""


def read_pagerduty(request: Request, now: datetime) -> Answer:
    """Return the acknowledgement that an event tells of; NoAnswerError for any other event."""
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        raise NoAnswerError("the body is no JSON") from None
    match document:
        case {
            "event": {
                "id": str(identity),
                "event_type": "incident.acknowledged",
                "occurred_at": str(occurred),
                "data": {"incident_key": str(dedup_key)},
            } as event
        } if dedup_key and identity:
            at = _instant(occurred)
        case _:
            raise NoAnswerError("no acknowledgement of an incident")
    if not -OLDEST <= now - at <= OLDEST:
        raise LateError(f"it happened at {at.isoformat()}")
    return Answer(
        id=f"pagerduty:{identity[:100]}", what=What.ACKNOWLEDGE, by=_agent(event), at=at,
        over=LABEL, dedup_key=dedup_key[:255],
    )  # fmt: skip


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the year 1 ahead of UTC
        raise NoAnswerError("occurred_at is no time") from None


def _agent(event: dict[str, Any]) -> str:
    match event.get("agent"):
        case {"summary": str(name)} if name.strip():
            return " ".join(name.split())[:NAME_LIMIT]
        case _:
            return "somebody"
