"""Where all buckets together stand, by size and by cost.

The cost is judged as if our rules moved nothing: a rule lowers the bill, and would else be taken
away because it works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cost_control.measuring.usage import Usage
from cost_control.money.prices import PriceList, StorageClass
from cost_control.money.stored import stored
from cost_control.planning.levels import UNKNOWN, Standing, Thresholds, Total, level_of


@dataclass(frozen=True, slots=True)
class Totals:
    """What all buckets store, in bytes and in US$ a month; without our rules where asked for."""

    size: Total = UNKNOWN
    usd: float | None = None
    usd_without_ours: Total | None = None

    def standing(self, before: Standing, size: Thresholds, cost: Thresholds) -> Standing:
        """Return the levels; a cost that was not asked for crosses nothing."""
        return Standing(
            level_of(self.size, before.size, size),
            level_of(self.usd_without_ours or Total(0.0), before.cost, cost),
        )


def totals(
    usages: Mapping[str, Usage],
    buckets: int,
    prices: PriceList,
    moved: Callable[[str], AbstractSet[StorageClass]] | None,
) -> Totals:
    """Add up the usage of ``buckets`` buckets, as many of them as are known.

    A sum of which a part is unknown, or of another day, is not certain. ``moved`` tells into
    which classes our rule moves objects of a bucket, to tell what the bill would be without.
    """
    known = {name: usage for name, usage in usages.items() if usage.total is not None}
    is_certain = len(known) == buckets and all(each.is_certain for each in known.values())
    sizes = [usage.total or 0.0 for usage in known.values()]
    size = Total(sum(sizes) if known else None, is_certain=is_certain)
    costs = [stored(usage.bytes_by_type, prices) for usage in known.values()]
    usd = sum(costs) if known and is_certain else None
    if moved is None:
        return Totals(size, usd)
    without = [stored(each.bytes_by_type, prices, moved(name)) for name, each in known.items()]
    return Totals(size, usd, Total(sum(without) if known else None, is_certain=is_certain))
