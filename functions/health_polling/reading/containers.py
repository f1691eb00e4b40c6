"""Where a document keeps its components: containers known to hold them, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from health_polling.reading.names import is_fact, tokens
from health_polling.reading.status import (
    WORD_KEYS,
    Document,
    Whose,
    folded,
    has_word,
    key,
    own_status,
)
from health_polling.reading.things import name_inside
from health_polling.reading.words import HTTP, Words, verdict_of
from health_polling.verdict import Verdict


class Place(Enum):
    """Where a member was found, and so how much of it is believed to be about health."""

    SURE = "a container of checks: a yes or no, and a word that nobody knows, count as well"
    LISTED = "a list of named things, or details: known words count"
    BESIDE = "beside the document's own status: sure words and known parts count"


SURE = frozenset(
    """checks components services dependencies results entries healthchecks checkresults healths
    subsystems systems modules probes monitors backends upstreams subcomponents contributors deps
    servicestatus servicestatuses componentstatus componentstatuses statuses indicators healthy
    tests dependencystatus integrations externalservices thirdparty healthindicators
    checkstatuses dienste komponenten composants servicios componentes servizi componenti
    serviços""".split()
)
LISTED = frozenset(
    """details info databases caches queues workers brokers nodes instances members servers replicas
    providers resources connections endpoints plugins apps applications targets parts clusters
    clusterstatuses hoststatuses entry
    datastores stores storages partitions children shards peers sources sinks regions channels
    hosts items errors error collections drives disks volumes containers pods processes""".split()
)
CONTAINERS = SURE | LISTED
_HOLDERS = (list, dict)
# Of these each is as good as the other, so that they are listed without names.
_ALIKE = frozenset(
    "instances nodes replicas servers workers members brokers hosts drives disks volumes".split()
)
_ILL_LISTS = {"unhealthy": Verdict.FAIL, "down": Verdict.FAIL, "failed": Verdict.FAIL,
              "failing": Verdict.FAIL, "unreachable": Verdict.FAIL,
              "unavailable": Verdict.FAIL, "offline": Verdict.FAIL, "degraded": Verdict.WARN,
              "failedchecks": Verdict.FAIL,
              "unhealthyservices": Verdict.FAIL}  # fmt: skip
# In two words, in either order: unhealthy_endpoints, deadNodes, services_down.
_ILL = frozenset(
    "unhealthy down failed failing unreachable unavailable offline dead degraded broken".split()
)
_OF_ILL = frozenset(
    """services endpoints nodes components checks dependencies servers hosts instances replicas
    backends upstreams targets shards brokers workers systems modules probes databases providers
    monitors healthchecks""".split()
)
MEASURES = frozenset(
    """total count counts size number passed failed failures errors ms latency duration seconds
    time max min port memory bytes rate""".split()
)
_NAME_KEYS = ("name", "key", "component", "componentname", "checkname", "check", "checker", "label",
              "service", "servicename", "serviceid", "title", "displayname", "checkid", "id",
              "identifier", "resource", "dependency", "system", "module", "target", "node",
              "hostname", "names", "endpoint", "address", "instance", "scrapepool",
              "model")  # fmt: skip
# health_by_region, livenessByNode; order_status_by_store is of orders
_BY = re.compile(
    r"(?:[a-z_]*(?:health|liveness|availability)|(?:service|node|server|component)?_?(?:status|state))"
    r"_?by_?(\w+?)(?:_?id)?",
    re.IGNORECASE,
)
_LONGEST_BY = 60
_WHERE = frozenset({"region", "zone", "host", "environment", "env", "role"})
_ENDS = ("status", "statuses", "states", "health")


def containers(document: Document, *, nested: bool) -> Iterator[tuple[str, Any, Place]]:
    """Yield the members of the containers of an object: name, value and place."""
    for name, value in document.items():
        if not isinstance(value, _HOLDERS) or not value:
            continue
        folded_name = key(name)
        if isinstance(value, list) and f"{folded_name}s" in CONTAINERS:
            folded_name += "s"  # in XML each is called by the singular
        if folded_name in SURE:
            yield from members(value, Place.SURE)
        elif folded_name in LISTED and not (isinstance(value, dict) and has_word(value)):
            is_sure = is_map_of_parts(value, needs_name=folded_name not in _ALIKE)
            place = Place.SURE if is_sure else Place.LISTED
            yield from _objects_only(members(value, place), is_all=not nested)
        elif _tells_words(name, folded_name, value):
            yield from members(value, Place.SURE)  # {"serverStatus": {"a": "UP"}}
        if isinstance(value, list) and (verdict := _of_list(name, folded_name)):
            word = "down" if verdict is Verdict.FAIL else "degraded"
            found = (name_of(v) or f"{name} {n}" if isinstance(v, dict) else v
                     for n, v in enumerate(value, 1))  # fmt: skip
            yield from ((v, word, Place.SURE) for v in found if isinstance(v, str) and v)


def _tells_words(name: str, folded_name: str, value: list[Any] | Document) -> bool:
    if not isinstance(value, dict) or folded_name in WORD_KEYS:
        return False
    is_named = folded_name.endswith(_ENDS) and not is_fact(name)
    by = _BY.fullmatch(name) if not is_named and len(name) <= _LONGEST_BY else None
    is_split = by is not None and (by[1].lower() in _WHERE or not is_fact(by[1]))
    return (is_named or is_split) and is_map_of_words(value)


def _of_list(name: str, folded_name: str) -> Verdict | None:
    """Return what it means to stand in a list of this name, None where it means nothing."""
    if folded_name in _ILL_LISTS:
        return _ILL_LISTS[folded_name]
    words = tokens(name)
    if len(words) != 2 or not (_ILL.intersection(words) and _OF_ILL.intersection(words)):
        return None
    return Verdict.WARN if "degraded" in words else Verdict.FAIL


def is_map_of_words(value: Document, words: Words | None = None) -> bool:
    """Whether an object has nothing but words of things: ``{"eu": "up", "us": "down"}``."""
    texts = [v for v in value.values() if isinstance(v, str)]
    return (
        bool(texts)
        and len(texts) == len(value)
        and folded(value).keys().isdisjoint(WORD_KEYS)
        and all(verdict_of(text, words) is not None for text in texts)
    )


def members(value: list[Any] | Document, place: Place) -> Iterator[tuple[str, Any, Place]]:
    """Yield the members of a container, whichever way it lists them."""
    if isinstance(value, dict):
        are_http = place is Place.SURE and is_http(value)
        for name, inner in value.items():
            yield name, str(inner) if are_http else inner, place
        return
    for number, item in enumerate(_latest(value), 1):
        if isinstance(item, str) and (pair := _pair(item)):
            yield (*pair, place)
        elif isinstance(item, list) and _is_pair(item):
            yield item[0], item[1], place  # ["redis", "down"]
        elif isinstance(item, dict) and (named := _named(item, number, place)):
            yield named


def _latest(value: list[Any]) -> list[Any]:
    """Return of results that are alike in all but their times the latest: the others are past."""
    first = value[0] if value else None
    if len(value) < 2 or not isinstance(first, dict) or not isinstance(first.get("timestamp"), str):
        return value
    texts = [_texts(each) for each in value if isinstance(each, dict)]
    times = [each.pop("timestamp", "") for each in texts]
    is_one = len(texts) == len(value) and all(each == texts[0] for each in texts)
    return [value[times.index(max(times))]] if is_one and len({*times}) == len(times) else value


def _texts(item: Document) -> Document:
    return {name: text for name, text in item.items() if isinstance(text, str)}


def is_http(value: Document) -> bool:
    """Whether all members of a container are statuses of HTTP: ``{"api": 200, "db": 503}``."""
    return all(
        type(each) is int and each in HTTP and not MEASURES.intersection(tokens(name))
        for name, each in value.items()
    )


def name_of(item: Document) -> str:
    """Return what a listed thing calls itself, "" where it does not."""
    known = folded(item)
    found = (known.get(k) for k in _NAME_KEYS)
    texts = (str(v) for v in found if isinstance(v, str | int) and not isinstance(v, bool))
    return next((text for text in texts if text.strip()), "") or name_inside(item)


def _named(item: Document, number: int, place: Place) -> tuple[str, Any, Place] | None:
    name, known = name_of(item), folded(item)
    if name and "value" in known and own_status(item, {}, Whose.PART) is None:
        return name, known["value"], place  # {"key": "redis", "value": "Unhealthy"}
    if not name and len(item) == 1:
        only, value = next(iter(item.items()))
        if isinstance(value, dict) or not has_word(item):
            return only, value, place  # {"default": {"ok": true}}
    if not name and place is Place.LISTED:
        return None
    return name or f"number {number}", item, place


def _is_pair(item: list[Any]) -> bool:
    return len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], str | bool)


def _pair(text: str) -> tuple[str, str] | None:
    name, separator, word = text.partition(":")
    return (name.strip(), word.strip()) if separator and name.strip() else None


def is_map_of_parts(value: Any, *, needs_name: bool = True) -> bool:
    """Whether a doubtful container holds what containers of parts do: objects with a status."""
    if isinstance(value, dict):
        return all(isinstance(v, dict) and has_word(v) for v in value.values())
    return all(
        isinstance(v, dict) and has_word(v) and (not needs_name or name_of(v)) for v in value
    )


def _objects_only(
    found: Iterable[tuple[str, Any, Place]], *, is_all: bool
) -> Iterator[tuple[str, Any, Place]]:
    """Yield what may be a part in details: of a part they are facts, unless objects."""
    for name, value, place in found:
        if is_all or isinstance(value, dict):
            yield name, value, place
