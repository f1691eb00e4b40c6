"""How a template writes what stands at a path; None leaves the template unfilled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from alarm_fanout.parsers.document import flattened
from alarm_fanout.parsers.texts import digest, is_secret, masked
from avatarwatch.units import Unit, humanize

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOST_PAIRS = 8
_BARE = frozenset({"id", "name", "arn", "identifier", "principalid", "accountid"})
_SAYING = ("message", "errorMessage", "StoppedReason", "StatusReason", "code", "errorType")
_SCALING = {
    "EC2_INSTANCE_LAUNCH": "instance launched",
    "EC2_INSTANCE_LAUNCH_ERROR": "launch failed",
    "EC2_INSTANCE_TERMINATE": "instance terminated",
    "EC2_INSTANCE_TERMINATE_ERROR": "termination failed",
    "TEST_NOTIFICATION": "test notification",
}


def name(text: str) -> str:
    """Return what an ARN or a path names: its last part; of S3's the bucket with the key."""
    if ":::" in text:
        return text.split(":::", 1)[1].lstrip(":")
    return re.split(r"[:/]", text.removesuffix(":$LATEST"))[-1] or text


def words(text: str) -> str:
    """Write ``THREATS_FOUND`` or ``CreateFailed`` as words; what has blanks is left alone."""
    if " " in text:
        return text
    return _CAMEL.sub(" ", text).replace("_", " ").replace("-", " ").lower()


def _event(text: str) -> str:
    kind, _, value = text.partition(" ")
    return f"{value}: {words(kind.rsplit(':', 1)[-1])}" if value else words(kind)


def _reason(text: str) -> str | None:
    """Return the message of a reason that is JSON in a text, or what else it is."""
    try:
        read = json.loads(text)
    except ValueError:
        return text
    said = [read.get(key) for key in _SAYING] if isinstance(read, dict) else []
    return next((each for each in said if each and isinstance(each, str)), None)


def _counts(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    counts = {str(label).upper(): count for label, count in value.items()}
    found = [
        f"{count:g} {label.lower()}"
        for label in ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
        if isinstance(count := counts.get(label), int | float) and count
    ]
    return ", ".join(found) or None


def _pairs(value: Any) -> str | None:
    """Write what was asked for, by the last names of its fields; secrets are hidden."""
    fields = ((label.rsplit(".", 1)[-1], text) for label, text in flattened(value))
    found = [f"{label}: {masked(label, text)}" for label, text in fields if text]
    return ", ".join(found[:_MOST_PAIRS]) or None


def _named(value: Any) -> str | None:
    """Return the name, or else the id, that fields give, or the first of a list: ``keyIds``."""
    fields = value.items() if isinstance(value, dict) else ()
    texts = {_singular(key): item for key, item in fields if isinstance(item, str)}
    lists = {_singular(key): item[0] for key, item in fields if isinstance(item, list) and item}
    return _first_named(texts) or _first_named(lists)


def _target(value: Any) -> str | None:
    """Return what a call is about: as its fields name it, or a part's (EC2's ``instancesSet``)."""
    fields = [(label.rpartition(".")[2].lower(), text) for label, text in flattened(value)]
    # of a part's fields a bare "id" does not say of what
    within = {key: text for key, text in reversed(fields) if key not in _BARE}
    return _named(value) or _first_named(within)


def _first_named(fields: dict[str, Any]) -> str | None:
    found = (
        name(item)
        for end in ("name", "identifier", "id", "arn", "url")
        for key, item in fields.items()
        if key.endswith(end) and isinstance(item, str) and item and not is_secret(key)
    )
    return next(found, None)


def _singular(key: str) -> str:
    return key.lower().removesuffix("s").removesuffix("set")


def _after(marker: str, parts: int) -> Callable[[str], str]:
    """Return what reads the part after a marker of an ARN, and so many of its steps."""

    def read(text: str) -> str:
        found = text.rsplit(f":{marker}", 1)[-1].lstrip(":/")
        return "/".join(re.split(r"[:/]", found)[:parts])

    return read


TEXTS: dict[str, Callable[[str], str | None]] = {
    "name": name,
    "words": words,
    "last": lambda text: " ".join(text.split()[-2:]).capitalize(),
    "first": lambda text: text[:1].upper() + text[1:],
    "key": unquote_plus,
    "service": _after("service", 2),
    "function": _after("function", 1),
    "stack": _after("stack", 1),
    "set": lambda text: text.rsplit("stackset/", 1)[-1].split(":", 1)[0],
    "done": lambda text: words(text).removeprefix("reference "),
    "unhealthy": lambda text: "unhealthy" if text == "UNHEALTHY" else None,
    "image": _after("image", 2),
    "tenant": lambda text: _after("tenant", 1)(text) if ":tenant/" in text else name(text),
    "deployment": lambda text: words(text).removeprefix("service deployment "),
    "scaling": lambda text: _SCALING.get(text.rsplit(":", 1)[-1], words(text.rsplit(":", 1)[-1])),
    "job": lambda text: text.removesuffix(" State Change").capitalize(),
    "event": _event,
    "certificate": lambda text: text.removeprefix("ACM Certificate ").lower(),
    "phase": lambda text: None if text == "COMPLETED" else words(text),
    "spoken": lambda text: text.strip("[]: ") or None,
    "settled": lambda text: text if text in {"resolved", "ignored", "archived"} else None,
    "fate": lambda text: "down" if text == "check.down" else None,
    "workflow": lambda text: text.rsplit(".", 1)[-1] if ".workflow." in text else None,
    "ended": lambda text: words(text) if text not in {"open", "create"} else None,
    "failure": lambda text: None if text == "unknown_failure" else words(text),
    "kind": lambda text: text.split(":", 1)[0],
    "fragment": lambda text: text.rsplit("#", 1)[-1],
    "host": lambda text: text.split(".", 1)[0],
    "bytes": lambda text: humanize(float(text), Unit.BYTES) if text.isdecimal() else None,
    "reason": _reason,
    # conditions: they write nothing, or leave their template out
    "agent": lambda text: "its agent is disconnected" if text == "no" else None,
    "threats": lambda text: "" if text == "THREATS_FOUND" else None,
    "zero": lambda text: "" if text == "0" else None,
    "measured": lambda text: "" if text in {"Metric", "Log"} else None,
    "yes": lambda text: "" if text == "yes" else None,
    "known": lambda _: "known",
    "nothing": lambda _: "",
    "root": lambda text: "" if text == "Root" else None,
    "public": lambda text: "public" if text == "yes" else None,
}
DOCUMENTS: dict[str, Callable[[Any], str | None]] = {
    "counts": _counts, "digest": digest, "pairs": _pairs, "target": _target,
    "named": _named,
}  # fmt: skip
