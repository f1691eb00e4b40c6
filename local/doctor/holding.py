"""What a property's value comes to, however it is written, and how two of them differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_NAMED = 5  # names in a finding
_SHOWN = 90  # characters of a value in a finding


def normal(value: Any) -> Any:
    """Return a value in one form: numbers and flags as text, JSON read, lists without order."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{float(value):.15g}"
        case str():
            return _of_text(value)
        case Mapping():
            return {str(key): normal(each) for key, each in value.items() if each is not None}
        case list() | tuple() | set() | frozenset():
            return sorted(map(normal, value), key=_order)
    return value


def _order(each: Any) -> str:
    """Sort what has a name by it: two answers about one thing may say more of it or less."""
    named = (
        next((each[key] for key in ("Id", "Name", "Key") if key in each), None)
        if isinstance(each, Mapping)
        else None
    )
    return str(named or json.dumps(each, sort_keys=True))


def _projected(found: Any, wanted: Any) -> Any:
    """Leave out what was not asked for: AWS answers with its own defaults besides."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return {key: _projected(found.get(key), each) for key, each in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [_projected(a, b) for a, b in zip(found, wanted, strict=True)]
    return found


def read(value: Any) -> Any:
    """Return what a text says that is JSON, and any other value as it is."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _of_text(text: str) -> Any:
    if text.lower() in {"true", "false"}:
        return text.lower()
    if not isinstance(structure := read(text), str):
        return normal(structure)
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text


def differs(wanted: Any, found: Any) -> bool:
    """Whether two values mean something else; nothing and empty are the same."""
    asked = normal(wanted)
    return (asked or None) != (_projected(normal(found), asked) or None)


def shown(value: Any) -> str:
    """Return a value for a sentence."""
    if value is None or value in ("", [], {}):
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    if isinstance(value, float) and value.is_integer():
        text = f"{value:.0f}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def statements(policy: Any) -> dict[str, Any]:
    """Return a policy's statements in one form, by what a reader would call them."""
    read = json.loads(policy) if isinstance(policy, str) else policy or {}
    listed = read.get("Statement") or []
    found: dict[str, Any] = {}
    for number, each in enumerate([listed] if isinstance(listed, Mapping) else listed):
        found[str(each.get("Sid") or f"statement {number + 1}")] = _statement(each)
    return found


def _statement(written: Mapping[str, Any]) -> Any:
    """Return a statement without its name: one value is a list of one, ``*`` is AWS ``*``."""
    plain = {key: value for key, value in written.items() if key != "Sid"}
    for key in ("Principal", "NotPrincipal"):
        if plain.get(key) == "*":
            plain[key] = {"AWS": "*"}
    return normal({key: _listed(value) for key, value in plain.items()})


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _listed(each) for key, each in value.items()}
    return value if isinstance(value, list) else [value]


def policy_change(wanted: Any, found: Any) -> str:
    """Say what a policy lacks and what is new in it, empty when it means the same."""
    ours, theirs = statements(wanted), statements(found)
    lost = [name for name, each in ours.items() if each not in theirs.values()]
    new = [name for name, each in theirs.items() if each not in ours.values()]
    changed = [name for name in lost if name in new]
    said = {
        "changed": changed,
        "lost": [name for name in lost if name not in changed],
        "new": [name for name in new if name not in changed],
    }
    return "; ".join(f"{how} {', '.join(names)}" for how, names in said.items() if names)


def parts_changed(place: str, wanted: Any, found: Any) -> Iterator[str]:
    """Yield what differs, of a structure the parts that do."""
    asked, there = read(wanted), read(found)
    if isinstance(asked, Mapping) and isinstance(there, Mapping) and there:
        for key, each in asked.items():
            yield from parts_changed(f"{place}.{key}", each, there.get(key))
    elif differs(asked, there):
        yield f"{place} is {shown(found)}, the template says {shown(wanted)}"


def entries_changed(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what became of the entries of a map, as of a function's environment."""
    for how, names in (("lost", wanted.keys() - found), ("new", found.keys() - wanted)):
        if names:
            yield f"{how} {_some(sorted(names))}"
    for key in sorted(wanted.keys() & found):
        if differs(wanted[key], found[key]):
            yield f"{key} is {shown(found[key])!r}, the template says {shown(wanted[key])!r}"


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
