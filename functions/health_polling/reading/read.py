"""Read a body of any kind."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from email.message import Message
from functools import lru_cache
from typing import Any

from health_polling.reading.formats import FORMATS
from health_polling.reading.words import verdict_of
from health_polling.verdict import Reading, Verdict

_WORD = re.compile(r"[A-Za-z_]+")
_TEXT_LIMIT = 200  # a longer text is prose or markup, not a status


def parse(body: bytes, content_type: str) -> tuple[Any, str]:
    """Return a body's JSON value, or None and what is wrong with it ("" where it is no JSON)."""
    media, charset = _media_type(content_type)
    # JSON is UTF-8 whatever the header says (RFC 8259, section 11); some are not
    text = decode(body, json.detect_encoding(body), charset).strip()
    claims = media.endswith("json")
    if not text or not (claims or text[0] in "{["):
        return None, ""
    try:
        return json.loads(text), ""
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "nesting"
        return None, f"the answer says {media} but is no JSON ({where})" if claims else ""


def read(body: bytes, content_type: str) -> Reading:
    """Return what a body says about health; UNKNOWN where it says nothing."""
    if not body.strip():
        return Reading("empty", Verdict.UNKNOWN)
    document, problem = parse(body, content_type)
    if problem:
        return Reading("broken JSON", Verdict.FAIL, problem)
    match document:
        case dict():
            found = (form(document) for form in FORMATS)
            return next((r for r in found if r), Reading("JSON", Verdict.UNKNOWN))
        case str() | bool():
            return Reading("JSON", verdict_of(document) or Verdict.UNKNOWN, str(document)[:100])
        case None:
            return _text(decode(body, _media_type(content_type)[1]))
        case _:
            return Reading("JSON", Verdict.UNKNOWN)


def decode(body: bytes, *charsets: str) -> str:
    """Decode by the first charset that fits: a wrong one must not hide what a service says."""
    for charset in charsets:
        with suppress(LookupError, UnicodeError):
            return body.decode(charset)
    return body.decode("utf-8-sig", errors="replace")


def _text(text: str) -> Reading:
    text = text.strip()
    if len(text) > _TEXT_LIMIT or text.startswith("<"):
        return Reading("page", Verdict.UNKNOWN)
    verdict = verdict_of(text)
    if verdict is None and (first := _WORD.match(text)):  # "OK - 3 workers", "Degraded: redis"
        verdict = verdict_of(first.group())
    reason = " ".join(text.split()) if verdict is not Verdict.PASS else ""
    return Reading("text", verdict or Verdict.UNKNOWN, reason)


@lru_cache(512)  # the parser is thorough and slow, and services answer alike each minute
def _media_type(content_type: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = content_type or "text/plain"
    charset = message.get_content_charset() or "utf-8-sig"
    return message.get_content_type(), "utf-8-sig" if charset in {"utf-8", "utf8"} else charset
