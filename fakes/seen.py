"""What people have seen, read from the messages themselves: nothing here asks the function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakes.slack import lines

if TYPE_CHECKING:
    from fakes.world import World

_OVER = re.compile("✅|🔹|recovered|\\bOK\\b", re.IGNORECASE)

type Fact = tuple[str, bool]
"""An alarm's name, and whether it is over."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One new message that a person sees, and what it tells."""

    channel: str
    facts: frozenset[Fact]


def tellings(world: World, names: Iterable[str]) -> list[Telling]:
    """Return every message in its channel's order: an edit is none, a reply in Slack is."""
    known = tuple(names)
    told = [
        *(("slack", _lines_of("\n".join(lines(posted.first))))
          for posted in world.slack.messages.values()),
        *(("email", _lines_of(f"{mail.subject}\n{mail.body}")) for mail in world.sns.emails),
        *(("sms", _parts(text)) for text in world.sns.texts),
        *(("pagerduty", [f"OK {key}" if action == "resolve" else key])
          for action, key in world.pagerduty.changes),
    ]  # fmt: skip
    return [Telling(channel, frozenset(_facts(parts, known))) for channel, parts in told]


def standing(world: World, names: Iterable[str]) -> set[Fact]:
    """Return what Slack's messages say as they stand now."""
    texts = [text for posted in world.slack.messages.values() for text in _lines_of(posted.text)]
    return set(_facts(texts, tuple(names)))


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


def _facts(parts: Iterable[str], names: tuple[str, ...]) -> Iterator[Fact]:
    for part in parts:
        for name in names:
            if re.search(rf"\b{re.escape(name)}\b", part):
                yield name, bool(_OVER.search(part))
