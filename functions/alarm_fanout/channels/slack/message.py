"""Slack's form of the words: one line of text, and an attachment whose bar has the colour.

The first line is the message's text, so that a phone's lock screen shows it as well. Limits are
Slack's, from its Block Kit reference; the tests check them again by slack_sdk's models.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from alarm_fanout.said import LABELS
from alarm_fanout.times import Line, clock, is_today
from alarm_fanout.words import Words
from avatarwatch.answers import ANSWERS, What
from avatarwatch.catalogue import Severity

SECTION_LIMIT = 3000
CONTEXT_LIMIT = 2000
FIELDS_LIMIT = 10
BUTTON_TEXT_LIMIT = 75
URL_LIMIT = 3000
BUTTONS = 5
HEADLINE_LIMIT = 300

COLOURS = {Severity.CRITICAL: "#d72b3f", Severity.WARNING: "#e8912d", Severity.INFO: "#2b7de9"}
GREEN = "#2eb67d"

type _Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What chat.postMessage, chat.update and webhooks take alike.

    ``broadcast`` shows a reply in its channel as well: only those who follow a thread hear of it.
    """

    text: str
    attachments: tuple[dict[str, Any], ...] = ()
    broadcast: bool = False

    def payload(self) -> dict[str, Any]:
        """Return the arguments of a call."""
        attachments = {"attachments": list(self.attachments)} if self.attachments else {}
        return {"text": self.text, **attachments}


def escape(text: str) -> str:
    """Escape text for mrkdwn: exactly these three characters, in this order (Slack's reference)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Escape text and keep at most ``limit`` characters of it, never half an escape."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    kept, length = [], 0
    for character in text:
        length += len(escape(character))
        if length >= limit:
            break
        kept.append(character)
    return escape("".join(kept)) + "…"


def stamp(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Write an instant so that Slack shows it in each reader's own time zone.

    Slack's reference, "Formatting text for app surfaces", date formatting; the text behind the bar
    is for clients that cannot.
    """
    form = "{time}" if is_today(moment, now, zone) else "{date_short_pretty} {time}"
    return f"<!date^{int(moment.timestamp())}^{form}|{clock(moment, now, zone)}>"


def dated(line: Line) -> str:
    """Write a line with its times as Slack's own dates."""
    parts = (
        stamp(part, line.now, line.zone) if isinstance(part, datetime) else escape(part)
        for part in line.parts
    )
    return "".join(parts)


def render(
    words: Words, severity: Severity, *, green: bool, broadcast: bool = False
) -> SlackMessage:
    """Write one alert."""
    line = f"{words.emoji} *{cut(f'{words.status} · {words.what}', HEADLINE_LIMIT)}*"
    if words.threshold:
        line += f", {escape(words.threshold)}"
    colour = GREEN if green else COLOURS[severity]
    return SlackMessage(line, (attachment(colour, _blocks(words)),), broadcast=broadcast)


def render_reply(words: Words, *, broadcast: bool = False) -> SlackMessage:
    """Write what goes below a message that was changed: its new first line and when."""
    line = cut(f"{words.status} · {words.what}", HEADLINE_LIMIT)
    return SlackMessage(f"{words.emoji} {line} · {dated(words.moment)}", broadcast=broadcast)


def attachment(colour: str, blocks: Iterable[_Block]) -> dict[str, Any]:
    """Return blocks beside a bar of a colour."""
    return {"color": colour, "blocks": list(blocks)}


def _blocks(words: Words) -> list[_Block]:
    blocks: list[_Block] = []
    if words.where:
        blocks.append(context(cut(words.where, CONTEXT_LIMIT)))
    moment = "   ".join(
        part for part in (dated(words.moment), f"`{words.course}`" if words.course else "") if part
    )
    if moment:
        blocks.append(section(moment))
    if words.sentence:
        blocks.append(section(cut(words.sentence, SECTION_LIMIT // 2)))
    small = (words.also, words.before, words.instead)
    blocks += [context(cut(text, CONTEXT_LIMIT)) for text in small if text]
    if words.answers:
        blocks.append(context("   ".join(map(dated, words.answers))))
    if words.facts:
        fields = [
            _mrkdwn(f"*{cut(name, 100)}*\n{cut(text, 400)}")
            for name, text in words.facts[:FIELDS_LIMIT]
        ]
        blocks.append({"type": "section", "fields": fields})
    if words.offers:
        blocks.append({"type": "actions", "elements": _offers(words)})
    buttons = [
        _button(index, label, url)
        for index, (label, url) in enumerate(words.links)
        if len(url) <= URL_LIMIT and url.startswith(("https://", "http://"))
    ]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons[:BUTTONS]})
    return blocks


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> _Block:
    """Return a block of text."""
    return {"type": "section", "text": _mrkdwn(text)}


def context(text: str) -> _Block:
    """Return a block of small text."""
    return {"type": "context", "elements": [_mrkdwn(text)]}


def answer_button(action_id: str, label: str, value: str) -> dict[str, Any]:
    """Return a button that sends an answer."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action_id, "value": value}


def _offers(words: Words) -> list[dict[str, Any]]:
    """Return the buttons that answer: the first is the one to press at night."""
    found = [
        answer_button(f"{ANSWERS}{what}", LABELS[what], words.offered) for what in words.offers
    ]
    if words.offers[0] is What.ACKNOWLEDGE:
        found[0]["style"] = "primary"
    return found


def _button(index: int, label: str, url: str) -> dict[str, Any]:
    text = label[:BUTTON_TEXT_LIMIT].strip() or "Link"
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "url": url,
        "action_id": f"link-{index}",
    }
