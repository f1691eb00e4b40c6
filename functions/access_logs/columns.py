"""Fields of many lines at once: where they are, and what numbers and words they hold.

Eight characters are read as one number of 64 bits, at any place: a digit, a word or a time of day
is then a few operations for all lines together.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access_logs.entry import LineError

type Numbers = NDArray[np.int64]
type Mask = NDArray[np.bool_]
type Words = NDArray[np.uint64]

_DASH = ord("-")
_DIGITS = 15  # of a number that a float holds exactly, as sums of bytes are kept in
_PAD = b" " * 16  # around a block, so that words at its ends lie within it


def _keep_memory() -> None:
    """Have malloc keep what it gets: a block's arrays are the next block's.

    Else glibc gives each back to the kernel, which clears it page by page when it is taken again:
    half of the time that a block takes (mallopt(3); other C libraries have no such call).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    for parameter, size in ((_TRIM, 1 << 28), (_MMAP, 1 << 25)):
        if mallopt:
            mallopt(parameter, size)


_TRIM, _MMAP = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD
_keep_memory()


@dataclass(frozen=True, slots=True)
class Text:
    """A block's characters, one by one and from each one on eight as one number."""

    letters: NDArray[np.uint8]
    words: Words

    @classmethod
    def of(cls, block: bytes) -> Text:
        """Take in whole lines."""
        end = b"" if block.endswith(b"\n") else b"\n"
        padded = b"".join((_PAD, block, end, _PAD))
        eight = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
        return cls(np.frombuffer(padded, np.uint8), eight)

    def where(self, letter: int) -> Numbers:
        """Return the places of a character."""
        return np.flatnonzero(self.letters == letter)

    @property
    def first(self) -> int:
        """Where the block begins."""
        return len(_PAD)


@dataclass(frozen=True, slots=True)
class Column:
    """A field of every line: where it begins, and where it ends."""

    text: Text
    start: Numbers
    end: Numbers

    @property
    def length(self) -> Numbers:
        """How many characters each has."""
        return self.end - self.start

    @property
    def absent(self) -> Mask:
        """Where it is a dash, or nothing."""
        length = self.length
        absent: Mask = length <= 0
        [short] = np.nonzero(length == 1)
        if len(short):
            absent[short] = self.text.letters[self.start[short]] == _DASH
        return absent

    def at(self, places: Numbers | Mask) -> Column:
        """Return it of some lines."""
        return Column(self.text, self.start[places], self.end[places])

    def between(self, start: int, end: int) -> Column:
        """Return characters of it, both counted from its beginning."""
        if np.any(self.start + end > self.end):
            raise LineError("a field is too short")
        return Column(self.text, self.start + start, self.start + end)

    def whole(self) -> tuple[Numbers, Mask]:
        """Return whole numbers, 0 where it is absent, and where that is."""
        absent = self.absent
        return self._digits(self.end, np.where(absent, 0, self.length)), absent

    def thousandths(self) -> tuple[Numbers, Mask]:
        """Return thousandths of numbers with one to three decimals, and where it is absent."""
        absent, start = self.absent, self.start
        decimals = np.zeros(len(absent), np.int64)
        for number in (1, 2, 3):
            decimals[self.text.letters[self.end - 1 - number] == ord(".")] = number
        point = self.end - 1 - decimals
        if np.any(((decimals == 0) | (point <= start)) & ~absent):
            raise LineError("a time has other than one to three decimals")
        before = self._digits(point, np.where(absent, 0, point - start))
        after = self._digits(self.end, np.where(absent, 0, decimals))
        return before * 1000 + after * _SCALE[decimals], absent

    def is_any(self, words: Collection[str]) -> Mask:
        """Return where it is one of some words."""
        length, head = self.length, self.text.words[self.start]
        found = np.zeros(len(length), np.bool_)
        for word in map(str.encode, words):
            same = length == len(word)
            if len(word) <= 8:
                same &= (head & _first(len(word))) == _word(word)
            elif np.any(same):
                [places] = np.nonzero(same)
                letters = self.text.letters[self.start[places][:, None] + np.arange(len(word))]
                same[places] = np.all(letters == np.frombuffer(word, np.uint8), axis=1)
            found |= same
        return found

    def texts(self, places: Numbers | None = None) -> Iterator[str]:
        """Yield its texts at some lines, or at all."""
        for at in range(len(self.start)) if places is None else places:
            letters = self.text.letters[self.start[at] : self.end[at]]
            yield bytes(letters).decode("utf-8", "replace")

    def same(self) -> str:
        """Return its text when that is the same in every line."""
        first = next(self.texts())
        if not first or not np.all(self.is_any([first])):
            raise LineError("lines of several days")
        return first

    def minute_of_day(self) -> Numbers:
        """Read ``HH:MM:SS``, eight characters as one number."""
        if np.any(self.length != len("HH:MM:SS")):
            raise LineError("a time is not HH:MM:SS")
        told = self.text.words[self.start] ^ _word(b"00:00:00")
        if _above_nine(told) or np.any(told & _word(b"\0\0\xff\0\0\xff\0\0")):
            raise LineError("a time is not HH:MM:SS")
        digit = [(told >> np.uint64(8 * place) & _DIGIT).astype(np.int64) for place in (0, 1, 3, 4)]
        hours, minutes = digit[0] * 10 + digit[1], digit[2] * 10 + digit[3]
        if np.any(hours > 23) or np.any(minutes > 59):
            raise LineError("a time is none of a day")
        return hours * 60 + minutes

    def _digits(self, end: Numbers, length: Numbers) -> Numbers:
        """Read the whole numbers that end somewhere, up to 15 digits each."""
        most = int(length.max(initial=0))
        if most > _DIGITS:
            raise LineError("a number is too long")
        found = self._eight(end, np.minimum(length, 8))
        if most > 8:
            found += self._eight(end - 8, np.maximum(length - 8, 0)) * 10**8
        return found

    def _eight(self, end: Numbers, length: Numbers) -> Numbers:
        """Read up to eight digits at once, as simdjson does (parse_eight_digits_unrolled)."""
        digits = (self.text.words[end - 8] ^ _word(b"00000000")) & _LAST[length]
        if _above_nine(digits):
            raise LineError("no number")
        pairs = (digits * np.uint64(2561) >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
        fours = (pairs * np.uint64(6553601) >> np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
        found: Numbers = (fours * np.uint64(42949672960001) >> np.uint64(32)).astype(np.int64)
        return found


def _word(letters: bytes) -> np.uint64:
    """Return up to eight characters as one number, as they are read from a block."""
    return np.uint64(int.from_bytes(letters, "little"))


def _first(letters: int) -> np.uint64:
    return _word(b"\xff" * letters)


_SCALE = np.array([1, 100, 10, 1])  # thousandths of the last decimal, by the number of decimals
_LAST = np.array([_word(b"\0" * (8 - n) + b"\xff" * n) for n in range(9)])
_DIGIT = np.uint64(0xF)
_HIGH = _word(b"\x80" * 8)
_TO_HIGH = _word(b"\x76" * 8)  # lifts what is over nine to the highest bit


def _above_nine(digits: Words) -> bool:
    return bool(np.any((digits | (digits + _TO_HIGH)) & _HIGH))
