"""Where all buckets together stand, by size and by cost.

The cost is judged as if our rules moved nothing: a rule lowers the bill, and would else be taken
away because it works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from cost_control.changing.store import BucketError, BucketStore
from cost_control.lifecycle.document import DocumentError
from cost_control.lifecycle.merge import is_ours
from cost_control.lifecycle.model import Configuration
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
    store: Callable[[str], BucketStore] | None,
) -> Totals:
    """Add up the usage of ``buckets`` buckets, as many of them as are known.

    With ``store`` the rules of each are read, to tell what the bill would be without ours.
    """
    known = {name: usage for name, usage in usages.items() if usage.total is not None}
    sizes = [usage.total or 0.0 for usage in known.values()]
    size = Total(sum(sizes) if known else None, is_certain=len(known) == buckets)
    costs = [float(stored(usage.bytes_by_type, prices)) for usage in known.values()]
    usd = sum(costs) if known else None
    if store is None:
        return Totals(size, usd)
    without = {name: _without_ours(usage, prices, store(name)) for name, usage in known.items()}
    found = [cost for cost in without.values() if cost is not None]
    return Totals(size, usd, Total(sum(found) if found else None, is_certain=len(found) == buckets))


def _without_ours(usage: Usage, prices: PriceList, store: BucketStore) -> float | None:
    """Return the bill as if what our rule moves were in STANDARD; None when it cannot be read."""
    try:
        lifecycle, _ = store.lifecycle()
    except (BucketError, DocumentError, ClientError, BotoCoreError):
        return None  # the bucket's own turn tells of it
    return float(stored(usage.bytes_by_type, prices, moved_by_ours(lifecycle)))


def moved_by_ours(lifecycle: Configuration) -> frozenset[StorageClass]:
    """Return the classes into which enabled rules of ours move objects."""
    into = {
        each.storage_class
        for rule in lifecycle.rules
        if is_ours(rule) and rule.is_enabled
        for each in rule.transitions
    }
    return frozenset(each for each in StorageClass if each.value in into)
