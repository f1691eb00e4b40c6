"""Conditions that an answer must meet, in one line each.

``status == 200`` · ``response_time < 500`` (ms) · ``certificate_days > 14`` ·
``body.database.status == healthy`` · ``body.queue[0].depth <= 100`` · ``body contains ready``
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_FORM = re.compile(
    r"(?P<subject>status|response_time|certificate_days|body(?P<path>(\.[\w-]+|\[\d+\])*))"
    r"\s*(?P<op>==|!=|<=|>=|<|>|\bcontains\b)\s*(?P<value>\S.*)"
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MISSING = object()


class ConditionError(ValueError):
    """A condition cannot be read; the message shows the form."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions speak of; ``document`` is the body's JSON value, None where it has none."""

    status: int
    response_ms: float
    certificate_days: float | None
    text: str
    document: Any


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; ``path`` are the steps into the body."""

    text: str
    subject: str
    path: tuple[str | int, ...]
    op: str
    value: Any

    def unmet(self, facts: Facts) -> str:
        """Return why an answer does not meet it, "" when it does."""
        actual = self._actual(facts)
        if actual is _MISSING:
            return f"{self.text}: there is no {self._name}"
        if self.op == "contains":
            met = str(self.value) in (actual if isinstance(actual, str | list) else str(actual))
        else:
            try:
                met = _COMPARE[self.op](actual, self.value)
            except TypeError:
                return f"{self.text}: {self._name} is {_shown(actual)}, which cannot be compared"
        return "" if met else f"{self.text}: {self._name} is {_shown(actual)}"

    @property
    def _name(self) -> str:
        steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in self.path)
        return f"{self.subject}{steps}"

    def _actual(self, facts: Facts) -> Any:
        if self.path:
            return self._inside(facts.document)
        days = facts.certificate_days
        return {
            "status": facts.status,
            "response_time": facts.response_ms,
            "certificate_days": _MISSING if days is None else days,
            "body": facts.text,
        }[self.subject]

    def _inside(self, found: Any) -> Any:
        for step in self.path:
            if isinstance(step, int):
                if not isinstance(found, list) or step >= len(found):
                    return _MISSING
            elif not isinstance(found, dict) or step not in found:
                return _MISSING
            found = found[step]
        return found


def parse_condition(text: str) -> Condition:
    """Read a condition; raise ConditionError when it has not the form."""
    match = _FORM.fullmatch(text.strip())
    if not match:
        raise ConditionError(
            f"no condition: {text!r}; write <status | response_time | certificate_days | body.path>"
            " <== | != | < | <= | > | >= | contains> <value>"
        )
    steps = _STEP.findall(match["path"] or "")
    return Condition(
        text=text.strip(),
        subject=match["subject"].split(".")[0].split("[")[0],
        path=tuple(name or int(index) for name, index in steps),
        op=match["op"],
        value=_value(match["value"].strip()),
    )


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text  # a bare word


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 80 else text[:79] + "…"
