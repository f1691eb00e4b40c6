"""Where the fields of a block's lines are, found for all lines at once.

LineError when one line has another shape than the others: then the block is taken in parts, down to
the line that has to be read with care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from access_logs.columns import Column, Numbers, Text
from access_logs.entry import LineError
from access_logs.formats.cloudfront import TabularFormat
from access_logs.reading import Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TAB, _NEWLINE, _RETURN, _SPACE, _QUOTE, _COMMENT = (ord(each) for each in '\t\n\r "#')
_BEFORE_URI = 9  # spaces before a request's own text in a line of S3's; its time has one in it
_BEFORE = {"bucket": (1, 0), "time": (2, 1), "address": (4, 0), "requester": (5, 0),
           "operation": (7, 0)}  # fmt: skip
_AFTER = {"status": 1, "size": 3, "total": 5, "first_byte": 6}
_AFTER_URI = max(_AFTER.values()) + 1


def tabular(block: Block, form: TabularFormat, wanted: frozenset[str]) -> dict[str, Column]:
    """Split CloudFront's lines at their separators, and return the wanted fields' columns."""
    text = Text.of(block)
    letters = text.letters
    if len(form.separator) > 1 or not form.separator.isascii():
        raise LineError("a separator of several bytes")
    if form.separator == "\t":  # nothing that is below a newline, but for a tab, is in a log
        ends = np.flatnonzero(letters <= _NEWLINE)
    else:
        ends = np.flatnonzero((letters == _NEWLINE) | (letters == ord(form.separator)))
        ends = ends[
            np.searchsorted(ends, text.first) : np.searchsorted(ends, len(letters) - text.first)
        ]
    if letters.min() < _TAB:
        raise LineError("a character that no log has")
    lines = np.count_nonzero(letters == _NEWLINE)
    width = len(ends) // lines
    if not form.is_width(int(width)) or width * lines != len(ends):
        raise LineError("lines of several lengths")
    grid = ends.reshape(-1, width)
    last = grid[:, -1]
    starts = np.concatenate(([text.first], last[:-1] + 1))
    if np.any(text.letters[last] != _NEWLINE) or np.any(text.letters[starts] == _COMMENT):
        raise LineError("lines of several lengths")
    if np.any(text.letters[last - 1] == _RETURN):  # the last field's value would end with it
        raise LineError("lines that end as those of Windows do")
    return {
        name: Column(text, grid[:, place - 1] + 1 if place else starts, grid[:, place].copy())
        for place, name in enumerate(form.names)
        if name in wanted
    }


def server_access(block: Block) -> dict[str, Column]:
    """Split S3's lines: spaces part nothing only within the request's text and behind it."""
    text = Text.of(block)
    # whatever is no longer text than a quote: newlines, spaces and quotes, or what needs care
    marks = np.flatnonzero(text.letters <= _QUOTE)[text.first : -text.first]
    kinds = text.letters[marks]
    if kinds.min() < _NEWLINE:
        raise LineError("a character that no log has")
    ends = np.flatnonzero(kinds == _NEWLINE)
    base = np.concatenate(([0], ends[:-1] + 1))
    opening = _all_of(kinds, base, _SPACE, _BEFORE_URI)
    quotes = np.flatnonzero(kinds == _QUOTE)
    first = np.searchsorted(quotes, opening)
    closing = quotes[np.minimum(first + 1, len(quotes) - 1)] if len(quotes) else ends
    if np.any(kinds[opening] != _QUOTE) or np.any(closing + _AFTER_URI > ends):
        raise LineError("a request's text is not where it belongs")
    _all_of(kinds, closing + 1, _SPACE, _AFTER_URI - 1)
    columns = {
        name: Column(text, marks[base + place - 1] + 1, marks[base + place + wide])
        for name, (place, wide) in _BEFORE.items()
    }
    for name, place in _AFTER.items():
        columns[name] = Column(text, marks[closing + place] + 1, marks[closing + place + 1])
    if np.any(marks[opening - 1] + 1 != marks[opening]) or np.any(
        marks[closing] + 1 != marks[closing + 1]
    ):
        raise LineError("a quote within a field")
    if any(np.any(column.start >= column.end) for column in columns.values()):
        raise LineError("a field is empty")
    if np.any(text.letters[columns["time"].start] != ord("[")):
        raise LineError("a field is not where it belongs")
    return columns


def _all_of(kinds: NDArray[np.uint8], start: Numbers, kind: int, number: int) -> Numbers:
    """Return the places behind so many of a kind, LineError when there are others between."""
    end: Numbers = start + number
    if end.max() >= len(kinds):
        raise LineError("a line is too short")
    for place in range(number):
        if np.any(kinds[start + place] != kind):
            raise LineError("a field is not where it belongs")
    return end
