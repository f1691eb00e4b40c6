"""How two values are held against each other: what they mean counts, not how they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.doctor.holding import differs, normal, policy_change

SCALARS = st.one_of(
    st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=20),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert not differs(value, value)
    assert normal(normal(value)) == normal(value)


@given(st.dictionaries(st.text(min_size=1, max_size=8), SCALARS, min_size=1, max_size=4))
def test_what_is_answered_as_json_is_the_same(value: dict[str, Any]) -> None:
    assert not differs(value, json.dumps(value))


@given(st.lists(VALUES, max_size=5), st.randoms())
def test_the_order_of_a_list_says_nothing(values: list[Any], random: Any) -> None:
    other = values[:]
    random.shuffle(other)
    assert not differs(values, other)


@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_another_number_differs_however_it_is_written(number: int, more: int) -> None:
    assert not differs(str(number), float(number))
    assert differs(number, str(number + more))


@pytest.mark.parametrize(
    ("wanted", "found", "is_another"),
    [
        ({"Mode": "Active"}, {"Mode": "Active", "Default": 1}, False),
        ({"Mode": "Active"}, {"Default": 1}, True),
        ({"Mode": "Active"}, None, True),
        ([], None, False),
        (None, "", False),
        ("ENABLED", "DISABLED", True),
        ([{"Id": "a", "Arn": "x"}], [{"Id": "a", "Arn": "x", "More": 1}], False),
        ([{"Id": "a"}], [{"Id": "a"}, {"Id": "b"}], True),
    ],
)
def test_what_was_not_asked_for_is_left_out(wanted: Any, found: Any, *, is_another: bool) -> None:
    assert differs(wanted, found) is is_another


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


TLS = {"Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish",
       "Resource": "t", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}  # fmt: skip
IN = {"Sid": "In", "Effect": "Allow", "Principal": {"Service": "a"}, "Action": ["x:A", "x:B"],
      "Resource": "t"}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (policy(IN, TLS), ""),
        (policy(TLS | {"Principal": {"AWS": "*"}, "Action": ["sns:Publish"]},
                IN | {"Action": ["x:B", "x:A"]}), ""),
        (policy(TLS | {"Sid": "Other"}, IN), ""),  # called otherwise, and does the same
        (policy(TLS), "lost In"),
        (policy(TLS, IN | {"Action": "x:A"}), "changed In"),
        (policy(TLS, IN, IN | {"Sid": "New", "Action": "*"}), "new New"),
        (None, "lost TlsOnly, In"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("as_text", [False, True])
def test_a_policy_is_held_by_what_its_statements_do(
    found: Any, said: str, *, as_text: bool
) -> None:
    there = json.dumps(found) if as_text and found else found
    assert policy_change(policy(TLS, IN), there) == said
