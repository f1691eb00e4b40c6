"""Read AWS's JSON field by field: what is missing, null or of a wrong type never spoils the rest.

By hand instead of by a model of each shape: an alert has to be told whatever else is wrong with it,
and models would cost a cold start more than all else that is ours (benchmarks/coldstart.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from alarm_fanout.parsers.errors import NotThisShapeError

SECONDS_LIMIT = 604_800  # a period: CloudWatch evaluates a week at most
PERIODS_LIMIT = 60_480  # a number of periods: a week of the shortest, ten seconds


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a document. Each reader returns None where it finds nothing of its kind.

    A field is found whether its name begins in lower case, as over EventBridge, or in upper case,
    as over SNS: an alarm's fields are the same but for that.
    """

    document: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any) -> Part:
        """Return a message's outermost object; raise NotThisShapeError for anything else."""
        if not isinstance(value, dict):
            raise NotThisShapeError(f"{type(value).__name__} is no object")
        return cls(value)

    def need(self, name: str) -> str:
        """Return a text that the shape cannot be without; raise NotThisShapeError if it is."""
        found = self.text(name)
        if not found:
            raise NotThisShapeError(f"{name} is missing or no text")
        return found

    def text(self, name: str) -> str | None:
        """Return a text."""
        found = self._get(name)
        return found if isinstance(found, str) else None

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        found = self._get(name)
        return found if isinstance(found, bool) else None

    def number(self, name: str) -> float | None:
        """Return a finite number."""
        return _number(self._get(name))

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return a list of numbers; none when one of them is no number."""
        items = self._get(name)
        found = [_number(item) for item in items] if isinstance(items, list) else []
        return tuple(item for item in found if item is not None) if None not in found else ()

    def count(self, name: str, limit: int) -> int | None:
        """Return a whole number from 1 to a limit."""
        found = _number(self._get(name))
        return int(found) if found and found == int(found) and 0 < found <= limit else None

    def part(self, name: str) -> Part | None:
        """Return an object within this one."""
        found = self._get(name)
        return Part(found) if isinstance(found, dict) else None

    def parts(self, name: str) -> list[Part] | None:
        """Return a list of objects, without what in it is none."""
        found = self._get(name)
        if not isinstance(found, list):
            return None
        return [Part(item) for item in found if isinstance(item, dict)]

    def texts(self, name: str) -> dict[str, str]:
        """Return an object of texts; an empty one when a value of it is no text."""
        found = self._get(name)
        if not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values()):
            return {}
        return found

    def _get(self, name: str) -> Any:
        found = self.document.get(name)
        return self.document.get(name[:1].upper() + name[1:]) if found is None else found


def _number(value: Any) -> float | None:
    """Return what JSON, or a text in it, spells as a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
