"""Make any JSON fit for people and for every later encoder."""

import hashlib
import json
import math
import re
import unicodedata
from typing import Any

from avatarwatch.hidden import HIDDEN, hidden

HEADLINE = 150  # characters of a first line; what is cut there stands below it in full
_DEPTH = 32  # AWS's own documents nest about ten levels; deeper ones would exhaust Python's stack
# C0 and C1 controls but tab and line feed, and halves of surrogate pairs, which UTF-8 cannot hold
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\n\t\u2028\u2029]")
# Names of fields whose values let whoever reads them in, whatever the service and the spelling
_SECRET = re.compile(
    r"secret|passw(or)?d|passphrase|credential|token|cookie|authorization|bearer"
    r"|(api|access|private|account|encryption|routing|webhook)[ _-]?(key|url)\b"
    r"|(api|access|private|account|encryption|routing)Key",
    re.IGNORECASE,
)
_NO_TEXT = frozenset({"Cc", "Cs", "Co"})
_KEY_BYTES = 512  # StateTable's sort key holds 1,024 bytes, and other parts of it stand beside


def cleaned(value: Any, depth: int = 0) -> Any:
    """Return a JSON value with fit texts, finite numbers (else None) and a bounded depth."""
    match value:
        case dict() | list() if depth >= _DEPTH:
            return "…"
        case dict():
            return {clean(str(key)): cleaned(item, depth + 1) for key, item in value.items()}
        case list():
            return [cleaned(item, depth + 1) for item in value]
        case str():
            return clean(value)
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def clean(text: str) -> str:
    """Return a text with line feeds only and without what no channel can show."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def spelled(value: Any) -> str:
    """Write a scalar of JSON as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value == int(value):
            return str(int(value))
        case _:
            return str(value).strip()


def masked(label: str, value: str) -> str:
    """Return a fact's value, hidden where its field's name says that it is a secret."""
    return HIDDEN if value and is_secret(label) else hidden(value)


def is_secret(label: str) -> bool:
    """Whether a field's name says that its value lets whoever reads it in."""
    return _SECRET.search(label) is not None


def one_line(text: str, limit: int) -> str:
    """Return a text with its line breaks as blanks, cut to a limit; all else stays as it is."""
    return _BREAKS.sub(" ", text[:limit])


def is_binary(text: str) -> bool:
    """Tell whether a text is none: more than a fifth of it is controls or undecodable.

    Compressed bytes read as Latin-1 are a quarter controls, coloured terminal output a tenth.
    """
    unfit = sum(
        character not in "\n\r\t"
        and (
            character == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(character) in _NO_TEXT
        )
        for character in text
    )
    return unfit * 5 > len(text)


def shortened(text: str, limit: int) -> str:
    """Return a text on one line with at most ``limit`` characters, an ellipsis for what is cut."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit and len(text) <= 4 * limit else f"{line[: limit - 1]}…"


def digest(*parts: Any) -> str:
    """Return 32 hexadecimal digits that stand for JSON values, whatever their keys' order."""
    spelled = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()[:32]


def bounded_key(key: str) -> str:
    """Return a key that fits into the StateTable; a longer one by its beginning and its digest."""
    if len(key.encode()) <= _KEY_BYTES:
        return key
    return f"{key[:80]}…{digest(key)}"
