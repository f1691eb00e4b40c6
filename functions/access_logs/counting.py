"""Count a log file: find out its format, read its blocks quickly, and with care where needed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from access_logs.entry import LineError
from access_logs.formats.cloudfront import (
    STANDARD_FIELDS,
    JsonFormat,
    TabularFormat,
    missing_fields,
    names_in,
    separator_of,
)
from access_logs.formats.s3 import S3Format
from access_logs.reading import Block, LogFileError, Readable, blocks
from access_logs.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

type Format = S3Format | TabularFormat | JsonFormat

_FIELDS = "#Fields:"
SMALL = 64 * 1024
"""Bytes below which loading NumPy takes longer than reading line by line."""
FIRST_LINES = 5
"""Lines of a file without a header, one of which tells its format."""
SAMPLES = 50_000
ENOUGH = 10_000
"""Lines after which a file is known to be no log, when most of them cannot be read."""
_SHOWN = 200  # characters of a line that cannot be read


@dataclass(slots=True)
class Counted:
    """What a file came to. ``unread`` lines were none of its format; the reason is the first's."""

    tally: Tally = field(default_factory=Tally)
    lines: int = 0
    unread: int = 0
    reason: str = ""
    samples: list[str] = field(default_factory=list)  # of the unread, within SAMPLES characters
    sampled: int = 0  # their characters
    skipped: int = 0  # lines that are no request to what is watched

    @property
    def is_readable(self) -> bool:
        """Whether at least half of the lines are of the file's format."""
        return self.unread <= self.lines / 2

    def unreadable(self, line: str, error: LineError) -> None:
        """Count a line that is none of the format."""
        self.unread += 1
        self.reason = self.reason or f"{error}: {line[:_SHOWN]!r}"
        if self.sampled + len(line) < SAMPLES:
            self.samples.append(line)
            self.sampled += len(line)


@dataclass(frozen=True, slots=True)
class FileCounter:
    """Count files.

    ``plain_fields`` is the order of fields in lines without a header; ``watched`` are the buckets
    whose requests count, all but ``ignored`` when there are none.
    """

    watched: Collection[str] = ()
    ignored: str | None = None
    plain_fields: Sequence[str] = STANDARD_FIELDS

    def count(self, file: Readable) -> Counted:
        """Count a whole file; LogFileError when it cannot be read, with nothing counted then."""
        counted = Counted()
        form: Format | None = None
        for block in blocks(file):
            if form is not None and _quickly(block, form, counted):
                continue
            for header, lines in _sections(block.lines):
                if header:
                    form = _from_header(header) or form
                if lines and not lines.isspace():
                    if form is None:
                        form, lines = self.recognise(lines)  # noqa: PLW2901 - names are no line
                    form = _count(lines, form, counted)
            if counted.lines > ENOUGH and not counted.is_readable:
                break  # a gigabyte of something else is not read to its end
        if not counted.is_readable:
            raise LogFileError(
                f"{counted.unread} of its {counted.lines} lines cannot be read: {counted.reason}"
            )
        return counted

    def count_lines(self, lines: bytes, form: Format) -> Counted:
        """Count lines of a known format; ``samples`` holds what could not be read."""
        counted = Counted()
        if lines:
            _count(lines, form, counted)
        return counted

    def recognise(self, lines: bytes) -> tuple[Format, bytes]:
        """Tell the format of a file without a header by its first lines.

        They are returned without the fields' names, if they begin with those.
        """
        for each in islice(io.BytesIO(lines), FIRST_LINES):
            line = each.decode("utf-8", "replace")
            if line.startswith("{"):
                return JsonFormat(), lines
            form = S3Format(self.watched, self.ignored)
            try:
                form.entry(line)
            except LineError:
                continue
            return form, lines
        first = _first_of(lines)
        if not missing_fields(names := names_in(first)):  # a plain file may begin with them
            return TabularFormat(names), lines[lines.find(b"\n") + 1 or len(lines) :]
        if separator := separator_of(first, self.plain_fields):
            return TabularFormat(tuple(self.plain_fields), separator), lines
        raise LogFileError(f"no format that is known: it begins {first[:_SHOWN]!r}")


def _sections(block: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each comment line with the lines that follow it; W3C files may hold many headers."""
    at, header = 0, ""
    while (comment := _comment(block, at)) >= 0:
        if at < comment:
            yield header, block[at:comment]
            header = ""
        if header:
            yield header, b""
        at = block.find(b"\n", comment) + 1 or len(block)
        header = block[comment:at].decode("utf-8", "replace")
    yield header, block[at:]


def _comment(block: bytes, at: int) -> int:
    """Return where the next comment begins, from a line's beginning on; -1 without one."""
    if block.startswith(b"#", at):
        return at
    # one character is found at the speed of memory, two are not
    if block.find(b"#", at) < 0:
        return -1
    before = block.find(b"\n#", at)
    return before + 1 if before >= 0 else -1


def _from_header(header: str) -> TabularFormat | None:
    if not header.startswith(_FIELDS):
        return None
    names = names_in(header[len(_FIELDS) :])
    if lacks := missing_fields(names):
        raise LogFileError(f"the field {lacks} is missing from it")
    return TabularFormat(names)


def _count(lines: bytes, form: Format, counted: Counted) -> Format:
    """Count lines, and return their format, which may have other separators than was thought."""
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n")
    if isinstance(form, TabularFormat) and form.separator == "\t" and b"\t" not in lines:
        form = TabularFormat(form.names, separator_of(_first_of(lines), form.names) or "\t")
    _in_parts(Block.of(lines), form, counted)
    return form


def _in_parts(block: Block, form: Format, counted: Counted) -> None:
    """Count a block quickly but for the lines that need care, found by halving."""
    if _quickly(block, form, counted):
        return
    quick = len(block) >= SMALL and not isinstance(form, JsonFormat)
    halves = block.halves() if quick else ()
    for half in halves:
        _in_parts(half, form, counted)
    if not halves:
        _carefully(block.lines, form, counted)


def _first_of(lines: bytes) -> str:
    return io.BytesIO(lines).readline().decode("utf-8", "replace").rstrip("\r\n")


def _quickly(block: Block, form: Format, counted: Counted) -> bool:
    """Count a block in columns; False, and nothing is counted, when it has to be read with care."""
    if isinstance(form, JsonFormat) or len(block) < SMALL:
        return False
    from access_logs import quick  # noqa: PLC0415 - NumPy is for files that are not small

    tally, before = counted.tally, counted.tally.requests
    if isinstance(form, S3Format):
        number = quick.server_access(block, form, tally)
    else:
        number = quick.tabular(block, form, tally)
    if number is None:
        return False
    counted.lines += number
    counted.skipped += number - (tally.requests - before)
    return True


def _carefully(lines: bytes, form: Format, counted: Counted) -> None:
    for line in lines.decode("utf-8", "replace").split("\n"):
        if not line.strip():
            continue
        counted.lines += 1
        try:
            entry = form.entry(line)
        except LineError as error:
            counted.unreadable(line, error)
            continue
        if entry is None:
            counted.skipped += 1
        else:
            counted.tally.count(entry, form.origin)
