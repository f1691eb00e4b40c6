"""Slack's form of the words: one line of text, and an attachment whose bar has the colour.

The first line is the message's text, so that a phone's lock screen shows it as well. Limits are
Slack's, from its Block Kit reference; the tests check them again by slack_sdk's models.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alarm_fanout.group import Group
from alarm_fanout.times import clock
from alarm_fanout.words import EMOJI, Words
from avatarwatch.catalogue import Severity

SECTION_LIMIT = 3000
CONTEXT_LIMIT = 2000
FIELDS_LIMIT = 10
BUTTON_TEXT_LIMIT = 75
URL_LIMIT = 3000
BUTTONS = 5
HEADLINE_LIMIT = 300
GROUP_ROWS = 20

_COLOURS = {Severity.CRITICAL: "#d72b3f", Severity.WARNING: "#e8912d", Severity.INFO: "#2b7de9"}
_GREEN = "#2eb67d"

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


def render(words: Words, severity: Severity, *, green: bool) -> SlackMessage:
    """Write one alert."""
    line = f"{words.emoji} *{cut(f'{words.status} · {words.what}', HEADLINE_LIMIT)}*"
    if words.threshold:
        line += f", {escape(words.threshold)}"
    colour = _GREEN if green else _COLOURS[severity]
    return SlackMessage(line, (_attachment(colour, _blocks(words)),))


def render_reply(words: Words, *, broadcast: bool = False) -> SlackMessage:
    """Write what goes below a message that was changed: its new first line and when."""
    line = cut(f"{words.status} · {words.what}", HEADLINE_LIMIT)
    return SlackMessage(f"{words.emoji} {line} · {escape(words.since)}", broadcast=broadcast)


def render_group(group: Group) -> SlackMessage:
    """Write several alerts as one: a headline, a table of up to 20, counts beyond."""
    ongoing, over = group.ongoing, group.over
    counts = [f"{len(ongoing)} ongoing"] if ongoing else []
    counts += [f"{len(over)} recovered"] if over else []
    emoji = EMOJI[group.severity]
    rows = [*ongoing, *over]
    what = f"{len(rows)} alerts" if len(rows) > 1 else cut(rows[0].text, HEADLINE_LIMIT)
    line = f"{emoji if ongoing else '✅'} *{what}* · {', '.join(counts)}"
    shown = [
        f"{'✅' if member.is_over else EMOJI[member.severity]} {cut(member.text, 120)}"
        f" · {clock(member.changed_at, group.updated_at)}"
        for member in rows[:GROUP_ROWS]
    ]
    blocks = [_section(text) for text in _pack(shown, SECTION_LIMIT)]
    if len(rows) > GROUP_ROWS:
        beyond = rows[GROUP_ROWS:]
        still = sum(not member.is_over for member in beyond)
        text = f"and {len(beyond)} more: {still} ongoing, {len(beyond) - still} recovered"
        blocks.append(_context(text))
    colour = _COLOURS[group.severity] if ongoing else _GREEN
    return SlackMessage(line, (_attachment(colour, blocks),))


def _attachment(colour: str, blocks: Iterable[_Block]) -> dict[str, Any]:
    return {"color": colour, "blocks": list(blocks)}


def _blocks(words: Words) -> list[_Block]:
    blocks: list[_Block] = []
    if words.where:
        blocks.append(_context(cut(words.where, CONTEXT_LIMIT)))
    moment = "   ".join(
        part for part in (escape(words.since), f"`{words.course}`" if words.course else "") if part
    )
    if moment:
        blocks.append(_section(moment))
    if words.sentence:
        blocks.append(_section(cut(words.sentence, SECTION_LIMIT // 2)))
    if words.before:
        blocks.append(_context(cut(words.before, CONTEXT_LIMIT)))
    if words.facts:
        fields = [
            _mrkdwn(f"*{cut(name, 100)}*\n{cut(text, 400)}")
            for name, text in words.facts[:FIELDS_LIMIT]
        ]
        blocks.append({"type": "section", "fields": fields})
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


def _section(text: str) -> _Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> _Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _button(index: int, label: str, url: str) -> dict[str, Any]:
    text = label[:BUTTON_TEXT_LIMIT].strip() or "Link"
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": text},
        "url": url,
        "action_id": f"link-{index}",
    }


def _pack(lines: Iterable[str], limit: int) -> list[str]:
    """Join lines into as few texts as keep within the limit."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= limit:
            packed[-1] += "\n" + line
        else:
            packed.append(line)
    return packed
