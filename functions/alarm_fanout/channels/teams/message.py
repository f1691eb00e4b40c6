"""Teams' form of the words: an Adaptive Card.

Every text is a TextRun of a RichTextBlock, which reads no Markdown (Microsoft's documentation,
"Text features"): a TextBlock or a FactSet would make lists, links and italics of what an alarm is
called. Version 1.4 and six actions are what all clients of Teams show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from alarm_fanout.words import Words, apart
from avatarwatch.catalogue import Severity

# Teams measures a message with its JSON escaped once more: a body of 24,453 bytes was refused as
# 28,897, "max allowed size is 28672 bytes" (github.com/MicrosoftDocs/msteams-docs, issue 11274).
# Whoever sends it to a workflow is not told: so some room is left.
SIZE_LIMIT = 26_000
ROWS = 50  # of one card; more alerts are several cards
ACTIONS = 5
# How much of each part is kept, the first of these that fits: sentence, fact, facts, links, row
_ROOM = ((3000, 400, 10, 5, 160), (1000, 200, 10, 3, 80), (500, 100, 5, 1, 40), (200, 50, 0, 0, 16))

_URL = re.compile(r"https?://[^\s/]\S*")
_STYLES = {Severity.CRITICAL: "attention", Severity.WARNING: "warning", Severity.INFO: "accent"}
_GOOD = "good"

type Card = dict[str, Any]
type _Told = tuple[Words, Severity]


def card(words: Words, severity: Severity) -> Card:
    """Write one alert."""
    style = _GOOD if words.emoji == "✅" else _STYLES[severity]
    line = f"{words.emoji} {words.headline}"
    return _fitting(
        _message(line, style, list(_parts(words, *room[:3])), _actions(words, room[3]))
        for room in _ROOM
    )


def digest(told: Sequence[_Told], system_name: str) -> Card:
    """Write several alerts: how many, then each of them by name; what goes on stands first."""
    ordered = sorted(told, key=lambda each: (each[0].emoji == "✅", list(Severity).index(each[1])))
    places = apart([words for words, _ in ordered])
    over = sum(words.emoji == "✅" for words, _ in told)
    counts = [f"{len(told) - over} alerts"] if over < len(told) else []
    counts += [f"{over} recovered"] if over else []
    style = _GOOD if over == len(told) else _STYLES[ordered[0][1]]
    emoji = "✅" if over == len(told) else ordered[0][0].emoji
    line = f"{emoji} {', '.join(counts)} · {system_name}"
    return _fitting(
        _message(
            line,
            style,
            [_row(each[0], place, room[4]) for each, place in zip(ordered, places, strict=True)],
            [],
        )
        for room in _ROOM
    )


def size(message: Card) -> int:
    """Return the bytes that Teams counts, or more: other than ASCII counts as its escape."""
    return len(json.dumps(json.dumps(message)))


def _fitting(versions: Iterator[Card]) -> Card:
    """Return the first version that keeps the limit; the last is made to."""
    version = next(versions)
    for shorter in versions:
        if size(version) <= SIZE_LIMIT:
            break
        version = shorter
    return version


def _message(line: str, style: str, items: Sequence[Card], actions: Sequence[Card]) -> Card:
    first = {"type": "Container", "style": style, "bleed": True, "items": [_text(_bold(line, 300))]}
    content: Card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": _cut(line, 300),
        "body": [first, *items],
    }
    if actions:
        content["actions"] = list(actions)
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


def _parts(words: Words, sentence: int, fact: int, facts: int) -> Iterator[Card]:
    """Yield what stands below the first line, in reading order."""
    if words.where:
        yield _text(_small(words.where, sentence))
    if moment := "   ".join(part for part in (words.since, words.course) if part):
        yield _text(_run(moment, sentence))
    if words.sentence:
        yield _text(_run(words.sentence, sentence))
    if words.also:
        yield _text(_run(words.also, sentence))
    for text in (words.before, words.instead):
        if text:
            yield _text(_small(text, sentence))
    for line in words.answers:
        yield _text(_small(line.text, sentence))
    for name, text in words.facts[:facts]:
        yield _text(_bold(f"{name}: ", fact), _run(text, fact))


def _row(words: Words, place: str, limit: int) -> Card:
    where = f"  {place}" if place else ""
    return _text(
        _bold(f"{words.emoji} ", 8),
        _run(words.short, limit),
        _small(f"{where}  {words.since}", limit),
    )


def _actions(words: Words, most: int) -> list[Card]:
    return [
        {"type": "Action.OpenUrl", "title": _cut(label, 75) or "Link", "url": url}
        for label, url in words.links
        if _URL.fullmatch(url) and len(url) <= 3000
    ][: min(most, ACTIONS)]


def _text(*runs: Card) -> Card:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, limit: int, **how: Any) -> Card:
    return {"type": "TextRun", "text": _cut(text, limit) or " ", **how}


def _bold(text: str, limit: int) -> Card:
    return _run(text, limit, weight="Bolder")


def _small(text: str, limit: int) -> Card:
    return _run(text, limit, isSubtle=True, size="Small")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
