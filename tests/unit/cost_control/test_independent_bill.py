"""Plans over random buckets, held against a bill that shares no code with the product.

400 buckets as a rule; ``BUCKETS=4000`` tries as many.
"""

from __future__ import annotations

import os

import pytest

from cost_control.money.prices import BUNDLED, PriceList
from fakes.situations import Situation, draw, given, replicated, tariffs
from fakes.storage_bill import LIST, Tariff, bill

BUCKETS = int(os.environ.get("BUCKETS", "400"))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_rule_that_is_written_loses_and_every_promise_is_in_its_range(part: int) -> None:
    assert sum(is_right(draw(seed)) for seed in range(part, BUCKETS, PARTS))  # it writes some


@pytest.mark.parametrize("part", range(2))
def test_what_s3_failed_to_replicate_makes_no_rule_lose(part: int) -> None:
    """Others end nothing here: S3 would not end what it failed to replicate either."""
    drawn = (draw(seed) for seed in range(part, BUCKETS, 2))
    free = [each for each in drawn if not each.expires and each.until is None]
    assert sum(is_right(replicated(each)) for each in free)


@pytest.mark.parametrize("number", range(4))
def test_by_a_regions_own_prices_no_rule_loses(number: int) -> None:
    """Prices of each region have ratios of their own."""
    tariff, prices = tariffs(number)
    drawn = map(draw, range(number, BUCKETS, 4))
    assert sum(is_right(each, tariff, prices) for each in drawn)


def is_right(situation: Situation, tariff: Tariff = LIST, prices: PriceList = BUNDLED) -> bool:
    """Tell whether a rule is written; one that is loses nothing and is in its range."""
    plan = situation.plan(prices=prices)
    rule = given(plan)
    if rule is None:
        return False
    assert plan.outcome is not None
    true = bill(situation.kinds, None, tariff) - bill(situation.kinds, rule, tariff)
    what = (situation, plan.reason)
    assert true >= -0.01, what
    slack = 0.01 + 1e-6 * abs(true)
    assert plan.outcome.low - slack <= true <= plan.outcome.high + slack, (true, what)
    return True
