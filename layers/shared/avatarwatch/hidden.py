"""Texts without the passwords, tokens and keys that they give."""

import re

HIDDEN = "(hidden)"
# Where texts give what lets a reader in: "password=…", {"token": "…"}, user:…@host, Bearer …
_NAME_OF_ONE = (
    r"[\w-]{0,40}(?:secret|passw(?:or)?d|passphrase|token|(?:api|access|private)[_-]?key)"
    r"[\w-]{0,40}"
)
_GIVEN = re.compile(
    rf"(\b{_NAME_OF_ONE}(?:=|[\"']\s{{0,3}}[:=]\s{{0,3}})[\"']?)(?!\(hidden)[^\s\"'&,;]+",
    re.IGNORECASE | re.ASCII,
)
_USER = re.compile(r"(\b[a-z][\w+.-]{1,20}://[^\s:/@]{0,80}:)[^\s/@]{1,200}(?=@)", re.IGNORECASE)
_BEARER = re.compile(r"(\b(?:Bearer|Basic) )[\w.~+/=-]{8,}", re.ASCII)
_WEBHOOK = re.compile(r"(https://hooks\.slack\.com/(?:services|workflows)/)[\w/-]+", re.ASCII)
_MARKS = ("=", "://", "'", '"', "Bearer ", "Basic ")


def hidden(text: str) -> str:
    """Return a text without the passwords, tokens and keys that it gives."""
    if not any(mark in text for mark in _MARKS):
        return text
    for pattern in (_GIVEN, _USER, _BEARER, _WEBHOOK):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text
