"""A log file as blocks of whole lines, whatever its size: one block is in memory at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

BLOCK = 1 << 21
"""Bytes of a file read at once: a block has as many at most, beside a line that was begun."""
LONGEST_LINE = 1 << 20
"""A request's line stays below 64 KB: its headers are bounded by CloudFront and S3."""
PAD = b" " * 16
"""Before and after a block's lines, so that eight characters at a time can be read at its ends."""
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_AUTO_GZIP = 16 + zlib.MAX_WBITS


class LogFileError(Exception):
    """A file is no access log that can be read; the message says why."""


class Readable(Protocol):
    """What a file's bytes come from, such as the body of an S3 object."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the last one ended too, between ``PAD``."""

    padded: bytes

    @classmethod
    def of(cls, *pieces: bytes | memoryview) -> Block:
        """Join pieces of lines: copied once, as that costs as much as reading."""
        ends = not pieces or bytes(pieces[-1][-1:]) == b"\n"
        return cls(b"".join((PAD, *pieces, b"" if ends else b"\n", PAD)))

    @property
    def lines(self) -> bytes:
        """Return a copy without what is around."""
        return self.padded[len(PAD) : -len(PAD)]

    def __len__(self) -> int:
        """Return how many bytes the lines have."""
        return len(self.padded) - 2 * len(PAD)

    def halves(self) -> tuple[Block, ...]:
        """Return the first and the second half of the lines; none when there is but one."""
        lines = memoryview(self.padded)[len(PAD) : -len(PAD)]
        middle = len(PAD) + len(lines) // 2
        at = self.padded.find(b"\n", middle - 1, -len(PAD) - 1) + 1
        at = at or self.padded.rfind(b"\n", 0, middle) + 1
        return (Block.of(lines[: at - len(PAD)]), Block.of(lines[at - len(PAD) :])) if at else ()


def blocks(file: Readable) -> Iterator[Block]:
    """Yield blocks of whole lines, unpacked when the file is compressed by gzip.

    LogFileError when it ends within its compression, or is no text of lines.
    """
    kept: list[bytes] = []
    size = 0
    for piece in _pieces(file):
        end = piece.rfind(b"\n") + 1
        if end and size + end >= BLOCK // 2:  # no network hands out as much at once as is asked for
            yield Block.of(*kept, memoryview(piece)[:end])
            kept, size = [piece[end:]], len(piece) - end
        else:
            kept.append(piece)
            size += len(piece)
            if size > BLOCK // 2 + LONGEST_LINE:
                raise LogFileError(f"a line of over {LONGEST_LINE} bytes: no access log")
    if size:
        yield Block.of(*kept)


def _pieces(file: Readable) -> Iterator[bytes]:
    first = file.read(BLOCK)
    if first.startswith(_PARQUET):
        raise LogFileError("Parquet is not read: have the logs delivered as JSON, W3C or plain")
    if first.startswith(_GZIP):
        yield from _unpacked(file, first)
        return
    while first:
        yield first
        first = file.read(BLOCK)


def _unpacked(file: Readable, data: bytes) -> Iterator[bytes]:
    """Yield what gzip packed, in pieces of bounded size; a file may have several members."""
    packed = _unpacker()
    unpack = packed.decompressobj(_AUTO_GZIP)
    while data:
        try:
            piece = unpack.decompress(data, BLOCK)
        except packed.error as error:
            raise LogFileError(f"its compression is broken: {error}") from error
        if piece:
            yield piece
        if unpack.eof:
            data = unpack.unused_data.lstrip(b"\0") or file.read(BLOCK)
            if not data:
                return
            unpack = packed.decompressobj(_AUTO_GZIP)
        else:
            data = unpack.unconsumed_tail or file.read(BLOCK)
    yield unpack.flush()  # it may hold some output back until asked
    if not unpack.eof:
        raise LogFileError("it ends within its compression: it was cut short")


@cache
def _unpacker() -> Any:
    """Return ISA-L's zlib, which is in NumPy's layer, else the standard library's: both are one."""
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return zlib
