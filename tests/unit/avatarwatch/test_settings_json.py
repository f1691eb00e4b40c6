"""JSON that people wrote: what is taken, and what is said of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.settings_json import MARK, NotJsonError, doubled, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text() |
    st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(VALUES, st.sampled_from(["", MARK]))
def test_what_json_writes_is_read(value: Any, before: str) -> None:
    read = read_json(before + json.dumps(value))
    assert read == value
    assert not list(doubled(read))


@given(st.dictionaries(st.text("ab", min_size=1), st.integers(), min_size=1), st.data())
def test_a_name_that_stands_twice_is_told_wherever_it_is(
    fields: dict[str, int], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(fields)))
    text = f"{json.dumps(fields)[:-1]}, {json.dumps(name)}: 0}}"
    assert list(doubled(read_json(text))) == [name]
    assert list(doubled(read_json(f'[1, {{"x": [{text}]}}]'))) == [f"1.x.0.{name}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n", "it is empty"),
        ('{"a": 1,\n}', "illegal trailing comma before end of object at line 1, column 8"),
        ('{"a": 1}\n}', "extra data at line 2, column 1"),
        ("slack:\n  bot_token: x", "it looks like YAML, and needs to be JSON"),
        ("- https://a.example/", "it looks like YAML, and needs to be JSON"),
        ('{"a": 1 // one\n}', "at line 1, column 9: JSON has no comments"),
        ("# mine\n{}", "JSON has no comments"),
        ("{'a': 1}", "need straight double quotes"),
        ("{\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}: 1}", "straight double"),
        ("{a: 1}", "need straight double quotes"),
        ('{"a": True}', "write true, false or null"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": 1e999}', "1e999 is too large a number"),
        ("[" * 100_000, "it is nested too deeply"),
        ("9" * 5_000, "Exceeds the limit"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_told_with_what_helps(text: str, said: str) -> None:
    with pytest.raises(NotJsonError) as refused:
        read_json(text)
    assert said in str(refused.value)
