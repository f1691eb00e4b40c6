"""Plans over random buckets, held against a bill that shares no code with the product.

400 buckets as a rule; ``BUCKETS=4000`` tries as many.
"""

from __future__ import annotations

import os

import pytest

from fakes.situations import Situation, draw, given, replicated
from fakes.storage_bill import bill

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


def is_right(situation: Situation) -> bool:
    """Tell whether a rule is written; one that is loses nothing and is in its range."""
    plan = situation.plan()
    rule = given(plan)
    if rule is None:
        return False
    assert plan.outcome is not None
    true = bill(situation.kinds, None) - bill(situation.kinds, rule)
    what = (situation, plan.reason)
    assert true >= -0.01, what
    slack = 0.01 + 1e-6 * abs(true)
    assert plan.outcome.low - slack <= true <= plan.outcome.high + slack, (true, what)
    return True
