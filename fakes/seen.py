"""What people have seen, read from the messages themselves: nothing here asks the function."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes.slack import lines

if TYPE_CHECKING:
    from fakes.world import World

_OVER = re.compile("✅|🔹|recovered|\\bOK\\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")

type Fact = tuple[str, bool]
"""An alarm's name, and whether it is over."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One new message that a person sees, and what it tells."""

    channel: str
    facts: frozenset[Fact]


def tellings(world: World, names: Iterable[str]) -> list[Telling]:
    """Return every message in its channel's order: an edit is none, a reply in Slack is."""
    known = _Names(names)
    told = [
        *(("slack", _lines_of("\n".join(lines(posted.first))))
          for posted in world.slack.messages.values()),
        *(("email", _lines_of(f"{mail.subject}\n{mail.body}")) for mail in world.sns.emails),
        *(("sms", _parts(text)) for text in world.sns.texts),
        *(("pagerduty", [f"OK {key}" if action == "resolve" else key])
          for action, key in world.pagerduty.changes),
    ]  # fmt: skip
    return [Telling(channel, frozenset(known.facts(parts))) for channel, parts in told]


def standing(world: World, names: Iterable[str]) -> set[Fact]:
    """Return what Slack's messages say as they stand now."""
    texts = [text for posted in world.slack.messages.values() for text in _lines_of(posted.text)]
    return set(_Names(names).facts(texts))


def redundant(told: Iterable[Telling]) -> list[Telling]:
    """Return the messages that tell nothing that their channel had not told before."""
    before: dict[str, set[Fact]] = {}
    repeats = []
    for telling in told:
        known = before.setdefault(telling.channel, set())
        if telling.facts and telling.facts <= known:
            repeats.append(telling)
        known |= telling.facts
    return repeats


def _parts(text: str) -> list[str]:
    """Return what an SMS says of each alert, with how it is."""
    head, _, rest = text.partition(": ")[2].partition(": ")
    if not re.match(r"\d+ (alert|recovered)", head):
        return [text]
    over = "OK " if "alert" not in head else ""
    return [over + part for part in rest.split(", ")]


def _lines_of(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.startswith(("was ", "  http"))]


class _Names:
    """Names to look for, each by the word of it that the fewest of them have.

    So a text is compared with those alone that may stand in it: of 3,000 with a few.
    """

    def __init__(self, names: Iterable[str]) -> None:
        patterns = {name: re.compile(rf"\b{re.escape(name)}\b") for name in names}
        shared = Counter(word for name in patterns for word in set(_WORD.findall(name)))
        self._by_word: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for name, pattern in patterns.items():
            rarest = min(_WORD.findall(name), key=lambda word: shared[word])
            self._by_word.setdefault(rarest, []).append((name, pattern))

    def facts(self, parts: Iterable[str]) -> Iterator[Fact]:
        for part in parts:
            for word in self._by_word.keys() & set(_WORD.findall(part)):
                for name, pattern in self._by_word[word]:
                    if pattern.search(part):
                        yield name, bool(_OVER.search(part))
