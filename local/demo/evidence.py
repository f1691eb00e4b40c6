"""What the inbox must hold for a step of the demo to have shown what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def buttons(message: SlackMessage, action_id: str) -> list[dict[str, Any]]:
    """Return a message's buttons of an action."""
    return [
        element
        for attachment in message.content.attachments
        for block in attachment.get("blocks", ())
        for element in block.get("elements", ())
        if element.get("action_id") == action_id
    ]


def recovered(kept: Snapshot, text: str, channel: str | None = None) -> SlackMessage | None:
    """Return the message that was edited to say that an alert is over, with its reply."""
    messages = slack(kept) if channel is None else list(kept.slack.get(channel, ()))
    return next(
        (m for m in messages if text in m.content.text and _green(m) and m.edits and m.replies),
        None,
    )


def line_about(kept: Snapshot, channel: str, text: str, *, is_over: bool) -> str | None:
    """Return the line that tells of an alert in a channel, of a message of its own or a group's."""
    for message in kept.slack.get(channel, ()):
        for line in _lines(message):
            if text in line and line.startswith("✅") == is_over:
                return plain(line)
    return None


def largest_group(kept: Snapshot) -> SlackMessage | None:
    """Return the message that stands for the most alerts."""
    groups = [message for message in slack(kept) if _rows(message)]
    return max(groups, key=_rows, default=None)


def named(kept: Snapshot, pattern: str) -> set[str]:
    """Return which names of a pattern Slack's messages and their replies hold."""
    told = (each for message in slack(kept) for each in (message, *message.replies))
    return {name for each in told for name in re.findall(pattern, str(each.content))}


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


def _lines(message: SlackMessage) -> Iterator[str]:
    yield message.content.text
    for attachment in message.content.attachments:
        for block in attachment.get("blocks", []):
            yield from block.get("text", {}).get("text", "").splitlines()


def _rows(message: SlackMessage) -> int:
    """Return for how many alerts a group stands by its first line; 0 where it is none."""
    return sum(map(int, re.findall(r"(\d+) (?:ongoing|events?|recovered)\b", message.content.text)))


def _green(message: SlackMessage) -> bool:
    return message.content.text.startswith("✅")
