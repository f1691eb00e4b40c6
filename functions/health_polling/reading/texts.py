"""Plain texts and pages: a verdict from whole known forms only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from health_polling.reading.containers import MEASURES, Place
from health_polling.reading.names import is_fact, is_part, storable, tokens
from health_polling.reading.parts import parts_of
from health_polling.reading.sentences import counts, is_nobody, sentence
from health_polling.reading.tables import rows
from health_polling.reading.words import Words, fold, is_strong, verdict_of
from health_polling.verdict import Reading, Verdict, worst

_TEXT_LIMIT = 4000  # a longer text is prose
_KUBERNETES = re.compile(r"\[([+-])\]\s*(\S+)\s*(.*)")  # apiserver's healthz, livez and readyz
_ENVOY = re.compile(r"(\S{1,300})::health_flags::(\S{1,300})")
_PAIR = re.compile(r"\s*([A-Za-z][\w ./-]{0,40}?)\s*[:=]\s*(\S.*?)\s*")
# YAML's, Markdown's and INI's, of what follows
_HEADING = re.compile(r"[\w ./-]{1,40}:|#+ .{1,80}|\[[\w ./-]{1,40}\]|-{3,}|={3,}")
_BULLET = re.compile(r"(?:[-*+\u2022]|\d{1,2}[.)])\s+(?=\w)")
_ASSIGNED = re.compile(r"([A-Za-z][\w.-]{0,40})=(\S+)")
_RAILS = re.compile(r"(?:\[\w+\] )?([\w .-]{1,40}): (PASSED|FAILED)\b(.*)")  # OkComputer
_NAGIOS = re.compile(
    r"(?:[A-Z][A-Z0-9_ ]{0,30} )?(OK|WARNING|CRITICAL|UNKNOWN)\s*(?:[-:|].*)?", re.DOTALL
)
_NAGIOS_VERDICTS = {"OK": Verdict.PASS, "WARNING": Verdict.WARN,
                    "CRITICAL": Verdict.FAIL, "UNKNOWN": Verdict.UNKNOWN}  # fmt: skip
_TITLE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_ERROR_PAGE = re.compile(
    r"""(?ix)\s*(?:.{0,60}\|\s*)?(?:http\ (?:status\ )?)?(?:error\s*:?\s*)?
    (?:[45]\d\d\b(?!\s*(?:px|ms|%|items|users)).{0,80}
    | (?:.{0,60}[|\u2013\u2014-]\s*)?(?:bad\ gateway|service\ (?:temporarily\ )?unavailable
      |gateway\ time-?out|internal\ server\ error|application\ error|web\ server\ is\ down
      |error\ establishing\ a\ database\ connection|connection\ timed\ out
      |server\ error(?:\ in\ .*|\ \(\d+\))?|error:\ the\ request\ could\ not\ be\ satisfied
      |web\ app\ -\ unavailable|web\ application\ could\ not\ be\ started
      |site\ (?:is\ )?(?:down|offline|unavailable)|page\ not\ found
      |not\ found|forbidden|too\ many\ requests|we'?re\ sorry,\ but\ something\ went\ wrong.*
      |502\ proxy\ error|proxy\ error|an\ error\ occurred|whitelabel\ error\ page))\.?\s*"""
)
_MAINTENANCE = re.compile(
    r"(?i)(?:.{0,60}[|\u2013\u2014-]\s*)?(?:we'll be back soon|be right back"
    r"|(?:(?:scheduled|under|site|down for|in) )*maintenance(?: mode)?)[.!]?"
)
_PHP_ERROR = re.compile(r"(?:<br />\s*)?<b>((?:Fatal|Parse) error)</b>:", re.IGNORECASE)
_SYSTEMD = re.compile(r"^\s*Active: ([a-z]+)", re.MULTILINE)
_CAT_HEALTH = re.compile(r"\d{10} \d\d:\d\d:\d\d \S+ +(green|yellow|red) +\d.*", re.DOTALL)
_XML_DOCUMENT = re.compile(
    r"<(?:health|status)\b|<\?xml\b(?![^>]*>\s*<(?:!doctype\s+)?html\b)", re.IGNORECASE
)
_XML = re.compile(r"<(?:\w+:)?(?:status|health|state)>\s*([^<]{1,40}?)\s*</", re.IGNORECASE)


def read_text(text: str, words: Words) -> Reading:
    """Return what a text or a page says; UNKNOWN where it has no known form."""
    text = text.strip().lstrip("\ufeff")
    if text.startswith("<"):
        return _page(text, words)
    if len(text) > _TEXT_LIMIT:
        return Reading("page", Verdict.UNKNOWN)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for form in (_kubernetes, _envoy, _rails, _pairs, _table):
        if found := form(lines, words):
            return found
    verdict = _whole(text, words)
    reason = storable(text, 200) if verdict is not Verdict.PASS else ""
    return Reading("text", verdict or Verdict.UNKNOWN, reason)


def _whole(text: str, words: Words) -> Verdict | None:
    """Read one word or one sentence of a known form; lines after it are its details."""
    known = (
        verdict_of(text, words),
        counts(text),
        _of_program(text),
        sentence(text, words),
    )
    verdict = next((verdict for verdict in known if verdict is not None), None)
    first = text.splitlines()[0].strip() if text else ""
    if verdict is None and first != text and len(first) <= 60:
        return verdict_of(first, words)
    return verdict


def _of_program(text: str) -> Verdict | None:
    """Read what Nagios' plugins, systemctl status and Elasticsearch's _cat/health write."""
    if nagios := _NAGIOS.fullmatch(text):
        return _NAGIOS_VERDICTS[nagios[1]]
    if (unit := _SYSTEMD.search(text)) and "Loaded: " in text:
        return verdict_of(unit[1])
    cat = _CAT_HEALTH.fullmatch(text)
    return verdict_of(cat[1]) if cat else None


def _kubernetes(lines: list[str], words: Words) -> Reading | None:
    found = [match for line in lines if (match := _KUBERNETES.fullmatch(line))]
    if not found:
        return None
    listed = [(m[2], {"status": "ok" if m[1] == "+" else "failed", "message": m[3]}, Place.SURE)
              for m in found]  # fmt: skip
    return _with_parts("Kubernetes", listed, words)


def _envoy(lines: list[str], words: Words) -> Reading | None:
    """Read the hosts of Envoy's /clusters by their flags; it has none that is ill and no flag."""
    found = [
        match for line in lines if "::health_flags::" in line and (match := _ENVOY.fullmatch(line))
    ]
    if not found:
        return None
    listed = [(m[1], {"status": _flags_word(m[2]), "message": m[2]}, Place.SURE) for m in found]
    return _with_parts("Envoy", listed, words)


def _flags_word(flags: str) -> str:
    ill = {flag for flag in flags.split("/") if flag.startswith(("failed", "excluded", "active"))}
    return "unhealthy" if ill else "degraded" if "degraded" in flags else "ok"


def _rails(lines: list[str], words: Words) -> Reading | None:
    found = [match for line in lines if (match := _RAILS.fullmatch(line))]
    if not found or len(found) < len(lines):
        return None
    listed = [(m[1], {"status": m[2], "message": m[3]}, Place.SURE) for m in found]
    return _with_parts("OkComputer", listed, words)


def _pairs(lines: list[str], words: Words) -> Reading | None:
    """Read a text of nothing but names and words: one a line, or assigned in one line."""
    lines = [line for line in lines if not _HEADING.fullmatch(line)] or lines
    lines = [_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in lines]
    pairs = [(m[1], m[2].strip("\"'")) for line in lines if (m := _PAIR.fullmatch(line))]
    if len(lines) == 1:
        assigned = _ASSIGNED.findall(lines[0])
        rest = _ASSIGNED.sub("", lines[0]).strip(" ,;")
        several = re.split(r"[,;]\s*", lines[0])
        listed = [(m[1], m[2]) for part in several if (m := _PAIR.fullmatch(part))]
        pairs = assigned if assigned and not rest else listed if len(listed) == len(several) else []
    elif len(pairs) < len(lines):
        return None
    said = [(n, w) for n, w in pairs if verdict_of(w, words) is not None or sentence(w, words)]
    own = [verdict_of(w, words) for n, w in said if fold(n) in {"status", "health", "state"}]
    parts = [(n, w, Place.SURE) for n, w in said
             if fold(n) not in {"status", "health", "state"}
             and not is_fact(n) and (is_part(n) or is_strong(w))
             and not (w.isdecimal() and MEASURES.intersection(tokens(n)))]  # fmt: skip
    if not own and not parts:
        return None
    reading = _with_parts("text", parts, words)
    verdict = worst([reading.verdict, *(v for v in own if v)])
    reason = "" if verdict is Verdict.PASS else storable("; ".join(lines), 200)
    return Reading("text", verdict, reason, reading.components)


def _table(lines: list[str], words: Words) -> Reading | None:
    parts = [(n, w, Place.SURE) for n, w in rows(lines) if not is_fact(n) and not is_nobody(n)]
    if not parts:
        return None
    reading = _with_parts("text", parts, words)
    reason = "" if reading.verdict is Verdict.PASS else storable("; ".join(lines), 200)
    return Reading("text", reading.verdict, reason, reading.components)


def _with_parts(form: str, listed: Sequence[tuple[str, Any, Place]], words: Words) -> Reading:
    parts = parts_of(listed, words)
    return Reading(form, worst(part.verdict for part in parts), components=parts)


def _page(text: str, words: Words) -> Reading:
    if _XML_DOCUMENT.match(text):
        verdicts = [v for word in _XML.findall(text[:20_000]) if (v := verdict_of(word, words))]
        return Reading("XML", worst(verdicts))
    head = text[:8_000]
    for _, inner in _TITLE.findall(head):
        title = " ".join(unescape(_TAG.sub(" ", inner)).split())
        if _ERROR_PAGE.fullmatch(title):
            return Reading("page", Verdict.FAIL, f"an error page: {storable(title, 120)}")
        if _MAINTENANCE.fullmatch(title):
            return Reading("page", Verdict.WARN, f"a maintenance page: {storable(title, 120)}")
    if error := _PHP_ERROR.match(head):
        return Reading("page", Verdict.FAIL, f"an error page: {error[1]}")
    bare = " ".join(unescape(_TAG.sub(" ", head)).split())
    verdict = verdict_of(bare, words) if len(bare) <= 60 else None
    return Reading("page", verdict or Verdict.UNKNOWN, storable(bare, 120) if verdict else "")
