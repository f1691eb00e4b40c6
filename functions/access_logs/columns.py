"""Fields of many lines at once: where they are, and what numbers and words they hold.

Eight characters are read as one number of 64 bits, at any place: a digit, a word or a time of day
is then a few operations for all lines together. What most lines have is read that way (numbers of
up to eight digits, times with three decimals); the few that are longer are read once more, apart.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access_logs.entry import LineError
from access_logs.reading import PAD, Block

type Numbers = NDArray[np.int64]
type Mask = NDArray[np.bool_]
type Words = NDArray[np.uint64]

MOST_WORDS = 64
"""Different words of a column that are asked of one by one; with more, lines are read with care."""
_DIGITS = 15  # of a number that a float holds exactly, as sums of bytes are kept in
_POINT = ord(".")


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
    def of(cls, block: Block) -> Text:
        """Look at a block, of which nothing is copied."""
        words = np.ndarray((len(block.padded) - 7,), "<u8", block.padded, strides=(1,))
        return cls(np.frombuffer(block.padded, np.uint8), words)

    @property
    def first(self) -> int:
        """Where its first line begins."""
        return len(PAD)


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

    def at(self, places: Numbers | Mask) -> Column:
        """Return it of some lines."""
        return Column(self.text, self.start[places], self.end[places])

    def between(self, start: int, end: int) -> Column:
        """Return characters of it, both counted from its beginning."""
        if np.any(self.start + end > self.end):
            raise LineError("a field is too short")
        return Column(self.text, self.start + start, self.start + end)

    def is_any(self, words: Collection[str]) -> Mask:
        """Return where it is one of some words."""
        length = self.length
        head = self.text.words[self.start] & _FIRST[np.minimum(length, 8)]
        found = np.zeros(len(head), np.bool_)
        for word in map(str.encode, words):
            same = (length == len(word)) & (head == _word(word[:8]))
            for place in range(8, len(word), 8):
                [places] = np.nonzero(same)
                part = word[place : place + 8]
                told = self.text.words[self.start[places] + place] & _FIRST[len(part)]
                same[places] = told == _word(part)
            found |= same
        return found

    def is_mostly(self, word: str) -> Mask:
        """Return where it is a word of up to seven characters, but not at all such places.

        Quicker than :meth:`is_any`: the word is looked for with the separator that follows the
        first line's; in the last column the last line's may be another.
        """
        letters = word.encode() + bytes(self.text.letters[self.end[:1]])
        found: Mask = (self.text.words[self.start] & _FIRST[len(letters)]) == _word(letters)
        return found

    def ends_with(self, word: str) -> bool:
        """Whether each ends with up to eight characters."""
        told = self.text.words[self.end - 8] & _LAST[len(word)]
        return bool(np.all(told == _word(word.encode().rjust(8, b"\0"))))

    def texts(self, places: Numbers | None = None) -> Iterator[str]:
        """Yield its texts at some lines, or at all."""
        for at in range(len(self.start)) if places is None else places:
            letters = self.text.letters[self.start[at] : self.end[at]]
            yield bytes(letters).decode("utf-8", "replace")

    def each(self) -> Iterator[tuple[str, Mask | slice]]:
        """Yield each different text with the lines that have it; LineError for too many."""
        word = next(self.texts())
        if self.is_all(word):  # as a day in a file of an hour
            yield word, slice(None)
            return
        left = np.ones(len(self.start), np.bool_)
        for _ in range(MOST_WORDS):
            same = self.is_any([word])
            yield word, same
            left &= ~same
            if not left.any():
                return
            word = next(self.texts(np.flatnonzero(left)[:1]))
        raise LineError(f"over {MOST_WORDS} different words")

    def is_all(self, word: str) -> bool:
        """Whether it is the same word of 8 to 16 characters everywhere; False for other lengths."""
        letters, words = word.encode(), self.text.words
        return (
            8 <= len(letters) <= 16
            and bool(np.all(self.length == len(letters)))
            and bool(np.all(words[self.start] == _word(letters[:8])))
            and bool(np.all(words[self.end - 8] == _word(letters[-8:])))
        )

    def whole(self) -> tuple[Numbers, Mask]:
        """Return whole numbers, 0 where it is absent, and where that is."""
        length = self.length
        told = _told(self.text, self.end, length)
        absent = (length <= 1) & ((told == _DASH) | (length == 0))
        if absent.any():
            told[absent] = 0
        found = _number(told)
        if length.max(initial=0) > 8:
            [long] = np.nonzero(length > 8)
            found[long] = _long(self.at(long))
        return found, absent

    def thousandths(self) -> tuple[Numbers, Mask]:
        """Return thousandths of numbers with up to three decimals, and where it is absent."""
        length, words = self.length, self.text.words[self.end - 8]
        usual = (words >> _FOUR & _LETTER) == _POINT
        usual &= (length >= 4) & (length <= 8)
        # without the point it is a whole number of thousandths
        told = (words << np.uint64(8) & _UPPER_FOUR) | (words & _LAST[3])
        told = (told ^ _ZEROS) & _LAST[np.where(usual, length - 1, 0)]
        found, absent = _number(told), np.zeros(len(length), np.bool_)
        if not usual.all():
            [odd] = np.nonzero(~usual)
            found[odd], absent[odd] = _thousandths(self.at(odd))
        return found, absent

    def minute_of_day(self) -> Numbers:
        """Read ``HH:MM:SS``, of which the seconds do not matter."""
        if np.any(self.length != len("HH:MM:SS")):
            raise LineError("a time is not HH:MM:SS")
        told = (self.text.words[self.start] ^ _TIME) & _FIRST[6]
        _check_digits(told)
        if np.any(told & _COLONS):
            raise LineError("a time is not HH:MM:SS")
        tens = told * np.uint64(10) + (told >> np.uint64(8))  # of hours in byte 0, minutes in 3
        hours, minutes = tens & _LETTER, tens >> np.uint64(24) & _LETTER
        if hours.max() > 23 or minutes.max() > 59:
            raise LineError("a time is none of a day")
        found: Numbers = (hours * np.uint64(60) + minutes).view(np.int64)
        return found


def _word(letters: bytes) -> np.uint64:
    """Return up to eight characters as one number, as they are read from a block."""
    return np.uint64(int.from_bytes(letters, "little"))


_FIRST = np.array([_word(b"\xff" * n) for n in range(9)])
_LAST = np.array([_word(b"\0" * (8 - n) + b"\xff" * n) for n in range(9)])
_UPPER_FOUR = _word(b"\0\xff\xff\xff\xff\0\0\0")
_LETTER, _FOUR = np.uint64(0xFF), np.uint64(32)
_ZEROS, _TIME = _word(b"00000000"), _word(b"00:00:00")
_COLONS = _word(b"\0\0\xff\0\0\xff\0\0")
_DASH = _word(b"\0\0\0\0\0\0\0-") ^ (_ZEROS & _LAST[1])
_SCALE = np.array([0, 100, 10, 1])  # thousandths of the last decimal, by the number of decimals
_HIGH = _word(b"\x80" * 8)
_TO_HIGH = _word(b"\x76" * 8)  # lifts what is over nine to the highest bit


def _check_digits(digits: Words) -> None:
    if np.bitwise_or.reduce(digits | (digits + _TO_HIGH)) & _HIGH:
        raise LineError("no number")


def _number(digits: Words) -> Numbers:
    """Read eight digits at once, as simdjson does (parse_eight_digits_unrolled)."""
    _check_digits(digits)
    pairs = (digits * np.uint64(2561) >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(6553601) >> np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
    found: Numbers = (fours * np.uint64(42949672960001) >> _FOUR).view(np.int64)
    return found


def _long(column: Column) -> Numbers:
    """Read the whole numbers that are longer than eight digits."""
    length = column.length
    if length.max(initial=0) > _DIGITS:
        raise LineError("a number is too long")
    low = _number(_told(column.text, column.end, length))
    return low + _number(_told(column.text, column.end - 8, np.maximum(length - 8, 0))) * 10**8


def _thousandths(column: Column) -> tuple[Numbers, Mask]:
    """Read numbers with up to three decimals, of any length."""
    letters, decimals = column.text.letters, np.zeros(len(column.start), np.int64)
    absent = column.end <= column.start
    absent |= (column.length == 1) & (letters[column.start] == ord("-"))
    for number in (1, 2, 3):
        found = (letters[column.end - 1 - number] == _POINT) & (column.length > number + 1)
        decimals[found] = number
    point = np.where(decimals > 0, column.end - 1 - decimals, column.end)
    point[absent] = column.start[absent]
    before, lacks = Column(column.text, column.start, point).whole()
    if np.any(lacks & ~absent):
        raise LineError("a time begins with a dash")
    after = _number(_told(column.text, column.end, np.where(absent, 0, decimals)))
    return before * 1000 + after * _SCALE[decimals], absent


def _told(text: Text, end: Numbers, length: Numbers) -> Words:
    """Return the last eight characters before a place, as digits, fewer where it is shorter."""
    told: Words = text.words[end - 8] ^ _ZEROS
    if length.min(initial=8) == length.max(initial=0):  # as statuses are
        told &= _LAST[min(int(length[0]), 8)]
    else:
        told &= _LAST[np.minimum(length, 8)]
    return told
