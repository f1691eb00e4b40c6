"""What a transition makes of twelve months' bill: what is expected, and the range it may be in.

Amounts are US$. Nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cost_control.money.contents import Contents, Moved, moved_by
from cost_control.money.expectation import expectation
from cost_control.money.moves import Move
from cost_control.money.prices import PriceList, StorageClass
from cost_control.money.use import Use
from cost_control.money.worst import Ends


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move makes of the bill over the horizon.

    ``monthly_before`` and ``monthly_after`` are the bill of the moved objects once they are there,
    ``once`` the price of moving them, ``saving`` the whole over twelve months (negative when it
    costs more) as it is expected, between ``low`` and ``high``; ``low_of_rest`` leaves rules of
    others aside that are about a part. ``months_to_pay_back`` is None when it never does.
    """

    move: Move
    objects: int
    monthly_before: float
    monthly_after: float
    once: float
    saving: float
    low: float
    low_of_rest: float
    high: float
    months_to_pay_back: float | None


def evaluate(move: Move, contents: Contents, prices: PriceList, use: Use) -> Outcome:
    """Return what a move makes of the bill over `HORIZON_MONTHS`.

    Every class that the rule moves is counted. KeyError when a class has no price.
    """
    target, standard = prices.classes[move.storage_class], prices.classes[StorageClass.STANDARD]
    moved = moved_by(move, contents, prices)
    move = move.among(_spans(move, contents, moved))
    found = expectation(move, contents, moved, target, use)
    ends = Ends(move, moved, contents, target, standard, use)
    objects = sum(each.objects for each in moved) * found.share
    once = objects * target.transition / 1000
    lowers = found.before > found.after
    return Outcome(
        move=move,
        objects=round(objects),
        monthly_before=found.before,
        monthly_after=found.after,
        once=once,
        saving=found.saving,
        low=min(ends.low(), found.saving),
        low_of_rest=min(ends.low_of_rest(), found.saving),
        high=max(ends.high(), found.saving),
        months_to_pay_back=once / (found.before - found.after) if lowers else None,
    )


def _spans(move: Move, contents: Contents, moved: Sequence[Moved]) -> list[tuple[float, float]]:
    """Return which sizes move: those that were counted, or any that there may be."""
    if not contents.is_exact:
        return [(move.least, float("inf"))]
    return [(one.least, one.below) for each in moved for one in each.bins]
