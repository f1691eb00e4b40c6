"""What the tests over the real inbox share: settings, alarms, and what e-mail said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integration.alarm_fanout.services import Services
    from local.inbox.client import InboxClient

NOW = datetime.now(UTC).replace(microsecond=0)
SLACK = "avatar-system-CdnLatencyCritical"  # Slack and e-mail
PAGED = "avatar-system-ErrorRateCritical"  # Slack, e-mail and PagerDuty
TEXTED = "avatar-system-UploadFailuresCritical"  # Slack, e-mail and SMS
CHANNELS = {"critical": "#critical", "warning": "#warning", "info": "#info"}


def settings(inbox: InboxClient, **slack: Any) -> dict[str, Any]:
    """Return settings with a bot, or with what is given instead."""
    bot = {"bot_token": "xoxb-test", "channels": CHANNELS, "api_url": f"{inbox.url}/slack/api/"}
    return {
        "slack": slack if "webhook_url" in slack else bot | slack,
        "pagerduty": {"routing_key": "d" * 32, "events_url": f"{inbox.url}/pagerduty"},
    }


def subjects(world: Services) -> list[str]:
    return [mail.subject for mail in world.sns.emails]


def failures_told(world: Services) -> list[str]:
    said = ("refuses our messages", "refused our messages", "settings are wrong")
    return [subject for subject in subjects(world) if any(each in subject for each in said)]
