"""For any bucket: what the plan asks for is legal, saves, and touches nobody's rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import event, given, settings
from hypothesis import strategies as st

from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.merge import foreign, is_ours, merge, modern, restored
from cost_control.lifecycle.model import Configuration
from cost_control.measuring.usage import Bucket, BucketFacts, Usage
from cost_control.money.histogram import Sizes, of_sizes
from cost_control.money.prices import BUNDLED, StorageClass
from cost_control.money.use import Requests
from cost_control.planning.given import Policy
from cost_control.planning.levels import Level
from cost_control.planning.plan import plan_lifecycle
from examples import examples
from fakes.lifecycle_strategies import legal_configurations

TODAY = date(2026, 11, 23)


def _out_of_the_way(configuration: Configuration) -> Configuration:
    """Leave the rules that stand in no plan's way: half of the buckets shall get a rule of ours."""
    kept = [each for each in configuration.rules if not (each.transitions or each.expiration)]
    return replace(configuration, rules=tuple(kept))


def _sizes(sizes: list[int]) -> Sizes:
    known = of_sizes(sizes)
    many = known.fitted(len(sizes) * 100_000, max(1.0, known.total) * 100_000)
    return Sizes({"STANDARD": many if known.total else known}, "any", is_exact=True)


BUCKETS = st.builds(
    lambda lifecycle, sizes, reads: Bucket(
        BucketFacts("avatars", lifecycle),
        Usage(
            {"StandardStorage": 1e5 * sum(sizes)},
            len(sizes) * 100_000,
            requests=Requests(reads=reads * len(sizes) * 1e5, downloaded=reads * sum(sizes) * 1e5),
        ),
        _sizes(sizes),
    ),
    st.one_of(legal_configurations, legal_configurations.map(_out_of_the_way)),
    st.lists(st.sampled_from([0, 4_000, 40_000, 200_000, 400_000, 5_000_000]), min_size=1),
    st.sampled_from([0.0, 0.02, 0.3, 3.0]),
)


@settings(max_examples=examples(100))
@given(BUCKETS, st.sampled_from(Level), st.booleans())
def test_a_plan_saves_and_harms_nobody(bucket: Bucket, level: Level, one_zone: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
    policy = Policy(allow_one_zone=one_zone)
    plan = plan_lifecycle(bucket, BUNDLED, policy, level, TODAY)
    before = bucket.facts.lifecycle
    after = merge(before, plan.rules)
    assert foreign(after) == (tuple(map(modern, before.rules)) if plan.rules else before.rules)
    assert not any(rule.expiration or rule.noncurrent_expiration for rule in plan.rules)
    event(f"a rule: {bool(plan.rules)}")  # --hypothesis-show-statistics shows that both come up
    if not plan.rules:
        assert plan.reason.startswith("no action because ")
        return
    assert not violations(after)
    assert all(map(is_ours, plan.rules))
    assert restored(after, before) == before
    assert plan.outcome is not None
    assert plan.outcome.saving >= policy.worth_it
    assert 0 <= plan.outcome.low <= plan.outcome.saving <= plan.outcome.high
    into = plan.outcome.move.storage_class
    assert into in BUNDLED.classes
    assert one_zone or into is not StorageClass.ONEZONE_IA


@given(legal_configurations)
def test_a_bucket_of_unknown_size_is_left_alone(lifecycle: Configuration) -> None:
    bucket = Bucket(BucketFacts("avatars", lifecycle), Usage(), None)
    assert not plan_lifecycle(bucket, BUNDLED, Policy(), Level.CRITICAL, TODAY).rules
