"""Globs over names of alerts, as routes, mutes and maintenance have them."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(name: str, glob: str) -> bool:
    """Whether a glob means a name; a name means itself, though it holds brackets.

    >>> matches("orders-eu", "orders-*"), matches("queue[high]", "queue[high]")
    (True, True)
    """
    return name == glob or fnmatchcase(name, glob)
