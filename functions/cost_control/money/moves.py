"""What a rule moves: from which classes, which sizes, when, and how long it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cost_control.money.histogram import Bin
from cost_control.money.prices import SMALL, StorageClass

_STANDARD, _SIA, _ZIA, _GIR, _INT = StorageClass
SOURCES: Mapping[StorageClass, tuple[StorageClass, ...]] = {
    _SIA: (_STANDARD,),
    _INT: (_STANDARD, _SIA),
    _ZIA: (_STANDARD, _SIA, _INT),
    _GIR: (_STANDARD, _SIA, _INT),
}
"""The classes from which S3 moves objects into each, whoever put them there.

Source: User Guide, "Transitioning objects using Amazon S3 Lifecycle", "Supported transitions".
"""
DAYS_A_MONTH = 30.0


@dataclass(frozen=True, slots=True)
class End:
    """A rule of others by which objects leave, deleted or moved on, on a day of their age.

    It is about objects ``above`` and ``below`` as many bytes, both exclusive. ``is_of_all`` is
    whether it is about every one of them; of a part, nobody knows how large it is, unless the
    keys that were listed tell its ``share`` of the bytes. Where it ``is_dated``, the day is that
    of a date to come, counted from today.
    """

    day: int
    rule: str
    is_of_all: bool
    above: int = -1
    below: float = float("inf")
    share: float | None = None
    is_dated: bool = False

    def is_over(self, days: int) -> bool:
        """Tell whether it has ended an object at an age: what is old reaches that before a date."""
        return self.day <= days and not self.is_dated

    @property
    def is_bounded(self) -> bool:
        """Whether it is about some sizes alone."""
        return self.above >= 0 or self.below < float("inf")

    def is_about(self, least: float, below: float) -> bool:
        """Tell whether it is about some of the sizes from ``least`` to below ``below`` bytes."""
        return self.above + 1 < below and least < self.below

    def is_about_all(self, least: float, below: float) -> bool:
        """Tell whether it is about all of the sizes from ``least`` to below ``below`` bytes."""
        return self.above < least and below <= self.below


@dataclass(frozen=True, slots=True)
class Move:
    """A transition of all objects above a size: ``greater_than`` in bytes, exclusive.

    None leaves it to the bucket's default minimum, under which nothing smaller than 128 KiB moves.
    ``ends`` are the rules of others by which objects leave.
    """

    storage_class: StorageClass
    days: int
    greater_than: int | None
    ends: tuple[End, ...] = ()

    @property
    def least(self) -> int:
        """Return the bytes from which objects move."""
        return SMALL if self.greater_than is None else self.greater_than + 1

    def takes(self, one: Bin) -> bool:
        """Tell whether objects of a bin move: a rule about their sizes may end them before."""
        return one.least >= self.least and not any(
            end.is_bounded and end.is_of_all and end.is_over(self.days)
            and end.is_about_all(one.least, one.below)
            for end in self.ends
        )  # fmt: skip

    def among(self, spans: Sequence[tuple[float, float]]) -> Move:
        """Return the move with the ends that are about sizes of some spans, each as of all or not.

        A span is from bytes to below bytes.
        """
        ends = tuple(
            replace(
                end,
                is_of_all=end.is_of_all and all(end.is_about_all(*span) for span in spans),
                above=-1,
                below=float("inf"),
            )
            if end.is_bounded
            else end
            for end in self.ends
            if not end.is_bounded or any(end.is_about(*span) for span in spans)
        )
        return replace(self, ends=ends)
