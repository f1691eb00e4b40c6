"""Read a message by its entry of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from alarm_fanout.parsers.known.filters import DOCUMENTS, TEXTS
from alarm_fanout.parsers.known.model import Grade, Known
from alarm_fanout.parsers.sounds import is_bad, is_over, sounding
from alarm_fanout.parsers.texts import spelled
from avatarwatch.catalogue import Severity

_FIELD = re.compile(r"\{([^{}|]+)((?:\|\w+)*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_MOST = 3  # of a list


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry's paths lead: ``item`` within ``event``."""

    event: Any
    item: Any

    def values(self, path: str) -> list[Any]:
        """Return what stands at a path, without nulls and empty texts."""
        root = self.event if path.startswith("/") else self.item
        steps = path.removeprefix("/").split("/")
        return [value for value in _walk(root, steps) if value is not None and value != ""]

    def text(self, path: str, filters: Sequence[str] = ()) -> str | None:
        """Write what stands at a path, None where nothing does."""
        found = self.values(path)
        if not found:
            return None
        if filters and filters[0] in DOCUMENTS:
            return DOCUMENTS[filters[0]](found[0])
        texts = list(dict.fromkeys(spelled(value) for value in found if _is_scalar(value)))
        for step in filters:
            read = [TEXTS[step](text) for text in texts]
            texts = [text for text in read if text is not None]
        if not texts:
            return None
        more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
        return ", ".join(texts[:_MOST]) + more

    def fill(self, template: str, *, quoted: bool = False) -> str | None:
        """Fill a template, None where a field of it (outside of brackets) is not there."""
        pieces = []
        for index, part in enumerate(_OPTIONAL.split(template)):
            filled = self._filled(part, quoted=quoted)
            if filled is None and index % 2 == 0:
                return None
            pieces.append(filled or "")
        return "".join(pieces).strip()

    def _filled(self, part: str, *, quoted: bool) -> str | None:
        missing = False

        def field(match: re.Match[str]) -> str:
            nonlocal missing
            text = self.text(match[1], match[2].split("|")[1:])
            missing = missing or text is None
            return quote(text or "", safe="") if quoted else text or ""

        filled = _FIELD.sub(field, part)
        return None if missing else filled

    def first(self, templates: Sequence[str]) -> str:
        """Return the first template that can be filled, empty if none can."""
        return next((text for each in templates if (text := self.fill(each))), "")


def grade(entry: Known, source: Source) -> Severity | None:
    """Return how bad an entry's fields say that it is, None where they say nothing."""
    found = (said for each in entry.severity if (said := _graded(each, source)) is not None)
    return next(found, entry.otherwise)


def _graded(grade: Grade, source: Source) -> Severity | None:
    path, *filters = grade.path.split("|")
    values = [source.text(path, filters)] if filters else source.values(path)
    texts = [spelled(value) for value in values if value is not None and _is_scalar(value)]
    said = [grade.words.get(text.upper()) for text in texts]
    said += [_heard(text) for text in texts] if grade.sounds else []
    if any(said):
        return min(filter(None, said), key=list(Severity).index)  # the worst of a list
    numbers = [number for value in values if (number := _number(value)) is not None]
    return next((each for least, each in grade.numbers if numbers and max(numbers) >= least), None)


def _heard(text: str) -> Severity | None:
    """Return how bad a text sounds, None where it sounds like nothing."""
    return sounding(text) if is_over(text) or is_bad(text) else None


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _walk(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    match value:
        case list() | dict() if step == "*":
            for item in value.values() if isinstance(value, dict) else value:
                yield from _walk(item, rest)
        case list() if step.isdecimal() and int(step) < len(value):
            yield from _walk(value[int(step)], rest)
        case dict() if step.startswith("?"):
            for key, item in value.items():
                if key.startswith(step[1:]):
                    yield f"{key} {spelled(item)}" if _is_scalar(item) else key
                    return
        case dict() if step in value:
            yield from _walk(value[step], rest)
        case _:
            return


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)
