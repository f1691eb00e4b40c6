"""All that an entry of the catalogue can say: each template filled, each word and number graded.

No message has every field, so the services' own examples leave most of the catalogue unread.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.known import ENTRIES
from alarm_fanout.parsers.known.reading import Source, grade
from unit.alarm_fanout.parsers.event_files import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

    from alarm_fanout.parsers.known.model import Grade, Known

_FIELD = re.compile(r"\{([^{}|]+)((?:\|\w+)*)\}")
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")
# what a filter asks of a value
_FITTING: dict[str, Any] = {
    "bytes": "2000", "root": "Root", "public": True, "agent": False, "yes": True,
    "counts": {"HIGH": 2}, "pairs": {"a": 1}, "digest": {"a": 1},
    "scaling": "autoscaling:EC2_INSTANCE_LAUNCH",
    "unhealthy": "UNHEALTHY", "threats": "THREATS_FOUND", "zero": "0", "measured": "Metric",
    "target": {"bucketName": "media"}, "named": {"bucketName": "media"}, "fate": "check.down",
    "workflow": "incident.workflow.completed", "settled": "resolved",
    "certificate": "ACM Certificate Expired", "set": "arn:aws:x:stackset/guard:1",
    "key": "a+b%2Fc", "reason": '{"message": "why"}', "event": "ElastiCache:SnapshotComplete",
}  # fmt: skip


def grown(path: str, value: Any) -> Any:
    """Return a document in which a value stands at a path."""
    for step in reversed(path.removeprefix("/").split("/")):
        if step == "*":
            value = [value]
        elif step.isdecimal():
            value = [{}] * int(step) + [value]
        else:
            value = {f"{step[1:]}x" if step.startswith("?") else step: value}
    return value


def merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: merged(one[key], other[key])
            if key in one and key in other
            else {**one, **other}[key]
            for key in one | other
        }
    if isinstance(one, list) and isinstance(other, list) and one and other:
        return [merged(one[0], other[0]), *max(one[1:], other[1:], key=len)]
    return other


def source(fields: dict[str, Any]) -> Source:
    """Return where an entry finds values at paths."""
    event: Any = {}
    item: Any = {}
    for path, value in fields.items():
        if path.startswith("/"):
            event = merged(event, grown(path, value))
        else:
            item = merged(item, grown(path, value))
    return Source(event, item)


def fields_of(template: str) -> dict[str, Any]:
    """Return fitting values for all fields of a template, each named after its path."""
    return {
        path: next((_FITTING[each] for each in filters.split("|") if each in _FITTING),
                   path.strip("/").replace("/", "."))
        for path, filters in _FIELD.findall(template)
    }  # fmt: skip


def filled(template: str, *, quoted: bool = False) -> Iterator[str]:
    """Yield what a template says with all of its fields, and with those that it needs."""
    for shorter in dict.fromkeys((template, _OPTIONAL.sub("", template))):
        text = source(fields_of(shorter)).fill(template, quoted=quoted)
        assert text is not None
        yield text


def graded(entry: Known, each: Grade) -> Iterator[str]:
    """Yield how bad each word is at a path, and the numbers from which on it is so bad."""
    by_severity: dict[str, list[str]] = defaultdict(list)
    path = each.path.partition("|")[0]
    for heard in ("it failed", "it has recovered") if each.sounds else ():
        by_severity[str(grade(entry, source({path: heard})))].append(heard)
    for word in each.words:
        by_severity[str(grade(entry, source({path: word.lower()})))].append(word)
    for least, _ in each.numbers:
        for number in (least, least - 0.5):
            by_severity[str(grade(entry, source({path: number})))].append(f"{number:g}")
    for severity, words in by_severity.items():
        yield f"{each.path} is {severity}: {', '.join(words)}"


def said(entry: Known) -> Iterator[str]:
    """Yield all that an entry can say, a line each."""
    for title in entry.titles:
        yield from (f"title: {text}" for text in filled(title))
    for sentence in entry.sentence:
        yield from (f"sentence: {text}" for text in filled(sentence))
    for label, fact in entry.facts:
        yield from (f"{label}: {text}" for text in filled(fact))
    if entry.link:
        yield from (f"page: {text}" for text in filled(entry.link, quoted=True))
    if entry.url:
        yield f"address: {source(fields_of(f'{{{entry.url}}}')).text(entry.url)}"
    for key in entry.keys:
        yield from (f"key: {text}" for text in filled(key))
    for each in entry.severity:
        yield from graded(entry, each)
    yield f"else {grade(entry, source({}))}"


def name(entry: Known) -> str:
    return f"{entry.service}: {', '.join(entry.of or entry.has)}"


def test_an_entry_in_full(snapshot: SnapshotAssertion) -> None:
    assert {name(entry): list(said(entry)) for entry in ENTRIES} == snapshot


OPENING = [entry for entry in ENTRIES if entry.state and entry.of]


@pytest.mark.parametrize("entry", OPENING, ids=name)
def test_what_opens_and_what_closes_has_one_key(entry: Known, snapshot: SnapshotAssertion) -> None:
    assert entry.state
    found = {}
    for word in entry.state.words:
        fields = fields_of(entry.titles[0]) | fields_of(entry.keys[0])
        detail = source({**fields, entry.state.path: word.lower()}).item
        kind = next((each for each in entry.of if each.upper() == word), entry.of[0])
        event = {"detail-type": kind, "detail": detail}
        [alert] = parse(Envelope(event, event), NOW)
        found[word] = (alert.key, alert.state.value)
    assert len({key for key, _ in found.values()}) == 1
    assert found == snapshot
