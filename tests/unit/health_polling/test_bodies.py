"""Answers of real formats and habits, each with what its author means; see bodies.json.

``verdict`` null: either way is right; ``sick`` null: so are any names. The run prints a table.
"""

from __future__ import annotations

import base64
import copy
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from fakes.health import endpoint
from health_polling.exchange import Answer, Exchange, Phases
from health_polling.judge import judge
from health_polling.reading.words import is_strong
from health_polling.verdict import Judgement, Verdict

BODIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "bodies.json").read_text(encoding="utf-8")
)
NOW = datetime(2026, 11, 26, 12, 29, 38, tzinfo=UTC)
HEALTHY = [
    case for case in BODIES
    if isinstance(case.get("body"), dict) and case["verdict"] == "pass" and not case.get("entry")
]  # fmt: skip
SICK = (Verdict.FAIL, Verdict.WARN)


def judged(case: dict[str, Any], body: Any = None) -> Judgement:
    """Judge a case, or another body in its place."""
    said = case.get("body") if body is None else body
    if "base64" in case:
        raw = base64.b64decode(case["base64"])
    elif isinstance(said, str):
        raw = said.encode()
    else:
        raw = b"" if said is None else json.dumps(said).encode()
    answer = Answer(case["status"], case["content_type"], "", raw, is_cut=False)
    exchange = Exchange(Phases(1.0, 2.0, 3.0, 40.0, 1.0), answer)
    return judge(endpoint(**case.get("entry", {})), exchange, NOW)


def is_right(case: dict[str, Any]) -> bool:
    """Whether a case is read as its author means it."""
    found = judged(case)
    sick = ",".join(c.name for c in found.components if c.verdict in SICK)
    return case["verdict"] in {None, found.verdict.value} and case["sick"] in {None, sick}


@pytest.mark.parametrize("case", BODIES, ids=lambda case: case["name"])
def test_an_answer_is_read_as_its_author_meant_it(case: dict[str, Any]) -> None:
    found = judged(case)
    sick = [c.name for c in found.components if c.verdict in SICK]
    assert is_right(case), (found.verdict, sick, found.reason)
    assert found.format == case["format"]


def test_the_table_of_formats(record_property: Callable[[str, object], None]) -> None:
    right = Counter(case["format"] for case in BODIES if is_right(case))
    all_of = Counter(case["format"] for case in BODIES)
    lines = [f"{'format':<28}{'right':>6}{'wrong':>6}"]
    lines += [f"{form:<28}{right[form]:>6}{count - right[form]:>6}"
              for form, count in sorted(all_of.items())]  # fmt: skip
    total = right.total()
    lines.append(f"{'in all':<28}{total:>6}{len(BODIES) - total:>6}")
    record_property("table", "\n".join(lines))
    assert total == len(BODIES)


NAMES = st.sampled_from(
    ["betaMode", "isCanary", "x1", "featureZ", "maintenanceMode", "replicas_wanted", "seed",
     "tierName", "logLevel", "lastBackup", "colour", "nightly", "dryRun", "buildNo"]
)  # fmt: skip
FACT = (
    st.booleans() | st.integers() | st.floats() | st.none()
    | st.text(max_size=12).filter(lambda text: not is_strong(text))
    | st.sampled_from(["slow", "limited", "no", "off", "error", "v1.2"])
)  # fmt: skip
FACTS = st.dictionaries(
    NAMES,
    st.recursive(FACT, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=5),
    min_size=1,
    max_size=4,
)


@settings(max_examples=examples(500))
@given(case=st.sampled_from(HEALTHY), facts=FACTS)
def test_a_fact_more_never_changes_a_verdict(case: dict[str, Any], facts: dict[str, Any]) -> None:
    found = judged(case, {**case["body"], **facts})
    assert found.verdict is Verdict.PASS, found.reason


TREES = st.recursive(
    st.sampled_from([{"status": "up"}, {"state": "running", "ms": 3}, {"healthy": True}]),
    lambda inner: st.dictionaries(st.sampled_from("abcdefgh"), inner, min_size=1, max_size=3),
    max_leaves=6,
)


@given(tree=TREES, steps=st.lists(st.sampled_from("qrstuv"), min_size=1, max_size=5))
def test_who_is_down_in_a_tree_of_objects_is_found_whatever_they_are_called(
    tree: dict[str, Any], steps: list[str]
) -> None:
    ill: dict[str, Any] = {"status": "down"}
    for step in reversed(steps):
        ill = {step: ill}
    body = {"status": "ok", "unheard": {"of": ill, "and": tree}}
    found = judged(BODIES[0] | {"content_type": "application/json"}, body)
    assert found.verdict is Verdict.FAIL
    assert [c.name for c in found.components if c.verdict in SICK] == [
        "/".join(["unheard", "of", *steps])
    ]


def component_places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of the status words of a document's parts, its own left out."""
    if isinstance(value, list):
        return [p for i, each in enumerate(value) for p in component_places(each, (*path, i))]
    if not isinstance(value, dict):
        return []
    found = []
    for name, inner in value.items():
        if path and name.lower() in {"status", "state", "health"} and isinstance(inner, str):
            found.append((*path, name))
        found += component_places(inner, (*path, name))
    return found


OWN_WORDS = st.permutations(["status", "health", "state", "overall_status", "healthStatus"])


@given(
    keys=OWN_WORDS,
    good=st.sampled_from(["ok", "UP", "healthy", "running"]),
    ill=st.sampled_from(["down", "DEGRADED", "failed", "unhealthy", "error"]),
    place=st.sampled_from(["document", "part", "listed"]),
)
def test_who_has_two_words_means_the_worse(
    keys: list[str], good: str, ill: str, place: str
) -> None:
    def verdict(own: dict[str, Any]) -> Verdict:
        body: dict[str, Any] = {
            "document": own,
            "part": {"services": {"faces": own}},
            "listed": {"nodes": [{"name": "n1", **own}]},
        }[place]
        return judged(BODIES[0] | {"content_type": "application/json"}, body).verdict

    assert verdict({keys[0]: good, keys[1]: ill}) is verdict({keys[1]: ill})


# Which have a status as well, and it is none of health.
NO_PARTS = frozenset(
    {"incidents", "alerts", "users", "conditions", "customers", "pipelines", "orders", "tenants",
     "deployments", "deployment", "recent_incidents", "backups"}
)  # fmt: skip


def with_word(document: Any, path: tuple[Any, ...], word: str) -> Any:
    """Return a copy of a document with another word in one place."""
    changed = copy.deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = word
    return changed


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case["name"])
def test_a_component_turned_down_always_changes_it(case: dict[str, Any]) -> None:
    known = {component.name.rsplit("/", 1)[-1] for component in judged(case).components}
    for path in component_places(case["body"]):
        if NO_PARTS.intersection(path) or not (isinstance(path[-2], int) or path[-2] in known):
            continue  # a fact in a component, not the component's word
        for word in ("down", "DOWN", "unhealthy", "failed", "unreachable"):
            found = judged(case, with_word(case["body"], path, word))
            assert found.verdict is Verdict.FAIL, (path, word, found)
