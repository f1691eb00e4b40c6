"""Conditions that an answer must meet, in one line each.

``status == 200`` · ``response_time < 500`` (ms) · ``certificate_days > 14`` ·
``body.database.status == healthy`` · ``body.queue[0].depth <= 100`` · ``body contains ready`` ·
``body not contains error`` · ``header.x-served-by contains eu`` · ``body.leader exists``

What can never hold is refused when it is read, not paged about three minutes later.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_FORM = re.compile(
    r"(?P<subject>status|response_time|certificate_days|header\.[\w-]+"
    r"|body(?P<path>(\.[\w-]+|\[\d+\])*))\s*"
    r"(?:(?P<op>==|!=|<=|>=|<|>|\bnot contains\b|\bcontains\b)\s*(?P<value>\S.*)"
    r"|(?P<is>\bexists\b|\bnot exists\b))"
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, **_ORDERS,
}  # fmt: skip
_MISSING = object()
# What a number may be, and in which unit it is written.
_NUMBERS = {
    "status": (100, 599, "an HTTP status, as in status == 200 (or the entry's own list, status)"),
    "response_time": (0, 30_000, "milliseconds, as in response_time < 500"),
    "certificate_days": (-3650, 36_500, "days, as in certificate_days > 14"),
}


class ConditionError(ValueError):
    """A condition cannot be read, or can never hold; the message shows the form."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions speak of; ``document`` is the body's JSON value, None where it has none.

    ``headers`` are by their names in lower case.
    """

    status: int
    response_ms: float
    certificate_days: float | None
    text: str
    document: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; ``path`` are the steps into the body."""

    text: str
    subject: str
    path: tuple[str | int, ...]
    op: str
    value: Any

    @property
    def needs_tls(self) -> bool:
        """Whether it can only hold where there is a certificate."""
        return self.subject == "certificate_days"

    def unmet(self, facts: Facts) -> str:
        """Return why an answer does not meet it, "" when it does."""
        actual = self._actual(facts)
        if self.op in {"exists", "not exists"}:
            if (actual is _MISSING) is (self.op == "not exists"):
                return ""
            there = "there is no" if actual is _MISSING else "there is"
            return f"{self.text}: {there} {self._name}"
        if actual is _MISSING:
            return "" if self.op in {"not contains", "!="} else (
                f"{self.text}: there is no {self._name}"
            )  # fmt: skip
        try:
            met = self._holds(actual)
        except TypeError:
            return f"{self.text}: {self._name} is {_shown(actual)}, which cannot be compared"
        return "" if met else f"{self.text}: {self._name} is {_shown(actual)}"

    def _holds(self, actual: Any) -> bool:
        if self.op in _COMPARE:
            return _COMPARE[self.op](self._like_value(actual), self.value)
        where = actual if isinstance(actual, str | list) else str(actual)
        return (str(self.value) in where) is (self.op == "contains")

    def _like_value(self, actual: Any) -> Any:
        """Return what a body says as a text in the kind that it is compared with: "120", "true"."""
        if isinstance(actual, str) and isinstance(self.value, bool | int | float):
            read = _value(actual.strip().lower())
            return read if isinstance(read, bool) is isinstance(self.value, bool) else actual
        return actual

    @property
    def _name(self) -> str:
        steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in self.path)
        return f"{self.subject}{steps}"

    def _actual(self, facts: Facts) -> Any:
        if self.path:
            return self._inside(facts.document)
        if self.subject.startswith("header."):
            return facts.headers.get(self.subject.removeprefix("header.").lower(), _MISSING)
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
    """Read a condition; raise ConditionError when it has not the form or can never hold."""
    match = _FORM.fullmatch(text.strip())
    if not match:
        raise ConditionError(
            f"no condition: {text!r}; write <status | response_time | certificate_days | body.path"
            " | header.name> <== | != | < | <= | > | >= | contains | not contains> <value>, or"
            " <body.path | header.name> exists"
        )
    subject = match["subject"] if match["path"] is None else "body"
    steps = _STEP.findall(match["path"] or "")
    op, raw = match["op"] or match["is"], (match["value"] or "").strip()
    is_text = subject.startswith("header.") or (subject == "body" and not steps)
    condition = Condition(
        text=text.strip(),
        subject=subject,
        path=tuple(name or int(index) for name, index in steps),
        op=op,
        value=_text(raw) if is_text else _value(raw),
    )
    _refuse_what_never_holds(condition, is_text=is_text)
    return condition


def _refuse_what_never_holds(condition: Condition, *, is_text: bool) -> None:
    subject, op, value = condition.subject, condition.op, condition.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if subject in _NUMBERS:
        least, most, words = _NUMBERS[subject]
        if op not in _COMPARE or not is_number:
            raise ConditionError(f"{condition.text}: {subject} is {words}")
        if not (_COMPARE[op](least, value) or _COMPARE[op](most, value) or least < value < most):
            raise ConditionError(f"{condition.text}: that is never so; {subject} is {words}")
    elif op in _ORDERS and (is_text or not is_number):
        raise ConditionError(f"{condition.text}: {op} compares numbers, in a body by their path")
    elif op in {"exists", "not exists"} and subject == "body" and not condition.path:
        raise ConditionError(f"{condition.text}: write which member, as in body.leader exists")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # a bare word


def _text(text: str) -> str:
    value = _value(text)
    return value if isinstance(value, str) else text


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 80 else text[:79] + "…"
