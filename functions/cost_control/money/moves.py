"""What a rule moves: from which classes, which sizes, when, and how long it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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

    ``is_of_all`` is whether it is about every object; of a part, nobody knows how large it is.
    """

    day: int
    rule: str
    is_of_all: bool


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
        """Tell whether objects of a bin move."""
        return one.least >= self.least
