"""Texts longer than a word: a verdict only from whole known forms, never from a word in them."""

from __future__ import annotations

import re
from functools import lru_cache

from health_polling.reading.words import MOST, Words, fold, verdict_of
from health_polling.verdict import Verdict

# What programs write where a dependency fails: an error's name, or the start of a complaint.
_ERROR = re.compile(
    r"""(?ix)
    (?:\w+\.)*\w*(?:Error|Exception|Failure)\s*[:(]\s*(?![0.\s]*%?$)(?!none|no\b|null|false|0\b).+
    | (?:could\ not|couldn't|can\s?not|can't|unable\ to|failed\ to|failure\ to|error\ (?:while|when
        |in|connecting|reading|writing|opening|executing|fetching|during)
        |failed\ (?:connecting|while|during|with))\b.+
    | .{0,80}\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|PIPE|AI_AGAIN)\b.*
    | (?:dial|read|write)\ (?:tcp|udp|unix)\b.+
    | lookup\ \S+.*:\ (?:no\ such\ host|server\ misbehaving|.*time.?out).*
    | (?:the\ )?(?:connection|connect|request|query|ping|handshake|operation|login|authentication)
        \ (?:to\ \S+\ )?(?:was\ |has\ |is\ )?
        (?:refused|reset|failed|closed|lost|timed\ out|timeout|aborted|denied|error)\b.*
    | (?:i/o\ )?time(?:d\ ?)?\ ?out\b(?:\ (?:after|while|waiting|connecting|of|exceeded)\b.*)?
    | no\ (?:such\ host|route\ to\ host|connection|pool|leader|response|answer|space\ left)\b.*
    | (?:password\ )?authentication\ failed\b.* | socket\ hang\ up.* | SQLSTATE\[.+
    | (?:sql|pq|redis|mongo|rpc\ error):\ .+ | too\ many\ connections.* | access\ denied.*
    | (?:x509|tls|ssl):\ .+ | (?:ssl|tls)\ (?:handshake|certificate|alert|routines)\b.+
    | (?:context\ )?deadline\ exceeded.* | context\ cancell?ed.* | (?:unexpected\ )?EOF
    | (?-i:OOM|NOAUTH|WRONGPASS|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|LOADING)\ .+
    | (?-i:(?:[\w$]+\.)*(?!No)[A-Z]\w+(?:Error|Exception))
    | (?:[\w-]+\ )?(?:transport|link|fetch|lookup|handshake|resolution)\ fail(?:ed|ure)\b.*
    | exited\ with\ (?:code|status)\ [1-9]\d*.*
    | .{1,200}:\ (?:connection\ (?:refused|reset\ by\ peer)|no\ such\ host|no\ route\ to\ host
        |network\ is\ unreachable|i/o\ timeout|context\ deadline\ exceeded)
    | connection\ pool\ (?:exhausted|is\ full).* | broken\ pipe.* | Traceback\ \(most.*
    """
)
_DOCKER = re.compile(r"Up (?:\d|About |Less ).{1,30}?(?: \((.{1,30})\))?")
_LED = re.compile(
    r"([^:(\[|,\u2013\u2014;]{1,40}?)\s*(?:([:|])|[,(\[\u2013\u2014;]|\s-\s|-\s|\.\s)\s*(.+)",
    re.DOTALL,
)
# A number, or a denial, after a colon makes a count of the word and no verdict.
_COUNT = re.compile(
    r"(?:[-+]?[\d.]+\s*%?|none|no|null|false|nil|n/a)(?:\s*(?:ms|s|%|/\s*\d+))?"
    r"(?:$|\s*[,;/|]|\s+\w+\s*[:=])",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?P<subject>[\w .,'/()-]{1,50}?)\s+(?:is|are|has been|was)\s+(?P<word>[\w -]{2,40})[.!]*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:no|none|nothing|nobody|neither|if|when|whether|unless|where|any)\b", re.IGNORECASE
)
_CHECK = re.compile(
    r"(?P<what>[\w ./-]{1,40}?)\s*(?:health)?[ -]?(?:check|probe|test)s?:?\s+"
    r"(?P<word>[\w ]{2,20})[.!]*",
    re.IGNORECASE,
)

_SINCE = re.compile(r"(?P<word>[\w -]{2,30}?)\s+(?:since|for)\s+\d.{0,60}", re.IGNORECASE)
_SHARE = re.compile(
    r"(?:all )?(\d+) ?(?:/|of) ?(\d+) (?:(?:check|service|node|instance|component|test)s? )?"
    r"(?:are |is )?([a-z]{2,12})[.!]*",
    re.IGNORECASE,
)
_WORD_COUNT = re.compile(r"([A-Za-z][A-Za-z ]{0,30}?)\s*[:=]\s*(\d+)\b")
_COUNT_WORD = re.compile(r"\b(\d+) ([A-Za-z]{2,20})\b")


@lru_cache(2048)
def _bare(text: str) -> Verdict | None:
    return _of(text, None)


def sentence(text: str, words: Words | None = None) -> Verdict | None:
    """Return what a sentence says, None where it has no known form.

    >>> sentence("Error: connect ECONNREFUSED"), sentence("ok (3 ms)"), sentence("Failed: 0")
    (<Verdict.FAIL: 'fail'>, <Verdict.PASS: 'pass'>, None)
    """
    cut = text.strip()[:400]
    return _of(cut, words) if words else _bare(cut)


def _of(text: str, words: Words | None) -> Verdict | None:
    if _ERROR.fullmatch(text.replace("\n", " ")):
        return Verdict.FAIL
    if docker := _DOCKER.fullmatch(text):
        return verdict_of(docker[1]) if docker[1] else Verdict.PASS
    led = _LED.fullmatch(text)
    if led and not (led[2] and _COUNT.match(led[3])):
        verdict = verdict_of(led[1], words)
        if verdict is not None:
            return verdict
    if len(text) > 2 * MOST or "\n" in text:
        return None
    for form in (_SUBJECT, _CHECK, _SINCE):
        found = form.fullmatch(text)
        if found and not is_nobody(text):
            verdict = verdict_of(found["word"], words)
            if verdict is not None:
                return verdict
    return None


def is_nobody(subject: str) -> bool:
    """Whether a sentence, or its subject, is about none in particular: "nothing is down"."""
    return bool(_NOBODY.match(subject))


def counts(text: str) -> Verdict | None:
    """Return what a text of nothing but counts says: "Failed: 0, passed: 12", "2/3 healthy"."""
    if share := _SHARE.fullmatch(text):
        is_good = verdict_of(share[3]) is Verdict.PASS
        return None if not is_good else Verdict.PASS if share[1] == share[2] else Verdict.WARN
    pairs = _WORD_COUNT.findall(text)
    rest = _WORD_COUNT.sub("", text)
    if not pairs:
        pairs = [(word, number) for number, word in _COUNT_WORD.findall(text)]
        rest = _COUNT_WORD.sub("", text)
    if len(pairs) < 2 or rest.strip(" ,;|/\r\n\t."):
        return None
    said = [(verdict_of(fold(word)), int(number)) for word, number in pairs]
    if not any(verdict is Verdict.PASS for verdict, _ in said):
        return None
    has_ill = any(verdict is Verdict.FAIL and number for verdict, number in said)
    return Verdict.FAIL if has_ill else Verdict.PASS
