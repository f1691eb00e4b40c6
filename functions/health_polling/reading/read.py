"""Read a body of any kind."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from health_polling.reading.formats import Content
from health_polling.reading.markup import TooDeepError, document_of
from health_polling.reading.names import storable
from health_polling.reading.objects import read_list, read_object
from health_polling.reading.outline import outline_of
from health_polling.reading.sentences import sentence
from health_polling.reading.texts import read_text
from health_polling.reading.words import Words, verdict_of
from health_polling.reading.wrapped import by_line, inside, unwrapped
from health_polling.verdict import Reading, Verdict, worst

MOST_REPORTED = 20
MOST_LEVELS = 32
_LONGEST_YAML = 20_000
_NO_WORDS: Words = {}
_MEDIA = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*(?:;|$)")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9_-]{1,30})\"?", re.IGNORECASE)
# Python has codecs that are no charsets (idna, unicode_escape): only these are taken from outside.
_CHARSETS = re.compile(
    r"(?i)(utf-?(8|16|32)(-?[lb]e)?|(iso-?)?8859[-_]\d{1,2}|iso-8859-\d{1,2}|latin-?1|(us-)?ascii|"
    r"(windows-|cp)?125\d|windows-31j|shift[-_]?jis|euc[-_](jp|kr)|gb(k|2312|18030)|big5|koi8-[ru])"
)
_METRIC = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
_BEFORE_MARKUP = b" \t\r\n\xef\xbb\xbf"
_AGES = ("timestamp", "time", "datetime", "checkedat", "date")


def parse(body: bytes, content_type: str) -> tuple[Any, str]:
    """Return a body's JSON value, or None and what is wrong with it ("" where it is no JSON)."""
    media, charset = _media_type(content_type)
    # JSON is UTF-8 whatever the header says (RFC 8259, section 11); some are not
    text = unwrapped(decode(body, json.detect_encoding(body), charset).strip())
    claims = media.endswith("json")
    if not text or not (claims or text[0] in "{["):
        return None, ""
    try:
        document = json.loads(text)
        return (inside(document) or document if isinstance(document, str) else document), ""
    except RecursionError:
        return None, "its JSON is nested too deeply to be read"
    except ValueError as error:
        if lines := by_line(text):
            return lines, ""
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number"
        return None, f"the answer says {media} but is no JSON ({where})" if claims else ""


def read(body: bytes, content_type: str, words: Mapping[str, Verdict] = _NO_WORDS) -> Reading:
    """Return what a body says about health; UNKNOWN where it says nothing.

    ``words`` are the endpoint's own, folded as `words.fold` does.
    """
    if not body.strip():
        return Reading("empty", Verdict.UNKNOWN)
    document, problem = parse(body, content_type)
    if problem:
        return _no_json(body, content_type, problem, words)
    media, charset = _media_type(content_type)
    return (
        _json(document, media, words)
        or _xml(body, charset, words)
        or _yaml(body, charset, words)
        or read_text(decode(body, charset), words)
    )


def _json(document: Any, media: str, words: Words) -> Reading | None:
    """Read a JSON value, None where the body is none (or is null, which as a text says nothing)."""
    match document:
        case dict():
            form = media if media == "application/health+json" else ""
            return _reading(read_object(document, words, form), document)
        case list() if found := read_list(document, words):
            return _reading(found, {})
        case str() | bool():
            verdict = verdict_of(document, words)
            if verdict is None and isinstance(document, str):
                verdict = sentence(document, words)
            return Reading("JSON", verdict or Verdict.UNKNOWN, storable(str(document), 100))
        case None:
            return None
        case _:
            return Reading("JSON", Verdict.UNKNOWN)


def _xml(body: bytes, charset: str, words: Words) -> Reading | None:
    """Read XML, None where the body is none, or where a page's own rules say more."""
    if body.lstrip(_BEFORE_MARKUP)[:1] != b"<":
        return None
    try:
        document = document_of(decode(body, charset).strip().lstrip("\ufeff"))
    except TooDeepError:
        return Reading("XML", Verdict.WARN, "its XML is nested too deeply to be read")
    if document is None:
        return None
    found = _reading(replace(read_object(document, words, "XML"), form="XML"), document)
    return found if found.verdict is not Verdict.UNKNOWN else None


def _yaml(body: bytes, charset: str, words: Words) -> Reading | None:
    """Read YAML, None where the body is none, or says nothing of health as such."""
    if len(body) > _LONGEST_YAML or b"\n" not in body:
        return None
    document = outline_of(decode(body, charset).strip().lstrip("\ufeff"))
    if document is None:
        return None
    found = _reading(replace(read_object(document, words, "YAML"), form="YAML"), document)
    return found if found.verdict is not Verdict.UNKNOWN else None


def decode(body: bytes, *charsets: str) -> str:
    """Decode by the first charset that fits: a wrong one must not hide what a service says."""
    for charset in charsets:
        with suppress(LookupError, ValueError):
            return body.decode(charset)
    return body.decode("utf-8-sig", errors="replace")


def is_page(body: bytes, content_type: str) -> bool:
    """Whether a body that is too long to be read is no document of health, but a page or a file."""
    media = _media_type(content_type)[0]
    return not media.endswith("json") and body.lstrip()[:1] not in {b"{", b"["}


def _no_json(body: bytes, content_type: str, problem: str, words: Words) -> Reading:
    """Read what calls itself JSON and is none: a bare word is often sent so."""
    text = decode(body, _media_type(content_type)[1]).strip()
    verdict = verdict_of(text, words) if len(text) <= 60 else None
    if verdict is not None:
        return Reading("text", verdict, "" if verdict is Verdict.PASS else storable(text, 200))
    return Reading("broken JSON", Verdict.FAIL, problem)


def _reading(content: Content, document: dict[str, Any]) -> Reading:
    own, parts = content.own, content.parts
    verdict = worst([own.verdict if own else Verdict.UNKNOWN, *(p.verdict for p in parts)])
    reason = content.reason
    if own and own.unread:
        verdict = worst([verdict, Verdict.WARN])
        reason = f'its status "{storable(own.unread, 40)}" is not known: cannot be read'
    elif own and own.verdict is Verdict.UNKNOWN and verdict is not Verdict.FAIL:
        verdict = Verdict.WARN
        reason = reason or "it says itself that it does not know"
    if verdict is Verdict.UNKNOWN and _is_deep(document):
        verdict, reason = Verdict.WARN, "its JSON is nested too deeply to be read"
    form = content.form if own or parts else "JSON"
    return Reading(
        format=form,
        verdict=verdict,
        reason=reason if verdict is not Verdict.PASS else "",
        components=parts,
        reported=_reported(document),
        written_at=_time(document),
        statuses=content.statuses,
    )


def _is_deep(document: dict[str, Any]) -> bool:
    """Whether a document is nested deeper than anybody writes one: it may hide something."""
    level: list[Any] = [document]
    for _ in range(MOST_LEVELS):
        members = (m for each in level for m in (each.values() if isinstance(each, dict) else each))
        level = [member for member in members if isinstance(member, dict | list)]
        if not level:
            return False
    return True


def _reported(document: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    metrics = document.get("metrics")
    return tuple(_numbers(metrics))[:MOST_REPORTED] if isinstance(metrics, dict) else ()


def _numbers(metrics: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        # CloudWatch takes neither NaN nor what is beyond 2^360
        if _METRIC.fullmatch(name) and abs(value) < 1e100:
            number = float(value)
            if math.isfinite(number):
                yield name, number


def _time(document: dict[str, Any]) -> datetime | None:
    """Return when a document was written; a time without offset means nothing (RFC 3339, 4.3)."""
    text = next((v for k, v in document.items() if k.lower().replace("_", "") in _AGES
                 and isinstance(v, str)), "")  # fmt: skip
    with suppress(ValueError, OverflowError):
        read_at = datetime.fromisoformat(text.strip()[:40])
        return read_at.astimezone(UTC) if read_at.tzinfo else None
    return None


@lru_cache(512)  # services answer alike each minute
def _media_type(content_type: str) -> tuple[str, str]:
    media, charset = _MEDIA.match(content_type), _CHARSET.search(content_type)
    name = charset[1].lower() if charset and _CHARSETS.fullmatch(charset[1]) else "utf-8-sig"
    return (
        media[1].lower() if media else "text/plain",
        "utf-8-sig" if name in {"utf-8", "utf8"} else name,
    )
