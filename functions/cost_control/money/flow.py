"""What comes and goes among the objects that move, at its worst."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from cost_control.money.contents import Contents, Moved
from cost_control.money.moves import DAYS_A_MONTH, End
from cost_control.money.prices import GIB
from cost_control.money.use import Use


@dataclass(frozen=True, slots=True)
class Flow:
    """Objects and GiB that are born and die in a month, and the GiB that become fewer.

    ``kept_up`` is the share of the stock that births keep up; ``ends`` is whether all that is
    there may be gone tomorrow, by a rule of others.
    """

    births: float
    born: float
    dead: float
    fewer: float
    kept_up: float = 1.0
    ends: bool = False

    @classmethod
    def of(cls, moved: list[Moved], contents: Contents, use: Use, end: End | None) -> Self:
        """Return the flow.

        What is assumed is assumed of each object. What is counted may all be of those that move,
        and of the largest of them where the uploaded bytes were not counted.
        """
        if end is None:
            return cls._counted(moved, contents, use) if use.is_counted else cls._even(moved, use)
        life = end.day / DAYS_A_MONTH
        if use.is_counted:
            use = replace(use, deaths=max(use.births, use.deaths))
            found = cls._counted(moved, contents, use)
            return replace(found, kept_up=min(1.0, use.births * life), ends=True)
        births = use.births if end.is_dated else max(use.births, 1 / life)
        use = replace(use, births=births, deaths=max(births, use.deaths))
        return replace(cls._even(moved, use), ends=True)

    @classmethod
    def _even(cls, moved: list[Moved], use: Use) -> Self:
        objects, gib = sum(each.objects for each in moved), sum(each.gib for each in moved)
        return cls(
            births=use.births * objects,
            born=use.births * gib,
            dead=use.deaths * gib,
            fewer=use.shrinks * gib,
        )

    @classmethod
    def _counted(cls, moved: list[Moved], contents: Contents, use: Use) -> Self:
        largest = max((each.largest for each in moved), default=0.0)
        births = use.births * contents.objects
        born = births * largest if use.uploaded is None else use.uploaded / GIB
        same = min(1.0, use.deaths / use.births) if use.births else 0.0
        fewer = use.shrinks * contents.objects * largest
        return cls(births=births, born=born, dead=born * same + fewer, fewer=fewer)
