"""What the fields of JSON that nobody told us about mean, by their names.

Names are compared without capitals, hyphens and underscores. First the very names that say it
(``status``), then those that end so (``TrainingJobStatus``, ``test-run-status``); what is nearer to
the top of the document counts more.
"""

import re
from collections.abc import Iterator
from typing import Any

from alarm_fanout.parsers import vocabulary
from alarm_fanout.parsers.sounds import (
    GOOD,
    LEVELS,
    POOR,
    graded_as,
    is_bad,
    is_end,
    is_over,
    sounding,
)
from alarm_fanout.parsers.texts import is_secret
from avatarwatch.catalogue import Severity

_NEAR = 3  # so deep in a document stand the fields that are about the whole of it
_FEW = 3  # of a list


def headline(document: Any, of: str = "") -> str:
    """Return the text that a document itself puts above all, empty if none.

    Of several names that of what an event is called after: ``tableName`` of a table's change.
    """
    match document:
        case {"Records": [{"eventSource": str(source), "eventName": str(name)}, *_]}:
            return f"{source} {name}"  # S3's notifications and their kin
        case {"involvedObject": {"name": str()}}:
            return ""  # Kubernetes' events: of the names beside it, none says what it is about
        case _:
            return _called(document, _plain(of)) or next(
                _texts(top(document), vocabulary.NAMES, vocabulary.NAMED), ""
            )


def _called(document: Any, of: str) -> str:
    stems = {
        _plain(key).removesuffix("name"): item
        for key, item in (document.items() if isinstance(document, dict) else ())
        if isinstance(item, str) and item.strip() and vocabulary.NAMED.fullmatch(_plain(key))
    }
    return next((item.strip() for stem, item in stems.items() if stem and stem in of), "")


def identified(document: Any, of: str) -> str:
    """Return the id of the resource, or else of what an event is called after: ``workspaceId``."""
    fields = document.items() if isinstance(document, dict) else ()
    ids = {
        found[1]: item.strip().rsplit(":", 1)[-1]
        for key, item in fields
        if isinstance(item, str)
        and item.strip()
        and (found := vocabulary.ID.fullmatch(_plain(key)))
    }
    stems = ("resource", *(stem for stem in ids if stem in _plain(of)))
    return next((ids[stem] for stem in stems if stem in ids), "")


def title(document: Any, subject: str = "") -> str:
    """Return what JSON without an envelope is called: by itself, its kind or its nearest part.

    A part's name alone does not say that it is about it: how it is stands beside. Of what came
    under a subject, the two together.
    """
    called = headline(document)
    own = called or ("" if subject else kind(document))
    if own and (not called or own in _texts(top(document), vocabulary.HAPPENINGS)):
        # what happened, or its kind, does not say to what
        names = _texts(top(document), (), vocabulary.NAMED) if called else iter(())
        beside = next((name for name in names if name != called), "")
        of = beside or (nested(document) if called else "") or _about(document, ())
        own = f"{own}: {of}" if of else own
    what = own or nested(document) or about(document)
    what = what or (kind(document) if subject else nested(document, None))
    if what and what in subject:
        return _placed(subject, document)
    part, word = _placed(what, document), "" if own else state(document)
    part = f"{part}: {word}" if part and word else part
    return f"{subject}: {part}" if subject and part not in subject else subject or part


def more(document: Any) -> str:
    """Say how many stand in a list besides the first, by which it is called; empty if none."""
    others = len(document) - 1 if isinstance(document, list) else 0
    return f" and {others} more" if others > 0 else ""


def _placed(name: str, document: Any) -> str:
    """Say on which host it is, where a document names one beside it."""
    host = next(_texts(top(document), vocabulary.PLACES), "")
    return f"{name} on {host}" if name and host and host not in name else name


def kind(document: Any) -> str:
    """Return what a document says that it is, where it has no name; empty if nothing.

    How bad it is is no kind, nor is that it is told.
    """
    found = _texts(top(document), vocabulary.KINDS)
    return next(
        (text for text in found if text.upper() not in LEVELS.keys() | vocabulary.NO_KINDS), ""
    )


def about(document: Any) -> str:
    """Return what a document that has no name is about: a host, a certificate; empty if none."""
    return _about(document, vocabulary.PLACES)


def _about(document: Any, places: tuple[str, ...]) -> str:
    text = next(_texts(top(document), (*vocabulary.ABOUT, *places)), "")
    return text.split(":", 5)[-1] if text.startswith("arn:") else text


def nested(document: Any, without: re.Pattern[str] | None = vocabulary.ASIDE) -> str:
    """Return what the nearest part of a document that has a name is called; empty if none."""
    parts = list(_levels(document, without))[1:]
    named = (text for level in parts for text in _texts(level, vocabulary.NAMES, vocabulary.NAMED))
    # Prometheus has an alert's name among its labels
    alerts = (text for level in _levels(document) for text in _texts(level, ("alertname",)))
    return next(named, "") or next(alerts, "")


def sentence(document: Any) -> str:
    """Return what a document says in words, empty if nothing.

    Within its parts only a text of several words is a sentence.
    """
    nearest, *parts = _levels(document, vocabulary.ASIDE)
    said = next(_spoken(nearest), "")
    within = (text for level in parts for text in _spoken(level))
    texts = (
        each.strip() for each in nearest if isinstance(each, str) and isinstance(document, list)
    )
    return said or next((text for text in within if " " in text), "") or next(texts, "")


def _spoken(level: list[Any]) -> Iterator[str]:
    """Yield the sentences at a level: what is JSON once more is none."""
    return (
        text
        for text in _texts(level, vocabulary.SENTENCES, vocabulary.SAID)
        if not vocabulary.JSON.fullmatch(text)
    )


def state(document: Any) -> str:
    """Return the word for the state that a document tells of, empty if none.

    Of several the nearest that sounds bad: ``RUNNING`` beside a test that ``FAILED``, a scan that
    is ``COMPLETED`` and has found threats; but what succeeded in the end has succeeded.
    """
    found = ""
    for level in _levels(document, vocabulary.WAS):
        words = [
            each
            for each in _texts(level, vocabulary.STATES, vocabulary.STATED, vocabulary.NOT_NOW)
            if _is_state(each)
        ]
        words.sort(key=lambda word: word.upper() in vocabulary.ENDED)
        ended = bool(words) and is_end(words[0])
        # "type": "alert" says nothing against "status": "resolved"
        kinds = () if ended else tuple(_texts(level, vocabulary.SOUNDS))
        told = (*words, *kinds, *_flags(level))
        bad = next((word for word in told if is_bad(word)), "")
        if bad or ended:
            return found if is_end(found) else bad or found or words[0]
        found = found or next(iter(words), "")
    return found


def deeds(document: Any) -> list[str]:
    """Return the words for what has happened, of which the first is the nearest to it."""
    return [word for word in _texts(top(document), vocabulary.DEEDS) if _is_state(word)]


def links(document: Any) -> tuple[tuple[str, str], ...]:
    """Return the nearest page that a document leads to, none where it names no address for people.

    An address whose field says that it lets whoever has it in is none.
    """
    fields = (
        (_plain(key), item)
        for level in _levels(document)
        for part in level
        if isinstance(part, dict)
        for key, item in part.items()
        if isinstance(item, str) and vocabulary.PAGE.fullmatch(item) and not is_secret(key)
    )
    found = {
        name: page for name, page in reversed(list(fields)) if vocabulary.LEADS.fullmatch(name)
    }
    return (("Details", next(reversed(found.values()))),) if found else ()


def severity(document: Any, *others: str) -> Severity | None:
    """Return how bad a document says that it is, or its state or other texts sound."""
    now = state(document) or next(filter(is_bad, deeds(document)), "")
    if is_end(now) or any(is_over(text) and not is_bad(now) for text in others):
        return Severity.INFO
    levels = (
        text
        for part in _levels(document)
        for text in _texts(part, vocabulary.SEVERITIES, vocabulary.GRADED)
    )
    graded = (graded_as(text) for text in levels)
    usual = sounding(" ".join((now, *others)))
    if is_bad(now):
        usual = LEVELS.get(now.upper()) or min(usual, Severity.WARNING, key=list(Severity).index)
    return next((level for level in graded if level), usual)


def top(document: Any) -> list[Any]:
    """Return what stands at the top of a document: itself, or the first of a list."""
    return document[:_FEW] if isinstance(document, list) else [document]


def _levels(document: Any, without: re.Pattern[str] | None = None) -> Iterator[list[Any]]:
    """Yield the objects of a document by their depth, but those of names to pass over."""
    level: list[Any] = top(document)
    for _ in range(_NEAR):
        yield level
        level = [
            each
            for part in level
            if isinstance(part, dict)
            for key, item in part.items()
            if not (without and without.fullmatch(_plain(key)))
            for each in (item[:_FEW] if isinstance(item, list) else [item])
        ]


def _texts(
    level: list[Any],
    names: tuple[str, ...],
    endings: re.Pattern[str] | None = None,
    without: re.Pattern[str] | None = None,
) -> Iterator[str]:
    """Yield the texts of fields of these names, in their order, and then of these endings."""
    fields: dict[str, str] = {}
    for part in level:
        for key, item in part.items() if isinstance(part, dict) else ():
            if isinstance(item, str) and item.strip():
                fields.setdefault(_plain(key), item.strip())
    yield from (fields[name] for name in names if name in fields)
    if endings:
        yield from (
            text
            for key, text in fields.items()
            if key not in names and endings.fullmatch(key) and not (without and without.match(key))
        )


def _flags(level: list[Any]) -> Iterator[str]:
    """Yield what flags say that is wrong: ``not ok``, ``failed``."""
    for part in level:
        for key, item in part.items() if isinstance(part, dict) else ():
            name = re.sub("^(?:is|has|was)", "", _plain(key))
            if item is False and GOOD.fullmatch(name):
                yield f"not {name}"
            elif item is True and POOR.fullmatch(name):
                yield name


def _is_state(text: str) -> bool:
    return len(text) <= 60 and "arn:" not in text


def _plain(name: str) -> str:
    return re.sub(r"[ _.-]", "", name).lower()
