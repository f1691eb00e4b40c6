"""What an object says of itself: its status by word, by flag, by HTTP number or by an error."""

from __future__ import annotations

from collections.abc import Iterable
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
    "status", "health", "state", "statestr", "outcome", "globalstatus", "overallstatus",
    "overallhealth", "overall", "healthstatus", "aggregatedstatus", "servicestatus",
    "systemstatus", "appstatus", "applicationstatus", "currentstatus", "servingstatus",
    "statusname", "statename", "statustext", "availability", "indicator", "result", "healthcheck",
    "condition", "aggregatestate", "aggregatestatus", "overallstate", "systemstate", "systemhealth",
    "healthstate", "estado", "statut", "zustand", "stato")  # fmt: skip
_INSIDE = ("code", "status", "state", "indicator", "overall", "level", "value", "health", "name",
           "text", "label", "description", "message", "type")  # fmt: skip
# Who has two of these means the worse: "ok" of the request, "degraded" of the service.
_TOLD = frozenset(
    """status health state statestr overallstatus overallhealth healthstatus globalstatus
    aggregatedstatus systemstatus systemhealth healthstate""".split()
)
# A part's, where it has no status by a plainer name.
_QUALIFIED = frozenset(
    f"{of}{what}"
    for of in """connection connectivity lifecycle operational runtime node cluster instance
        process replication member agent device worker""".split()
    for what in ("status", "state")
)
_TOLD_INSIDE = ("status", "state", "health")
_CODES = frozenset({"statuscode", "httpstatus", "httpcode", "code"})
_RANKS = {name: rank for rank, name in enumerate(WORD_KEYS)}
_FLAGS = frozenset(
    """healthy ishealthy ok isok success issuccess successful issuccessful up isup alive isalive
    ready isready live iorunning sqlrunning slaveiorunning slavesqlrunning replicaiorunning
    replicasqlrunning""".split()
)
_ANY_FLAGS = _FLAGS | frozenset(
    """connected isconnected reachable isreachable available isavailable online isonline passed
    passing running isrunning operational isoperational working isworking responding accessible
    succeeded""".split()
)
_ILL_FLAGS = {
    **dict.fromkeys("""error haserror haserrors failed failing unhealthy down memalarm
        diskfreealarm""".split(), Verdict.FAIL),
    **dict.fromkeys(("degraded", "isdegraded"), Verdict.WARN),
}  # fmt: skip
# Lists of what goes on by their own names; any other list of incidents may be history.
_GOING_ON = frozenset(
    """activeincidents openincidents ongoingincidents currentincidents unresolvedincidents
    activeoutages openoutages ongoingoutages currentoutages""".split()
)
# What is not in use need not answer, and may rest.
_IN_USE = ("enabled", "configured", "isenabled", "isconfigured")
_STARTS = ("startup", "starttype", "startmode")
_RESTING = frozenset({"inactive", "stopped", "not running", "offline", "exited"})
_UP = frozenset({"up", "isup", "alive", "isalive"})
_BITS = {"0": Verdict.FAIL, "1": Verdict.PASS}
_FLAGGED = _ANY_FLAGS | _ILL_FLAGS.keys() | _GOING_ON
_OWN_WORDS = ("status", "health", "state", "ok", "healthy", "ishealthy", "success", "up", "alive",
              "estado", "statut", "zustand", "stato")  # fmt: skip
_ERRORS = ("error", "err", "exception", "errors", "errormessage", "failure", "lasterror", "errmsg")
_ERROR_NAMES = frozenset(_ERRORS)
_NUMBERED = frozenset({"errno", "errcode", "errorcode", "exitcode"})  # 0 is none
_FINE = (0, 200)
_OF_ERRORS = frozenset({"message", "code", "type"})
_NO_ERROR = frozenset("no false n 0 nil null none off".split())
_MESSAGES = ("message", "msg", "response", "detail", "text", "heartbeat", "ping")
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


_ILLNESS = {Verdict.FAIL: 0, Verdict.WARN: 1}
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
    if word is None and whose is Whose.PART and not _QUALIFIED.isdisjoint(known):
        word = _qualified(known, words)
    if whose is not Whose.DOCUMENT and word and word.verdict is Verdict.FAIL and _rests(known):
        return Said(Verdict.UNKNOWN)
    if word is not None and _FLAGGED.isdisjoint(known):
        return word
    is_any = whose is Whose.PART or (whose is Whose.DOCUMENT and word is None)
    flags = _flags(known, _ANY_FLAGS if is_any else _FLAGS)
    if whose is not Whose.MEMBER and not _UP.isdisjoint(known):
        flags += _bits(known)
    if word is None and not flags and whose is not Whose.MEMBER:
        flags = _errors(known)
    if word is None and not flags:
        return _message(known, words) if whose is Whose.DOCUMENT else None
    if word is None:
        is_off = whose is not Whose.DOCUMENT and _is_off(known)
        return Said(Verdict.UNKNOWN if is_off else worst(flags))
    verdict = worst([word.verdict, *flags])
    unread = "" if verdict is Verdict.FAIL else word.unread
    return Said(verdict, unread, word.is_strong, word.is_mild and verdict is word.verdict)


def _is_off(known: Document) -> bool:
    """Whether an object says of itself that it is not in use."""
    starts = (known[name] for name in _STARTS if isinstance(known.get(name), str))
    is_unused = any(known.get(name) is False for name in _IN_USE)
    return is_unused or any(fold(text) == "disabled" for text in starts)


def _rests(known: Document) -> bool:
    words = (known[name] for name in ("status", "state") if isinstance(known.get(name), str))
    return any(fold(text) in _RESTING for text in words) and _is_off(known)


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


def told_inside(value: Document, words: Words) -> str | None:
    """Return the status word in an object that stands where a word does: ``{"code": "UP"}``.

    Of ``{"state": "enabled", "health": "critical"}`` the worse.
    """
    inner = folded(value)
    if len(inner.keys() & _TOLD_INSIDE) > 1:
        told = [str(inner[n]) for n in _TOLD_INSIDE if isinstance(inner.get(n), str)]
        said = {verdict_of(word, words): word for word in reversed(told)}
        if ill := said.get(Verdict.FAIL) or said.get(Verdict.WARN):
            return ill
    held = (inner[name] for name in _INSIDE if isinstance(inner.get(name), str))
    return next((word for word in held if verdict_of(word, words) is not None), None)


def _word(known: Document, words: Words) -> Said | None:
    ranked = list(known.keys() & _RANKS.keys())
    if len(ranked) > 1:
        # a word goes before a number, which may be the format's own
        ranked.sort(key=lambda name: (type(known[name]) is int, _RANKS[name]))
    for name in ranked:
        value = known[name]
        if isinstance(value, dict):
            value = told_inside(value, words)
        if name == "health" and type(value) is int and value in {0, 1}:  # of MongoDB's members
            value = bool(value)
        if (said := _scalar(value, words)) is not None:
            return _worse(said, known, ranked, words) if len(ranked) > 1 else said
    for name in _CODES.intersection(known):
        if (verdict := _http(known[name])) is not None:
            return Said(verdict)
    return None


def _qualified(known: Document, words: Words) -> Said | None:
    held = (known[name] for name in _QUALIFIED.intersection(known))
    said = (_scalar(value, words) for value in held if isinstance(value, str))
    told = [each for each in said if each and not each.unread]
    return min(told, key=lambda each: _ILLNESS.get(each.verdict, 2), default=None)


def _worse(first: Said, known: Document, names: Iterable[str], words: Words) -> Said:
    """Return the worse of an object's own words; a mild or unknown one is no news."""
    if first.verdict is Verdict.FAIL or first.unread:
        return first
    others = (_scalar(known[n], words) for n in names if n in _TOLD and isinstance(known[n], str))
    ill = (each for each in others if each and each.verdict in _ILLNESS and not each.is_mild)
    return min([first, *ill], key=lambda each: _ILLNESS.get(each.verdict, 2))


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
    said = [verdict_of(known[name]) for name in names.intersection(known)]
    if not _GOING_ON.isdisjoint(known):
        said += [Verdict.WARN for n in _GOING_ON.intersection(known) if _is_full(known[n])]
    ill = [_ILL_FLAGS[name] for name in known.keys() & _ILL_FLAGS.keys() if known[name] is True]
    return [*(verdict for verdict in said if verdict is not None), *ill]


def _bits(known: Document) -> list[Verdict]:
    """Return flags as metrics are written; of other names, and of what is no part, counts."""
    return [
        _BITS[str(known[name])] for name in _UP.intersection(known) if str(known[name]) in _BITS
    ]


def _is_full(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _errors(known: Document) -> list[Verdict]:
    for name in () if _ERROR_NAMES.isdisjoint(known) else _ERRORS:
        value = known.get(name)
        if isinstance(value, str) and value.strip():
            is_none = verdict_of(value) not in {None, Verdict.FAIL} or fold(value) in _NO_ERROR
            return [] if is_none else [Verdict.FAIL]
        is_list = isinstance(value, list) and all(isinstance(v, str | dict) for v in value)
        is_told = (
            isinstance(value, dict)
            and bool(_OF_ERRORS & folded(value).keys())
            and type(value.get("value")) not in {int, float}  # a counter that describes itself
        )
        if (is_list or is_told) and value:
            return [Verdict.FAIL]
    numbers = (str(known[name]).strip() for name in _NUMBERED.intersection(known))
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
