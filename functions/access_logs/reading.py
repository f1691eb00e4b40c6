"""A log file as blocks of whole lines, whatever its size: one block is in memory at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

BLOCK = 1 << 20
"""Bytes of lines read at once; larger ones are no faster (benchmarks/access_logs.py)."""
LONGEST_LINE = 1 << 20
"""A request's line stays below 64 KB: its headers are bounded by CloudFront and S3."""
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


def blocks(file: Readable) -> Iterator[bytes]:
    """Yield blocks of whole lines, unpacked when the file is compressed by gzip.

    LogFileError when it ends within its compression, or is no text of lines.
    """
    kept: list[bytes] = []  # joined once: a megabyte that is copied again costs as much as reading
    size = 0
    for piece in _pieces(file):
        end = piece.rfind(b"\n") + 1
        if size + end >= BLOCK and end:
            yield b"".join((*kept, memoryview(piece)[:end]))
            kept, size = [piece[end:]], len(piece) - end
        else:
            kept.append(piece)
            size += len(piece)
            if size > BLOCK + LONGEST_LINE:
                raise LogFileError(f"a line of over {LONGEST_LINE} bytes: no access log")
    if size:
        yield b"".join(kept)


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
    unpack = zlib.decompressobj(_AUTO_GZIP)
    while data:
        try:
            piece = unpack.decompress(data, BLOCK)
        except zlib.error as error:
            raise LogFileError(f"its compression is broken: {error}") from error
        if piece:
            yield piece
        if unpack.eof:
            data = unpack.unused_data.lstrip(b"\0") or file.read(BLOCK)
            if not data:
                return
            unpack = zlib.decompressobj(_AUTO_GZIP)
        else:
            data = unpack.unconsumed_tail or file.read(BLOCK)
    yield unpack.flush()  # it may hold some output back until asked
    if not unpack.eof:
        raise LogFileError("it ends within its compression: it was cut short")
