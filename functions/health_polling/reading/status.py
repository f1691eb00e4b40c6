"""What an object says of itself: its status by word, by flag, by HTTP number or by an error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from health_polling.reading.names import storable
from health_polling.reading.sentences import sentence
from health_polling.reading.words import Words, fold, is_mild, is_strong, verdict_of
from health_polling.verdict import Verdict, worst

type Document = dict[str, Any]

# Where a status stands, the surest place first; all folded ("globalStatus" is "globalstatus").
WORD_KEYS = (
    "status", "health", "state", "outcome", "globalstatus", "overallstatus", "overallhealth",
    "overall", "healthstatus", "aggregatedstatus", "servicestatus", "systemstatus", "appstatus",
    "applicationstatus", "currentstatus", "servingstatus", "statusname", "statename", "statustext",
    "availability", "indicator", "result", "healthcheck", "condition", "aggregatestate",
    "aggregatestatus", "overallstate", "systemstate", "systemhealth", "healthstate",
)  # fmt: skip
_INSIDE = ("code", "status", "state", "indicator", "overall", "level", "value", "health", "name",
           "text", "label", "description", "message", "type")  # fmt: skip
_CODES = frozenset({"statuscode", "httpstatus", "httpcode", "code"})
_RANKS = {name: rank for rank, name in enumerate(WORD_KEYS)}
_FLAGS = frozenset(
    """healthy ishealthy ok isok success issuccess successful issuccessful up isup alive isalive
    ready isready live""".split()
)
_ANY_FLAGS = _FLAGS | frozenset(
    """connected isconnected reachable isreachable available isavailable online isonline passed
    passing running isrunning operational isoperational working isworking responding accessible
    succeeded""".split()
)
_ILL_FLAGS = {
    **dict.fromkeys(("error", "haserror", "haserrors", "failed", "failing", "unhealthy", "down"),
                    Verdict.FAIL),
    **dict.fromkeys(("degraded", "isdegraded"), Verdict.WARN),
}  # fmt: skip
_UP = frozenset({"up", "isup", "alive", "isalive"})
_BITS = {"0": Verdict.FAIL, "1": Verdict.PASS}
_FLAGGED = _ANY_FLAGS | _ILL_FLAGS.keys()
_OWN_WORDS = ("status", "health", "state", "ok", "healthy", "ishealthy", "success", "up", "alive")
_ERRORS = ("error", "err", "exception", "errors", "errormessage", "failure", "lasterror")
_NUMBERED = frozenset({"errno", "errcode", "errorcode", "exitcode"})  # 0 is none
_FINE = (0, 200)
_OF_ERRORS = frozenset({"message", "code", "type"})
_NO_ERROR = frozenset("no false n 0 nil null none off".split())
_MESSAGES = ("message", "msg", "response", "detail", "text", "heartbeat", "ping")
_REASONS = ("error", "err", "message", "output", "reason", "description", "exception", "detail",
            "notificationmessage", "summary", "cause", "title", "errormessage", "msg")  # fmt: skip
_NOT_ESSENTIAL = {"optional": True, "fatal": False, "critical": False, "iscritical": False,
                  "required": False, "essential": False, "mandatory": False}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What was said; ``unread`` is a status word that nobody knows.

    ``is_strong`` is a word that is said of health alone, ``is_mild`` one that is said of much.
    """

    verdict: Verdict
    unread: str = ""
    is_strong: bool = True
    is_mild: bool = False


_YES, _NO = Said(Verdict.PASS), Said(Verdict.FAIL)


@lru_cache(2048)
def key(name: str) -> str:
    """Return the one form of a member's name: globalStatus, global_status and GLOBAL-STATUS."""
    return "".join(c for c in name.lower() if c not in "_-. ")


def folded(document: Document) -> Document:
    """Return an object with its names in their one form."""
    return {key(name): value for name, value in document.items()}


class Whose(Enum):
    """Whose status is asked for, and so which members are about it."""

    DOCUMENT = "the whole answer's: any flag when there is no word, and errors and messages"
    PART = "a part's: any flag"
    MEMBER = "a member's that may be no part: sure flags alone"


def own_status(document: Document, words: Words, whose: Whose = Whose.DOCUMENT) -> Said | None:
    """Return what an object says of itself, None when it says nothing.

    A word and a flag that contradict each other count as the worse: who says "ok" by habit and
    ``"healthy": false`` beside it means the latter.
    """
    known = folded(document)
    word = _word(known, words)
    if word is not None and not known.keys() & _FLAGGED:
        return word
    is_any = whose is Whose.PART or (whose is Whose.DOCUMENT and word is None)
    flags = _flags(known, _ANY_FLAGS if is_any else _FLAGS)
    if word is None and not flags and whose is not Whose.MEMBER:
        flags = _errors(known)
    if word is None and not flags:
        return _message(known, words) if whose is Whose.DOCUMENT else None
    if word is None:
        return Said(worst(flags))
    verdict = worst([word.verdict, *flags])
    unread = "" if verdict is Verdict.FAIL else word.unread
    return Said(verdict, unread, word.is_strong, word.is_mild and verdict is word.verdict)


def has_word(document: Document) -> bool:
    """Whether an object has a member that holds its own status."""
    known = folded(document)
    return any(isinstance(known.get(k), str | bool) for k in _OWN_WORDS)


def weighed(verdict: Verdict, document: Document) -> Verdict:
    """Return a part's verdict; one that its author calls inessential only degrades the service."""
    if verdict is not Verdict.FAIL:
        return verdict
    known = folded(document)
    is_weak = any(known[k] is _NOT_ESSENTIAL[k] for k in known.keys() & _NOT_ESSENTIAL.keys())
    return Verdict.WARN if is_weak else verdict


def reason_of(document: Document) -> str:
    """Return why an object says that it is not well, "" where it does not say."""
    known = folded(document)
    for name in _REASONS:
        text = known.get(name)
        if isinstance(text, dict):  # Actuator and others nest it once
            text = folded(text).get("message") or folded(text).get("error")
        if isinstance(text, str) and text.strip():
            return storable(text, 200)
    for name in ("details", "data"):
        inner = known.get(name)
        if isinstance(inner, dict) and (text := _plain_reason(inner)):
            return text
    for name in ("failures", "errors", "causes"):
        if text := _listed(known.get(name)):
            return storable(text, 200)
    return ""


def _plain_reason(document: Document) -> str:
    known = folded(document)
    texts = (known.get(name) for name in _REASONS)
    return next((storable(t, 200) for t in texts if isinstance(t, str) and t.strip()), "")


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in list(value.items())[:5])
    if isinstance(value, list):
        texts = (v if isinstance(v, str) else _plain_reason(v) if isinstance(v, dict) else ""
                 for v in value[:5])  # fmt: skip
        return "; ".join(filter(None, texts))
    return ""


def told_inside(value: Document, words: Words) -> str | None:
    """Return the status word in an object that stands where a word does: ``{"code": "UP"}``."""
    inner = folded(value)
    held = (inner[name] for name in _INSIDE if isinstance(inner.get(name), str))
    return next((word for word in held if verdict_of(word, words) is not None), None)


def _word(known: Document, words: Words) -> Said | None:
    held = known.keys() & _RANKS.keys()
    ranked = sorted(held, key=_RANKS.__getitem__) if len(held) > 1 else list(held)
    # a word goes before a number, which may be the format's own
    ranked.sort(key=lambda name: type(known[name]) is int)
    for name in ranked:
        value = known[name]
        if isinstance(value, dict):
            value = told_inside(value, words)
        if (said := _scalar(value, words)) is not None:
            return said
    for name in known.keys() & _CODES:
        if (verdict := _http(known[name])) is not None:
            return Said(verdict)
    return None


def _scalar(value: Any, words: Words) -> Said | None:
    if isinstance(value, str):
        return _text(value, words) if words else _bare_text(value)
    if isinstance(value, bool):
        return _YES if value else _NO
    verdict = _http(value)
    return None if verdict is None else Said(verdict)


@lru_cache(2048)  # services say the same words each minute
def _bare_text(value: str) -> Said | None:
    return _text(value, {})


def _text(value: str, words: Words) -> Said | None:
    if not value.strip():
        return None
    verdict = verdict_of(value, words) or sentence(value, words)
    if verdict is not None:
        return Said(verdict, is_strong=is_strong(value), is_mild=is_mild(value))
    return Said(Verdict.UNKNOWN, unread=storable(value, 40), is_strong=False)


def _flags(known: Document, names: frozenset[str]) -> list[Verdict]:
    said = [verdict_of(known[name]) for name in known.keys() & names]
    # as metrics are written; of other names 0 and 1 are counts
    said += [_BITS[str(known[name])] for name in known.keys() & _UP if str(known[name]) in _BITS]
    ill = [_ILL_FLAGS[name] for name in known.keys() & _ILL_FLAGS.keys() if known[name] is True]
    return [*(verdict for verdict in said if verdict is not None), *ill]


def _errors(known: Document) -> list[Verdict]:
    for name in _ERRORS:
        value = known.get(name)
        if isinstance(value, str) and value.strip():
            is_none = verdict_of(value) not in {None, Verdict.FAIL} or fold(value) in _NO_ERROR
            return [] if is_none else [Verdict.FAIL]
        is_list = isinstance(value, list) and all(isinstance(v, str | dict) for v in value)
        is_told = isinstance(value, dict) and bool(_OF_ERRORS & folded(value).keys())
        if (is_list or is_told) and value:
            return [Verdict.FAIL]
    numbers = (str(known[name]).strip() for name in known.keys() & _NUMBERED)
    return [
        Verdict.FAIL for each in numbers if each.lstrip("-").isdecimal() and int(each) not in _FINE
    ]


def _message(known: Document, words: Words) -> Said | None:
    for name in _MESSAGES:
        value = known.get(name)
        if isinstance(value, str) and (verdict := verdict_of(value, words)) is not None:
            return Said(verdict, is_strong=is_strong(value))
    return None


def _http(value: Any) -> Verdict | None:
    """Return what an HTTP status in a body says, None for any other value."""
    if not isinstance(value, int) or isinstance(value, bool) or not 200 <= value <= 599:
        return None
    return Verdict.PASS if value < 400 else Verdict.FAIL
