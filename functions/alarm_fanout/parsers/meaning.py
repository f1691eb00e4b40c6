"""What the fields of JSON that nobody told us about mean, by their names.

Names are compared without capitals, hyphens and underscores. First the very names that say it
(``status``), then those that end so (``TrainingJobStatus``, ``test-run-status``); what is nearer to
the top of the document counts more.
"""

import re
from collections.abc import Iterator
from typing import Any

from alarm_fanout.parsers.sounds import (
    GOOD,
    LEVELS,
    OVER,
    POOR,
    graded_as,
    is_bad,
    is_over,
    sounding,
)
from alarm_fanout.parsers.texts import is_secret
from avatarwatch.catalogue import Severity

_NEAR = 3  # so deep in a document stand the fields that are about the whole of it
_FEW = 3  # of a list
_NAMES = ("title", "subject", "name", "alarmname", "alertname", "alert", "event", "eventname")
_NAMED = re.compile(r".*(?:(?<!user|file|host|role|base)(?<!api)(?<!product)name|title|alertrule)")
_ID = re.compile(r"(\w{3,})(?:id|arn|identifier)")
_KINDS = ("type", "job", "service")
_NO_KINDS = frozenset({
    "ALARM", "ALERT", "EVENT", "INCIDENT", "NOTIFICATION", "PROBLEM", "RECOVERY",
})  # fmt: skip
_HAPPENINGS = ("event", "eventname", "type")
# what has no name is called by what it is about
_ABOUT = (
    "rule", "check", "sensor", "alarm", "task", "queue", "monitor", "backup", "certificate",
    "application", "app", "cluster", "resource",
)  # fmt: skip
_PLACES = ("host", "hostname", "instance", "device", "node")
_SENTENCES = (
    "summary", "message", "text", "description", "reason", "stoppedreason", "statusreason",
    "statusmessage", "errormessage", "error", "exception", "eventmessage", "cause", "output",
)  # fmt: skip
_SAID = re.compile(
    r".*(?:summary|message|msg|text|description|reason|cause|details?|body|error|issue)"
)
_STATES = (
    "state", "status", "result", "outcome", "newstate", "currentstate", "laststatus", "jobstatus",
    "statuscode", "conclusion", "buildstatus", "executionstatus", "operation", "eventtype",
)  # fmt: skip
_STATED = re.compile(
    r".*(?:status|state|result|outcome|monitorcondition|health|indicator|eventtype|phase)"
)
# that say how it is where they sound bad
_SOUNDS = ("type", "changetype")
# ... and what happened where nothing says how it is
_DEEDS = (
    "event", "eventname", "subtype", "changetype", "typeofchange", "actiontype", "alertaction",
    "action", "type",
)  # fmt: skip
_SEVERITIES = ("severity", "level", "severitylabel", "alerttype", "priority")
_GRADED = re.compile(r".*(?:severity|urgency|importance|criticality)(?:level)?")
_LEADS = re.compile(r"(?!.*(?:subscribe|signing|avatar|api|image|logo|callback)).*(?:url|link)")
_PAGE = re.compile(r"https://[^\s<>|]{3,1000}")
_JSON = re.compile(r"\{.*\}|\[(?:\W*|[{\"].*)\]", re.DOTALL)
# what was, or is wanted, is not how it is
_NOT_NOW = re.compile(r"previous|prior|old|former|desired|expected|target")
_WAS = re.compile(r"(?:previous|prior|old|former|desired).*")  # parts of which nothing is so now
# who did it, where, what was asked for and how it is set up say nothing of what happened
_ASIDE = re.compile(
    r".*(?:request|input|param|tags?|labels|config|configuration|metadata)|actor|user|useridentity"
    r"|sender|author|owner|host|node|origin|repository|(?:previous|prior|old|former|desired).*"
)
# that something has come to its end, not how
_ENDED = frozenset({"COMPLETED", "COMPLETE", "DONE", "ENDED", "FINISHED", "FINALIZED"})


def headline(document: Any, of: str = "") -> str:
    """Return the text that a document itself puts above all, empty if none.

    Of several names that of what an event is called after: ``tableName`` of a table's change.
    """
    match document:
        case {"Records": [{"eventSource": str(source), "eventName": str(name)}, *_]}:
            return f"{source} {name}"  # S3's notifications and their kin
        case _:
            return _called(document, _plain(of)) or next(_texts(top(document), _NAMES, _NAMED), "")


def _called(document: Any, of: str) -> str:
    stems = {
        _plain(key).removesuffix("name"): item
        for key, item in (document.items() if isinstance(document, dict) else ())
        if isinstance(item, str) and item.strip() and _NAMED.fullmatch(_plain(key))
    }
    return next((item.strip() for stem, item in stems.items() if stem and stem in of), "")


def identified(document: Any, of: str) -> str:
    """Return the id of the resource, or else of what an event is called after: ``workspaceId``."""
    fields = document.items() if isinstance(document, dict) else ()
    ids = {
        found[1]: item.strip().rsplit(":", 1)[-1]
        for key, item in fields
        if isinstance(item, str) and item.strip() and (found := _ID.fullmatch(_plain(key)))
    }
    stems = ("resource", *(stem for stem in ids if stem in _plain(of)))
    return next((ids[stem] for stem in stems if stem in ids), "")


def title(document: Any, subject: str = "") -> str:
    """Return what JSON without an envelope is called: by itself, its kind or its nearest part.

    A part's name alone does not say that it is about it: how it is stands beside. Of what came
    under a subject, the two together.
    """
    own = headline(document) or ("" if subject else kind(document))
    if own in _texts(top(document), _HAPPENINGS):
        # what happened does not say to what
        of = nested(document) or next(_texts(top(document), _ABOUT), "")
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
    host = next(_texts(top(document), _PLACES), "")
    return f"{name} on {host}" if name and host and host not in name else name


def kind(document: Any) -> str:
    """Return what a document says that it is, where it has no name; empty if nothing.

    How bad it is is no kind, nor is that it is told.
    """
    found = _texts(top(document), _KINDS)
    return next((text for text in found if text.upper() not in LEVELS.keys() | _NO_KINDS), "")


def about(document: Any) -> str:
    """Return what a document that has no name is about: a host, a certificate; empty if none."""
    return next(_texts(top(document), (*_ABOUT, *_PLACES)), "")


def nested(document: Any, without: re.Pattern[str] | None = _ASIDE) -> str:
    """Return what the nearest part of a document that has a name is called; empty if none."""
    parts = list(_levels(document, without))[1:]
    named = (text for level in parts for text in _texts(level, _NAMES, _NAMED))
    # Prometheus has an alert's name among its labels
    alerts = (text for level in _levels(document) for text in _texts(level, ("alertname",)))
    return next(named, "") or next(alerts, "")


def sentence(document: Any) -> str:
    """Return what a document says in words, empty if nothing.

    Within its parts only a text of several words is a sentence.
    """
    nearest, *parts = _levels(document, _ASIDE)
    said = next(_spoken(nearest), "")
    within = (text for level in parts for text in _spoken(level))
    texts = (
        each.strip() for each in nearest if isinstance(each, str) and isinstance(document, list)
    )
    return said or next((text for text in within if " " in text), "") or next(texts, "")


def _spoken(level: list[Any]) -> Iterator[str]:
    """Yield the sentences at a level: what is JSON once more is none."""
    return (text for text in _texts(level, _SENTENCES, _SAID) if not _JSON.fullmatch(text))


def state(document: Any) -> str:
    """Return the word for the state that a document tells of, empty if none.

    Of several the nearest that sounds bad: ``RUNNING`` beside a test that ``FAILED``, a scan that
    is ``COMPLETED`` and has found threats; but what succeeded in the end has succeeded.
    """
    found = ""
    for level in _levels(document, _WAS):
        words = [each for each in _texts(level, _STATES, _STATED, _NOT_NOW) if _is_state(each)]
        words.sort(key=lambda word: word.upper() in _ENDED)
        told = (*words, *_texts(level, _SOUNDS), *_flags(level))
        bad = next((word for word in told if is_bad(word)), "")
        if bad or (words and words[0].upper() in OVER):
            return found if found.upper() in OVER else bad or found or words[0]
        found = found or next(iter(words), "")
    return found


def deeds(document: Any) -> list[str]:
    """Return the words for what has happened, of which the first is the nearest to it."""
    return [word for word in _texts(top(document), _DEEDS) if _is_state(word)]


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
        if isinstance(item, str) and _PAGE.fullmatch(item) and not is_secret(key)
    )
    found = {name: page for name, page in reversed(list(fields)) if _LEADS.fullmatch(name)}
    return (("Details", next(reversed(found.values()))),) if found else ()


def severity(document: Any, *others: str) -> Severity | None:
    """Return how bad a document says that it is, or its state or other texts sound."""
    now = state(document) or next(filter(is_bad, deeds(document)), "")
    if now.upper() in OVER or any(is_over(text) and not is_bad(now) for text in others):
        return Severity.INFO
    levels = (text for part in _levels(document) for text in _texts(part, _SEVERITIES, _GRADED))
    graded = (graded_as(text) for text in levels)
    usual = LEVELS.get(now.upper()) if is_bad(now) else sounding(" ".join((now, *others)))
    usual = usual or Severity.WARNING
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
