"""Tables in plain text: a name and a word a row, by tabs, bars, commas or blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from health_polling.reading.words import fold, is_strong, verdict_of

_RULE = re.compile(r"[-=+|: ]+")  # a line under the heads
_SEPARATORS = (r"\s*\t\s*", r"\s*\|\s*", r"\s*[,;]\s*", r"\s{2,}", r"\s+")
_HEADS = frozenset({"status", "state", "health"})


def rows(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return each row's name and word; none where the lines are no table.

    Without heads the word is the second cell, there are two rows at least, and each has a word that
    is said of health alone, or in capitals as Supervisor's: two lines of prose are no table.
    """
    bare = [line.strip("| \t") for line in lines if not _RULE.fullmatch(line)]
    for separator in _SEPARATORS:
        table = [re.split(separator, line) for line in bare]
        if table and all(len(row) > 1 for row in table):
            return _of(table)
    return []


def _of(table: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    heads = [place for place, cell in enumerate(table[0]) if fold(cell) in _HEADS]
    place = heads[0] if heads else 1
    body = table[1:] if heads else table
    if len(body) < 2 - len(heads) or any(len(row) <= place for row in body):
        return []
    pairs = [(row[0 if place else 1], row[place].rstrip(".,;:")) for row in body]
    return pairs if all(_is_state(word, is_headed=bool(heads)) for _, word in pairs) else []


def _is_state(word: str, *, is_headed: bool) -> bool:
    is_said = is_headed or word.isupper() or is_strong(word)
    return is_said and verdict_of(word) is not None
