"""A mutant put into functions that are there already: what they do then, and what it cannot do."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from local.mutants import patching

SOURCE = """
import functools

def twice(function):
    @functools.wraps(function)
    def inner(value):
        return 2 * function(value)
    return inner

def plus(value, more=1):
    return value + more

@twice
@functools.cache
def less(value):
    return value - 1

class Thing:
    limit = 5

    @property
    def over(self):
        return any(each > 3 for each in (3, self.limit))

    @classmethod
    def made(cls):
        return [
            cls().limit,
            7,
        ]
"""


@pytest.fixture
def there(tmp_path: Path) -> tuple[dict[str, Any], str, patching.Functions]:
    path = f"{tmp_path}/there.py"
    space: dict[str, Any] = {"functools": functools}
    exec(compile(SOURCE, path, "exec"), space)  # noqa: S102 - the text above
    return space, path, patching.functions((f"{tmp_path}/",))


@pytest.mark.parametrize(
    ("old", "new", "asked", "answer"),
    [
        ("value + more", "value - more", "plus(3)", 2),
        ("value - 1", "value * 9", "less(3)", 54),
        ("2 * function", "3 * function", "less(3)", 6),
        ("each > 3", "each > 5", "Thing().over", False),
        ("any(", "all(", "Thing().over", False),
        ("\n            7,\n        ]", "8]", "Thing.made()", [5, 8]),
        ("[\n            cls().limit,\n            7,\n        ]", "None", "Thing.made()", None),
    ],
)
def test_whoever_holds_a_function_has_the_changed_one(
    there: tuple[dict[str, Any], str, patching.Functions],
    old: str, new: str, asked: str, answer: Any,
) -> None:  # fmt: skip
    space, path, known = there
    before = eval(asked, dict(space))  # noqa: S307 - one of the above
    changed = SOURCE.replace(old, new)
    assert changed != SOURCE
    assert patching.patched(path, SOURCE, changed, known)
    space["less"].__wrapped__.cache_clear()
    assert eval(asked, space) == answer != before  # noqa: S307


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("more=1", "more=2"),  # a default
        ("limit = 5", "limit = 6"),  # a class's own line
        ("functools.wraps(function)", "functools.wraps(  function)"),  # nothing
    ],
)
def test_what_no_call_would_notice_is_not_taken_for_changed(
    there: tuple[dict[str, Any], str, patching.Functions], old: str, new: str
) -> None:
    _, path, known = there
    assert not patching.patched(path, SOURCE, SOURCE.replace(old, new), known)
