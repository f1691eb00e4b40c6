"""YAML: read as the same would be in JSON; what is beyond lines of names and words is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_polling.reading.outline import outline_of
from health_polling.reading.read import read

WORDS = st.sampled_from(["ok", "down", "degraded", "Fully up", "unknown", "a: b", "v1.2", "0"])
SCALARS = WORDS.map(lambda word: int(word) if word == "0" else word) | st.booleans() | st.none()
NAMES = st.sampled_from(
    ["status", "name", "db", "object store", "http://a:80", "lastRun", "checks"]
)


def filled(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    maps = st.dictionaries(NAMES, inner, min_size=1, max_size=4)
    return maps | st.lists(maps | SCALARS, min_size=1, max_size=3)


DOCUMENTS = st.dictionaries(
    NAMES, st.recursive(SCALARS, filled, max_leaves=8), min_size=1, max_size=4
)  # fmt: skip


def written(value: Any, indent: int = 0) -> list[str]:
    """Write a document as YAML's block style has it."""
    blank = " " * indent
    if isinstance(value, list):
        lines: list[str] = []
        for item in value:
            inner = written(item, indent + 2)
            lines += [f"{blank}- {inner[0].strip()}", *inner[1:]]
        return lines
    if not isinstance(value, dict):
        return [f"{blank}{scalar(value)}"]
    held = []
    for name, inner in value.items():
        spelled = f'"{name}"' if ":" in name else name
        if isinstance(inner, dict | list):
            held += [f"{blank}{spelled}:", *written(inner, indent + 2)]
        else:
            held.append(f"{blank}{spelled}: {scalar(inner)}")
    return held


def scalar(value: Any) -> str:
    """Write a word, in quotes where it would be read as a name and a word."""
    text = json.dumps(value) if not isinstance(value, str) else value
    return f'"{text}"' if ": " in text else text


@given(document=DOCUMENTS)
def test_it_means_what_the_same_means_in_json(document: dict[str, Any]) -> None:
    text = "\n".join(written(document))
    if any(line.startswith(" ") for line in text.splitlines()):
        assert outline_of(text) == document


@pytest.mark.parametrize(
    "text",
    [
        "status: ok\ndb: down",  # flat: names and words as they stand
        "Release notes:\n  fixed that the db was down",
        "a: ok\n  b: down",
        "a:\n    b: down\n  c: up",
        "a: &x\n  b: down",
        "a:\n\tb: down",
        "a:\n  b: up\n  b: down",
        "- a:\n    b: down",  # no document, a list
        f"a:\n  b: {'x' * 500}",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert outline_of(text) is None


def test_texts_over_lines_and_maps_in_one_are_read() -> None:
    text = "note: |\n  db: down\n  all\nerrors: []\ndb: {status: up, ms: 3}\nzones: [a, 'b']\n"
    held = {"errors": [], "db": {"status": "up", "ms": 3}, "zones": ["a", "b"]}
    assert outline_of(text) == {"note": "a text", **held}
    assert outline_of("a: {b: {c: down}}") is outline_of("a:\n  b: [c: [") is None


PIECES = ["{", "}", "[", "]", ",", "|", "a", ":", " ", "\n", "- ", "#", "'", "down", "  ", "é"]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_text_breaks_the_reader(pieces: list[str]) -> None:
    outline_of("".join(pieces))


def test_what_failed_once_is_history_in_yaml_too() -> None:
    text = "status: ok\nlastRun:\n  status: failed\nservices:\n  db: up\n"
    assert read(text.encode(), "application/yaml").verdict.value == "pass"
    ill = read(text.replace("db: up", "db: down").encode(), "application/yaml")
    assert [(c.name, c.verdict.value) for c in ill.components] == [("db", "fail")]
