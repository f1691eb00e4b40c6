"""Count the rows of one data file as they stream by: no more than a line is held at a time."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from cost_control.measuring.inventory.choosing import InventoryError
from cost_control.measuring.inventory.manifest import Columns
from cost_control.money.histogram import Sizes, of_listing

LONGEST = 16_384
"""Characters of a row: a key of 1,024 bytes is URL-encoded to 3,072, the rest is short."""
_LOOK = 65_536  # rows between two looks at the clock


class OutOfTimeError(Exception):
    """A file could not be counted to its end."""


def count(body: Any, columns: Columns, has_time: Callable[[], bool]) -> Sizes:
    """Return the sizes by class of the current objects that a gzipped CSV file lists.

    ``body`` has ``read(bytes)``. Keys are not looked at: they are URL-encoded, so that no row has
    a line break. InventoryError where the file is not what its manifest says, OutOfTimeError when
    ``has_time`` says no before its end.
    """
    try:
        with gzip.GzipFile(fileobj=body) as unpacked:
            text = io.TextIOWrapper(unpacked, encoding="utf-8", newline="")
            rows = _current(csv.reader(_lines(text)), columns, has_time)
            return of_listing(rows, "S3 Inventory", is_exact=True)
    except (ValueError, IndexError, csv.Error, EOFError, OSError, zlib.error) as error:
        raise InventoryError(f"not as its manifest says: {error!r}") from error


def _lines(text: io.TextIOBase) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise ValueError(f"a row of over {LONGEST} characters")
        yield line


def _current(
    rows: Iterator[list[str]], columns: Columns, has_time: Callable[[], bool]
) -> Iterator[tuple[int, str]]:
    """Yield size and class of current objects: a transition moves no versions and no markers."""
    for number, row in enumerate(rows):
        if number % _LOOK == 0 and not has_time():
            raise OutOfTimeError
        if columns.is_latest is not None and row[columns.is_latest] != "true":
            continue
        if columns.is_delete_marker is not None and row[columns.is_delete_marker] == "true":
            continue
        yield int(row[columns.size]), row[columns.storage_class]
