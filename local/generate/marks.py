"""What `make docs` makes inside a file that is otherwise written by hand: between two marks."""

from __future__ import annotations

import re

_BEGUN = re.compile(
    r"^  # >>> (?:logs and role|policy) of (?s:.*?)# <<<\n(?:\n| {4}.*\n)*", re.MULTILINE
)


class MarksError(Exception):
    """A file has not exactly one pair of marks of a name."""


def replaced(text: str, name: str, made: str) -> str:
    """Return a text with what stands between the marks of ``name`` replaced by whole lines.

    The first mark is a comment of YAML or Markdown that begins with ``>>> <name>``, the last the
    next one with ``<<<``.
    """
    pattern = re.compile(
        rf"(?P<first>^ *(?:#|<!--) >>> {re.escape(name)}[:;].*\n)(?P<old>(?s:.*?))"
        r"(?P<last>^ *(?:#|<!--) <<<)",
        re.MULTILINE,
    )
    found = pattern.findall(text)
    if len(found) != 1:
        raise MarksError(f"{len(found)} pairs of marks are named {name!r}; there must be one")
    return pattern.sub(lambda match: f"{match['first']}{made}{match['last']}", text)


def without_begun(text: str) -> str:
    """Return a template without the resources that are begun between marks and ended by hand.

    So it is read whatever stands between the marks, and be it nothing.
    """
    return _BEGUN.sub("", text)
