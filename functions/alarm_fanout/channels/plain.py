"""Plain text, as e-mail and SMS need it."""

from __future__ import annotations

import re
import unicodedata

from avatarwatch.catalogue import Severity

TAGS = {Severity.CRITICAL: "CRIT", Severity.WARNING: "WARN", Severity.INFO: "INFO"}
_CLAUSE = re.compile(r"[:;,.] ")
SEVERITIES = frozenset(Severity)  # a status that is one of them stands in the tag already
_ASCII = {0xB7: "-", 0x2013: "-", 0x2014: "-", 0x2026: "...", 0x2019: "'", 0x201C: '"', 0x201D: '"'}


def ascii_line(text: str) -> str:
    """Write text in printable ASCII on one line; accents are dropped, the rest becomes ``?``."""
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    line = " ".join(plain.encode("ascii", "replace").decode().split())
    return "".join(character if character.isprintable() else "?" for character in line)


def clauses(text: str, limit: int) -> str:
    """Keep whole clauses where they nearly fill ``limit`` characters, else what fits and dots."""
    if len(text) <= limit:
        return text
    ends = [each.start() for each in _CLAUSE.finditer(text[: limit + 2])]
    whole = [end for end in ends if text.count("(", 0, end) == text.count(")", 0, end)]
    if whole and 5 * whole[-1] >= 4 * limit:
        return text[: whole[-1]]
    return shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """Keep at most ``limit`` characters, the last three dots when something was left out."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."
