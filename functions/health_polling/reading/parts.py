"""The components that a document names, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from health_polling.reading import names
from health_polling.reading.containers import (
    CONTAINERS,
    Place,
    containers,
    is_map_of_parts,
    is_map_of_words,
    name_of,
)
from health_polling.reading.reasons import reason_of
from health_polling.reading.sentences import sentence
from health_polling.reading.status import (
    Document,
    Said,
    Whose,
    folded,
    key,
    own_status,
    weighed,
)
from health_polling.reading.things import plain
from health_polling.reading.words import Words, fold, is_strong, verdict_of
from health_polling.verdict import ComponentReading, Verdict, worst

MOST_COMPONENTS = 50
_MOST_MEMBERS = 20_000  # of one document, however they are nested

# Of a word that nobody knows, or a few, where a part's status stands.
_PHRASE = re.compile(r"(?=.{1,40}$)[^\W\d_]+(?:[ _-][^\W\d_]+){0,3}[.!]?")

# Of circuit breakers, which are well when closed; {**_, **words} leaves an operator's words.
_BREAKER = "reaker"  # however it begins
_BREAKERS = {"open": Verdict.FAIL, "forced open": Verdict.FAIL, "closed": Verdict.PASS,
             "half open": Verdict.WARN, "metrics only": Verdict.PASS}  # fmt: skip
_ENDED = re.compile(r"exited (?:\(0\)|with (?:code|status) 0\b)", re.IGNORECASE)
_AT_REST = frozenset({"inactive", "stopped", "not running", "no", "pending", "paused"})
_AT_WORK = frozenset({"running", "isrunning"})

type _Found = tuple[str, str, Any, Place, int | None]  # path, name, value, place, parent


@dataclass(slots=True)
class Part:
    """A member that is a part: its path, and the index of the part that it is nested in."""

    path: str
    said: Said
    value: Any
    parent: int | None


def part_status(name: str, value: Any, place: Place, words: Words) -> Said | None:
    """Return what a member says of a part's health, None where it says nothing of it."""
    if isinstance(value, dict):
        return _object(name, value, place, words)
    if isinstance(value, bool):
        counts = place is Place.SURE or names.is_part_flag(name)
        return Said(Verdict.PASS if value else Verdict.FAIL) if counts else None
    return _text(name, value, place, words) if isinstance(value, str) else None


def _object(name: str, value: Document, place: Place, words: Words) -> Said | None:
    is_part = place is not Place.BESIDE or names.is_part(name)
    whose = Whose.PART if is_part else Whose.MEMBER
    said = own_status(value, words, whose)
    if said and names.is_errand(name):
        others = {n: v for n, v in value.items() if key(n) not in _AT_WORK}
        said = Said(Verdict.UNKNOWN) if _is_done(value) else own_status(others, words, whose)
    if said is None or (said.verdict is Verdict.UNKNOWN and not said.unread):
        return said
    if place is Place.BESIDE and names.is_fact(name):
        return None
    if said.unread:
        return said if place is Place.SURE else None
    is_doubtful = place is Place.BESIDE and not said.is_strong and not names.is_part(name)
    if is_doubtful and (said.is_mild or not {"status", "health"} & folded(value).keys()):
        return None
    if said.verdict is not Verdict.FAIL:
        return said
    return Said(weighed(said.verdict, value), is_strong=said.is_strong)


def _is_done(value: Document) -> bool:
    """Whether what runs once and ends has ended well: "Exited (0) 3 days ago"."""
    known = folded(value)
    told = [known[name] for name in ("status", "state") if isinstance(known.get(name), str)]
    ended = [_ENDED.match(text) is not None for text in told]
    is_nought = any(ended) or (bool(told) and known.get("exitcode") == 0)
    return is_nought and all(e or fold(t) == "exited" for e, t in zip(ended, told, strict=True))


def _text(name: str, value: str, place: Place, words: Words) -> Said | None:
    verdict = verdict_of(value, words)
    if verdict is None:
        verdict = None if names.is_fact(name) else sentence(value, words)
        if verdict is None:
            is_said = place is Place.SURE and not names.is_fact(name) and _PHRASE.fullmatch(value)
            return Said(Verdict.UNKNOWN, unread=value) if is_said else None
        return Said(verdict)
    if place is Place.SURE or fold(value) in words:
        return Said(verdict)
    if names.is_fact(name) or (names.is_errand(name) and fold(value) in _AT_REST):
        return None
    return Said(verdict) if names.is_part(name) or is_strong(value) else None


def parts_of(found: Iterable[tuple[str, Any, Place]], words: Words) -> tuple[ComponentReading, ...]:
    """Return the components among members, nested ones by their path, the sick first.

    A part of parts is named by those of its parts that are as bad as it is.
    """
    listed: list[Part] = []
    stack: list[_Found] = [(name, name, value, place, None) for name, value, place in found]
    stack.reverse()
    seen = 0
    while stack and (seen := seen + 1) <= _MOST_MEMBERS:
        path, name, value, place, parent = stack.pop()
        if isinstance(value, list):
            stack += _instances(path, name, value, place, parent)[::-1]
            continue
        if isinstance(value, dict):
            value = plain(value)
        if _BREAKER in path:
            said = part_status(name, value, Place.LISTED, {**_BREAKERS, **words})
        else:
            said = part_status(name, value, place, words)
        mine = parent
        if said is not None:
            mine = len(listed)
            listed.append(Part(path, said, value, parent))
        if isinstance(value, dict):
            inner = _below(name, value, place, is_part=said is not None, words=words)
            stack += [(f"{path}/{n}", n, v, p, mine) for n, v, p in inner][::-1]
    return _told(_without_parents(listed))


def _below(
    name: str, value: Document, place: Place, *, is_part: bool, words: Words
) -> list[tuple[str, Any, Place]]:
    """Return what may be a part in a member.

    In a part, and in a container, what containers hold. Of a member that is neither, what it is
    made of where that is objects alone, whatever they are called; with facts in it it is one.
    """
    if is_part or place is not Place.BESIDE:
        found = list(containers(value, nested=True))
        if found or is_part or place is not Place.SURE:
            return found
    elif names.is_fact(name):
        return [(n, v, place) for n, v in value.items() if names.is_needed_status(n)]
    if is_map_of_words(value, words):
        return [(n, v, place) for n, v in value.items()]
    if place is not Place.BESIDE:
        held = ((n, v) for n, v in value.items() if isinstance(v, dict) or _is_listed(v))
        return [(n, v, Place.BESIDE) for n, v in held]
    objects = [(n, v) for n, v in value.items() if not names.is_fact(n)]
    if not all(isinstance(v, dict) or _is_listed(v) for v in value.values()):
        return [each for each in containers(value, nested=True) if each[2] is Place.SURE]
    is_sure = is_map_of_parts(value) and any(names.is_part(n) for n in (name, *value))
    return [(n, v, Place.SURE if is_sure else Place.BESIDE) for n, v in objects]


def _is_listed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _instances(
    path: str, name: str, value: list[Any], place: Place, parent: int | None
) -> list[_Found]:
    """Return the instances of one part: named ones by their names, others as the part itself."""
    found: list[_Found] = []
    is_listed = place is Place.BESIDE or not CONTAINERS.isdisjoint((key(name), f"{key(name)}s"))
    for item in value:
        if not isinstance(item, dict):
            continue
        if place is Place.BESIDE and (names.is_fact(name) or names.is_errand(name)):
            continue
        own = name_of(item) if is_listed else ""
        found.append((f"{path}/{own}" if own else path, name, item, place, parent))
    return found


def _without_parents(listed: list[Part]) -> list[Part]:
    """Leave out parts that are no worse than the parts in them, which say more."""
    below: list[list[Verdict]] = [[] for _ in listed]
    kept = []
    for index in range(len(listed) - 1, -1, -1):
        part = listed[index]
        inner = worst(below[index]) if below[index] else None
        own = part.said.verdict
        if inner is None or worst([own, inner]) is not inner:
            kept.append(part)
        if part.parent is not None:
            below[part.parent].append(worst([own, inner] if inner else [own]))
    return kept[::-1]


def _told(listed: list[Part]) -> tuple[ComponentReading, ...]:
    found: dict[str, ComponentReading] = {}
    for part in listed:
        reading = _reading(part)
        known = found.get(part.path)
        if known is None or worst([known.verdict, reading.verdict]) is not known.verdict:
            found[part.path] = reading  # of several instances the worst
    ill = {Verdict.FAIL: 0, Verdict.WARN: 1}
    ordered = sorted(found.items(), key=lambda each: ill.get(each[1].verdict, 2))
    return tuple(_told_apart(ordered[:MOST_COMPONENTS]))


def _told_apart(found: list[tuple[str, ComponentReading]]) -> Iterator[ComponentReading]:
    """Yield components under different names also where what can be shown of them is the same."""
    seen: set[str] = set()
    for path, reading in found:
        if reading.name in seen:
            reading = replace(reading, name=names.marked(reading.name, path))  # noqa: PLW2901
        seen.add(reading.name)
        yield reading


def _reading(part: Part) -> ComponentReading:
    name = names.shown(part.path) or "unnamed"
    if part.said.unread:
        text = f'its word "{names.storable(part.said.unread, 40)}" is not known: cannot be read'
        return ComponentReading(name, Verdict.WARN, text)
    if part.said.verdict is Verdict.PASS:
        return ComponentReading(name, Verdict.PASS)
    reason = reason_of(part.value) if isinstance(part.value, dict) else part.value
    text = names.storable(reason, 200) if isinstance(reason, str) else ""
    return ComponentReading(name, part.said.verdict, text)
