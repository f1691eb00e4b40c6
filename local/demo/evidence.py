"""What the inbox must hold for a step of the demo to have shown what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.inbox.models import Email, Incident, SlackMessage, Snapshot, TextMessage


def slack(kept: Snapshot) -> list[SlackMessage]:
    """Return every Slack message in order."""
    return [message for messages in kept.slack.values() for message in messages]


def ringing(kept: Snapshot, text: str) -> SlackMessage | None:
    """Return the message that tells of an open alert."""
    return next((m for m in slack(kept) if f"· {text}" in m.content.text and not _green(m)), None)


def fields(message: SlackMessage) -> dict[str, str]:
    """Return a message's facts by their names."""
    found = {}
    for attachment in message.content.attachments:
        for block in attachment.get("blocks", ()):
            for field in block.get("fields", ()):
                name, _, value = field["text"].partition("\n")
                found[plain(name)] = value
    return found


def recovered(kept: Snapshot, text: str, channel: str | None = None) -> SlackMessage | None:
    """Return the message that was edited to say that an alert is over, with its reply."""
    messages = slack(kept) if channel is None else list(kept.slack.get(channel, ()))
    return next(
        (m for m in messages if text in m.content.text and _green(m) and m.edits and m.replies),
        None,
    )


def group_of(kept: Snapshot, count: int) -> SlackMessage | None:
    """Return the message that stands for at least so many alerts, all of them in it."""
    for message in slack(kept):
        head = plain(message.content.text).split(" alerts", 1)[0].split()[-1]
        if "alerts" in message.content.text and head.isdecimal() and int(head) >= count:
            return message
    return None


def emails(kept: Snapshot, text: str) -> list[Email]:
    """Return the e-mails whose subject holds a text."""
    return [email for email in kept.emails if text in (email.subject or "")]


def texts(kept: Snapshot, text: str) -> list[TextMessage]:
    """Return the SMS that hold a text."""
    return [message for message in kept.texts if text in message.body]


def open_incidents(kept: Snapshot) -> list[Incident]:
    """Return PagerDuty's incidents that are triggered."""
    return [incident for incident in kept.incidents if incident.state == "triggered"]


def resolved_incidents(kept: Snapshot) -> list[Incident]:
    """Return PagerDuty's incidents that are resolved."""
    return [incident for incident in kept.incidents if incident.state == "resolved"]


def plain(text: str) -> str:
    """Return mrkdwn's text without its stars."""
    return text.replace("*", "")


def _green(message: SlackMessage) -> bool:
    return message.content.text.startswith("✅")
