"""Plans over random buckets, held against a bill that shares no code with the product.

400 buckets as a rule; ``BUCKETS=4000`` tries as many.
"""

from __future__ import annotations

import os

import pytest

from fakes.situations import draw, given
from fakes.storage_bill import bill

BUCKETS = int(os.environ.get("BUCKETS", "400"))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_rule_that_is_written_loses_and_every_promise_is_in_its_range(part: int) -> None:
    rules = 0
    for seed in range(part, BUCKETS, PARTS):
        situation = draw(seed)
        plan = situation.plan()
        rule = given(plan)
        if rule is None:
            continue
        assert plan.outcome is not None
        rules += 1
        true = bill(situation.kinds, None) - bill(situation.kinds, rule)
        what = (seed, situation, plan.reason)
        assert true >= -0.01, what
        slack = 0.01 + 1e-6 * abs(true)
        assert plan.outcome.low - slack <= true <= plan.outcome.high + slack, (true, what)
    assert rules  # it does write some
