"""Why an object says that it is not well."""

from __future__ import annotations

from typing import Any

from health_polling.reading.names import storable
from health_polling.reading.status import Document, folded

_REASONS = ("error", "err", "message", "output", "reason", "description", "exception", "detail",
            "notificationmessage", "summary", "cause", "title", "errormessage", "msg",
            "errmsg", "lasterror")  # fmt: skip
_NAMES = frozenset(_REASONS)


def reason_of(document: Document) -> str:
    """Return why an object says that it is not well, "" where it does not say."""
    known = folded(document)
    for name in () if _NAMES.isdisjoint(known) else _REASONS:
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
