"""JSON documents: in a known format, in any other by its containers, and what envelopes hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from health_polling.reading.containers import (
    CONTAINERS,
    Place,
    containers,
    is_http,
    members,
    name_of,
)
from health_polling.reading.formats import (
    ASPNET_NUMBERS,
    Content,
    Member,
    format_of,
    spelled,
)
from health_polling.reading.names import is_part
from health_polling.reading.parts import parts_of
from health_polling.reading.reasons import reason_of
from health_polling.reading.status import (
    WORD_KEYS,
    Document,
    Said,
    folded,
    has_word,
    key,
    own_status,
    told_inside,
)
from health_polling.reading.words import Words
from health_polling.reading.wrapped import inside
from health_polling.verdict import ComponentReading, Verdict, worst

ENVELOPES = ("data", "result", "response", "payload", "body", "health", "healthcheck", "value",
             "report", "attributes", "content", "state", "status", "embedded",
             "detail")  # fmt: skip
_MOST_ENVELOPES = 5
_NOT_BESIDE = frozenset((*WORD_KEYS, *ENVELOPES))


def read_object(document: Document, words: Words, form: str = "") -> Content:
    """Read an object in whichever format it is."""
    known = folded(document)
    if found := format_of(known):
        return found.read(document, words)
    own = own_status(document, words)
    parts = parts_of(_anywhere(document, words), words)
    content = Content(form or _form(known, parts), own, parts, reason_of(document))
    return _with_envelopes(content, document, words)


def read_list(listed: list[Any], words: Words) -> Content | None:
    """Read a list of named things: Consul's checks, a health UI's services."""
    things = [item for item in listed if isinstance(item, dict)]
    if listed and isinstance(listed[0], str) and len(things) == len(listed) - 1:
        own = own_status({"status": listed[0], **(things[0] if things else {})}, words)
        return Content("JSON status", own) if own and not own.unread else None  # ["CRIT", {…}]
    if not things or len(things) < len(listed):
        return None
    known = folded(things[0])
    named = [(name_of(spelled(t, ASPNET_NUMBERS)), spelled(t, ASPNET_NUMBERS)) for t in things]
    if {"node", "service", "checks"} <= known.keys():  # Consul's /v1/health/service
        found = [m for thing in things for m in members(folded(thing)["checks"], Place.SURE)]
    else:
        found = [(name or f"number {n}", t, Place.SURE) for n, (name, t) in enumerate(named, 1)]
    parts = parts_of(found, words)
    form = "Consul" if {"checkid", "checks"} & known.keys() else "list of components"
    return Content(form, None, parts) if parts else None


def _anywhere(document: Document, words: Words) -> Iterator[Member]:
    """Yield what may be a part, wherever it stands in a document that no format knows."""
    if _is_map_of_parts(document):
        yield from members(document, Place.SURE)
        return
    yield from containers(document, nested=False)
    for name, value in document.items():
        folded_name = key(name)
        if folded_name in CONTAINERS and isinstance(value, (list, dict)):
            if isinstance(value, dict) and has_word(value):
                yield name, value, Place.BESIDE
            continue
        if folded_name in _NOT_BESIDE:
            if (
                isinstance(value, dict)
                and folded_name in WORD_KEYS
                and not has_word(value)
                and told_inside(value, words) is None
            ):
                yield from members(value, Place.LISTED)  # {"status": {"db": "up"}}
            continue
        if isinstance(value, list) and not any(isinstance(v, dict) for v in value):
            continue
        yield name, value, Place.BESIDE


def _is_map_of_parts(document: Document) -> bool:
    """Whether it is nothing but parts: each with yes or no, with a status of HTTP, or healthy."""
    values = document.values()
    if all(isinstance(each, dict) and isinstance(each.get("healthy"), bool) for each in values):
        return len(document) > 1  # Dropwizard's, whatever they are called
    is_said = all(isinstance(each, bool) for each in values) or is_http(document)
    return len(document) > 1 and is_said and not has_word(document) and all(map(is_part, document))


def _with_envelopes(content: Content, document: Document, words: Words, depth: int = 1) -> Content:
    """Add what an envelope holds: results often lie one deep, in ``data`` or the like."""
    for name, value in document.items():
        if key(name) not in ENVELOPES:
            continue
        if isinstance(value, str):
            value = inside(value)  # noqa: PLW2901 - what a proxy passes on is often JSON in JSON
        if isinstance(value, list) and (listed := read_list(value, words)):
            content = _merged(content, listed)
        elif isinstance(value, dict):
            inner = _inner(content.form, value, words)
            if inner.form == content.form and depth < _MOST_ENVELOPES:
                inner = _with_envelopes(inner, value, words, depth + 1)
            content = _merged(content, inner)
    return content


def _inner(form: str, value: Document, words: Words) -> Content:
    known = folded(value)
    if found := format_of(known):
        return found.read(value, words)
    parts = parts_of(_anywhere(value, words), words)
    return Content(form, own_status(value, words), parts, reason_of(value))


def _merged(outer: Content, inner: Content) -> Content:
    said = [each for each in (outer.own, inner.own) if each]
    own = max(said, key=lambda s: s.verdict is Verdict.FAIL, default=None)
    if own and len(said) == 2 and own.verdict is not Verdict.FAIL:
        verdict = worst([s.verdict for s in said])
        own = Said(verdict, outer.own.unread if outer.own and outer.own.unread else
                   inner.own.unread if inner.own else "")  # fmt: skip
    known = {part.name for part in outer.parts}
    parts = outer.parts + tuple(p for p in inner.parts if p.name not in known)
    form = inner.form if inner.own or inner.parts else outer.form
    return Content(form, own, parts, outer.reason or inner.reason)


def _form(known: Document, parts: tuple[ComponentReading, ...]) -> str:
    if {"info", "details"} <= known.keys() or ({"info", "error"} <= known.keys()):
        return "NestJS Terminus"
    if "components" in known or "details" in known:
        return "Spring Boot Actuator"
    if {"timestamp", "service", "version"} <= known.keys() and parts:
        return "avatar health document"
    if parts:
        return "JSON with components"
    return "JSON status"
