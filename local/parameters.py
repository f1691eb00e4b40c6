"""The template's parameters as a person gives them: ``Name=value``, and what is wrong with them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Any
from zoneinfo import available_timezones

from avatarwatch.complaints import zone_meant
from local.cloudformation import PSEUDO, Deployment

_CURLY = tuple("\u2018\u2019\u201c\u201d\u201e\u201f\u00ab\u00bb")
"""Quotes that word processors and chats make of straight ones; no shell or sam takes them off."""


class ParameterError(Exception):
    """Parameters cannot be used; the message says which, and why."""


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Read ``Name=value``, each; ParameterError for what is none."""
    given: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise ParameterError(
                f"{text or 'an empty text'} is not Name=value: no blanks around the sign,"
                " and quotes around a value that has some"
            )
        if value[:1] in _CURLY or value[-1:] in _CURLY:
            raise ParameterError(f"{name}={value}: quotes need to be straight, \" or '")
        if name in given:
            raise ParameterError(f"{name} is there twice")
        given[name] = value
    return given


def words(text: str) -> list[str]:
    """Take apart what stands on a line, by its blanks; those within quotes stay.

    Nothing else of it means anything, as no shell reads it. ParameterError for a quote without end.
    """
    reader = shlex.shlex(text, posix=True)
    reader.whitespace_split, reader.commenters, reader.escape = True, "", ""
    try:
        return list(reader)
    except ValueError as error:
        raise ParameterError(f"{text}: {error}") from None


def checked(template: Mapping[str, Any], given: Mapping[str, str]) -> Deployment:
    """Return the template with parameters; ParameterError for what CloudFormation would refuse.

    A name that it does not know, a value that it does not allow, and what its rules say.
    """
    refuse(template, given)
    deployment = Deployment(template, given)
    if wrong := deployment.refusals():
        raise ParameterError("; ".join(wrong))
    return deployment


def refuse(template: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Raise ParameterError for each name that the template has not, each value it does not allow.

    Its rules are not asked: a stack that is there keeps what is not given, which nobody knows here.
    """
    known = {**template["Parameters"], **{name: {"Type": "String"} for name in PSEUDO}}
    wrong = [_unknown(name, known) for name in given if name not in known]
    wrong += [
        _refusal(name, known[name], value)
        for name, value in given.items()
        if name in known and not allows(known[name], value)
    ]
    wrong += [f"ReportTimeZone={zone}: {why}" for zone, why in _zone(given.get("ReportTimeZone"))]
    if wrong:
        raise ParameterError("; ".join(wrong))


def _zone(name: str | None) -> Iterator[tuple[str, str]]:
    """Yield a zone that the tz database has not: no pattern tells it, and reports would fail."""
    if name and name not in available_timezones():
        why = "the tz database has no such zone"
        yield name, f"{why}, {asked}" if (asked := zone_meant(name)) else why


def allows(parameter: Mapping[str, Any], value: str) -> bool:
    """Tell whether CloudFormation takes a value for a parameter."""
    if "AllowedValues" in parameter and value not in map(str, parameter["AllowedValues"]):
        return False
    if parameter["Type"] == "Number":
        least, most = _bounds(parameter)
        number = _number(value)
        return number is not None and least <= number <= most
    pattern, length = parameter.get("AllowedPattern", r"[\s\S]*"), parameter.get("MaxLength")
    if length is not None and len(value) > int(length):
        return False
    return re.fullmatch(pattern, value) is not None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) and value == value.strip() else None


def _bounds(parameter: Mapping[str, Any]) -> tuple[float, float]:
    least, most = parameter.get("MinValue", "-inf"), parameter.get("MaxValue", "inf")
    return float(least), float(most)


def _unknown(name: str, known: Iterable[str]) -> str:
    near: Sequence[str] = get_close_matches(name, list(known), 1)
    return f"the template has no parameter {name}" + (f", is it {near[0]}?" if near else "")


def _refusal(name: str, parameter: Mapping[str, Any], value: str) -> str:
    """Say what a parameter takes instead of a value."""
    if "AllowedValues" in parameter:
        takes = f"one of {', '.join(map(str, parameter['AllowedValues']))}"
    elif parameter["Type"] == "Number":
        least, most = _bounds(parameter)
        takes = "a number" + (f" of {least:g} and more" if isfinite(least) else "")
        takes += f", {most:g} at most" if isfinite(most) else ""
    else:
        takes = str(parameter.get("ConstraintDescription", "another value"))
    return f"{name}={value}: it takes {takes}"
