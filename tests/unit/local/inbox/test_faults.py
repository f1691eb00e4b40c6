"""Fault rules: which are sound, and that they fire alike each time."""

from typing import Any

import pytest
from pydantic import ValidationError

from local.inbox.faults import RULES_JSON, FaultInjector, FaultKind, FaultRule, RuleError
from local.inbox.rate_limit import RateLimit, RateLimiter


def fired(rules: list[FaultRule], *, seed: int = 0, requests: int = 20) -> list[int]:
    injector = FaultInjector()
    injector.set_rules(rules, seed)
    return [n for n in range(1, requests + 1) if injector.next_fault("slack")]


def rule(**more: Any) -> FaultRule:
    return FaultRule.model_validate({"channel": "slack", "kind": "rate_limited", **more})


def test_from_and_times() -> None:
    assert fired([rule(**{"from": 3, "times": 2})]) == [3, 4]


def test_the_next_rule_takes_over() -> None:
    injector = FaultInjector()
    second = FaultRule(channel="slack", kind=FaultKind.SERVER_ERROR, from_=2)
    injector.set_rules([rule(times=1), second], 0)
    kinds = [found.kind for _ in range(3) if (found := injector.next_fault("slack"))]
    assert kinds == ["rate_limited", "server_error", "server_error"]


def test_other_channels_are_left_alone() -> None:
    injector = FaultInjector()
    injector.set_rules([rule()], 0)
    assert injector.next_fault("sns") is None


def test_chance_repeats_with_its_seed() -> None:
    rules = [rule(probability=0.3)]
    first = fired(rules, seed=7, requests=200)
    assert first == fired(rules, seed=7, requests=200)
    assert first != fired(rules, seed=8, requests=200)
    assert 30 < len(first) < 90


def test_what_fired_is_reported() -> None:
    injector = FaultInjector()
    injector.set_rules([rule(times=1)], 5)
    injector.next_fault("slack")
    injector.next_fault("slack")
    report = injector.report()
    assert report["seed"] == 5
    assert report["requests"] == {"slack": 2}
    assert report["fired"] == [{"channel": "slack", "kind": "rate_limited", "request": 1}]
    assert report["rules"] == [
        {
            "channel": "slack",
            "kind": "rate_limited",
            "probability": 1.0,
            "times": 1,
            "from": 1,
            "delivered": False,
            "matched": 1,
            "fired": 1,
        }
    ]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "ok_false"}, "error"),
        ({"kind": "refuse_status", "status": 410}, "error"),
        ({"kind": "refuse_status", "error": "x"}, "status"),
        ({"kind": "ok_false", "error": "x", "channel": "sns"}, "channel"),
        ({"kind": "server_error", "status": 410}, "status"),
        ({"retry_after": 2, "kind": "server_error"}, "retry_after"),
        ({"status": 503}, "status"),
        ({"seconds": 2}, "seconds"),
        ({"delivered": True}, "delivered"),
    ],
)
def test_rules_that_contradict_themselves(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        rule(**more)
    cause = refused.value.errors()[0]["ctx"]["error"]
    assert isinstance(cause, RuleError)
    assert cause.field == field


@pytest.mark.parametrize(
    "more",
    [
        {"channel": "fax"},
        {"kind": "slow"},
        {"probability": 0},
        {"probability": 1.1},
        {"times": 0},
        {"from": 0},
        {"retry_after": -1},
        {"often": 3},
    ],
)
def test_rules_out_of_range(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RULES_JSON.validate_python([{"channel": "slack", "kind": "rate_limited", **more}])


def test_rate_limit_lets_a_burst_pass_then_one_a_second() -> None:
    limiter = RateLimiter(RateLimit(per_second=1, burst=3))
    assert [limiter.wait_for("#a", 10.0) for _ in range(4)] == [0, 0, 0, 1]
    assert limiter.wait_for("#b", 10.0) == 0
    assert limiter.wait_for("#a", 10.5) == 1
    assert limiter.wait_for("#a", 11.0) == 0
    assert limiter.refused == 2


def test_rate_limit_tells_how_long_to_wait() -> None:
    limiter = RateLimiter(RateLimit(per_second=0.1, burst=1))
    assert [limiter.wait_for("#a", 0.0), limiter.wait_for("#a", 3.0)] == [0, 7]


def test_without_a_limit_everything_passes() -> None:
    assert {RateLimiter().wait_for("#a", 0.0) for _ in range(9)} == {0}
