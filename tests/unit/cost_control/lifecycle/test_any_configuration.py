"""For any configuration: ours and S3's judgement agree, nobody's rule is lost, and back is back."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aws_contract.s3 import lifecycle_configuration, lifecycle_rules
from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.compare import fingerprint, same, text
from cost_control.lifecycle.document import read, write
from cost_control.lifecycle.merge import foreign, is_ours, merge, modern, restored
from cost_control.lifecycle.model import Configuration
from cost_control.money.moves import Move
from cost_control.money.prices import StorageClass
from cost_control.planning.plan import own_rule
from examples import examples
from fakes.lifecycle_strategies import documents, legal_configurations

MOVES = st.builds(
    Move,
    st.sampled_from([each for each in StorageClass if each is not StorageClass.STANDARD]),
    st.integers(30, 90),
    st.integers(0, 2**30),
)


def contract(document: dict[str, Any]) -> set[str]:
    params = {
        "LifecycleConfiguration": {"Rules": document["Rules"]},
        **{name: each for name, each in document.items() if name != "Rules"},
    }
    return {
        breach.code
        for check in (lifecycle_configuration, lifecycle_rules)
        for breach in check(params)
    }


@given(documents)
def test_the_model_and_the_contract_agree(document: dict[str, Any]) -> None:
    assert {each.code for each in violations(read(document))} == contract(document)


@given(documents)
def test_reading_and_writing_loses_nothing(document: dict[str, Any]) -> None:
    expected = {name: each for name, each in document.items() if each != []}
    assert write(read(document)) == expected


@settings(max_examples=examples(300))
@given(legal_configurations, MOVES)
def test_every_foreign_rule_survives_and_the_result_is_legal(
    before: Configuration, move: Move
) -> None:
    after = merge(before, (own_rule(move),))
    assert not violations(after)
    assert foreign(after) == tuple(map(modern, before.rules))
    assert [each for each in after.rules if is_ours(each)] == [own_rule(move)]
    assert after.default_size == before.default_size
    if all(rule.prefix is None for rule in before.rules):
        assert list(map(text, foreign(after))) == list(map(text, before.rules))


@given(legal_configurations, MOVES, MOVES)
def test_applying_twice_is_applying_once(before: Configuration, move: Move, newer: Move) -> None:
    once = merge(before, (own_rule(move),))
    assert merge(once, (own_rule(move),)) == once
    assert merge(once, (own_rule(newer),)) == merge(before, (own_rule(newer),))


@given(legal_configurations, MOVES)
def test_a_rollback_restores_exactly(before: Configuration, move: Move) -> None:
    assert restored(merge(before, (own_rule(move),)), before) == before


@given(legal_configurations, legal_configurations, MOVES)
def test_a_rollback_keeps_what_others_did_since(
    before: Configuration, changed: Configuration, move: Move
) -> None:
    assume(not same(before, changed))
    now = merge(changed, (own_rule(move),))
    assume(not violations(now))
    left = restored(now, before)
    assert not any(map(is_ours, left.rules))
    assert left.default_size == changed.default_size
    assert foreign(left) == foreign(now)


@given(legal_configurations, legal_configurations)
def test_the_fingerprint_is_that_of_the_meaning(one: Configuration, other: Configuration) -> None:
    assert (fingerprint(one) == fingerprint(other)) == same(one, other)
