"""Every format that is in use, and what is no format at all."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.health_bodies import BODIES, Body
from health_polling.reading.formats import ASPNET_NUMBERS, spelled
from health_polling.reading.markup import document_of
from health_polling.reading.names import MOST
from health_polling.reading.parts import MOST_COMPONENTS
from health_polling.reading.read import read
from health_polling.verdict import Verdict

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["up", "down", "status", "unknown"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["status", "checks", "components", "entries", "info", "details", "db"])
        | st.text(max_size=5),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


def test_the_corpus_is_large_enough() -> None:
    assert len(BODIES) >= 30


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_a_body_says_what_it_says(body: Body) -> None:
    reading = read(body.raw, body.content_type)
    assert reading.verdict is body.verdict
    assert reading.format == body.form
    sick = {c.name for c in reading.components if c.verdict is Verdict.FAIL}
    assert sick == set(body.sick)


def test_a_component_says_why() -> None:
    document = {"database": {"status": "unhealthy", "error": "connect   ECONNREFUSED\n5432"}}
    [component] = read(json.dumps(document).encode(), "application/json").components
    assert component.reason == "connect ECONNREFUSED 5432"


def test_the_guides_numbers_are_reported_and_nothing_that_is_none() -> None:
    metrics = {
        "uploadsLast24h": 43_000,
        "averageUploadTime": 1200.5,
        "cacheHitRate": None,
        "isBusy": True,
        "errorRate": math.nan,
        "storageUsage": 10**400,
        "strange name": 1,
    }
    document = {"database": "healthy", "timestamp": "2026-11-23T10:00:00+02:00", "metrics": metrics}
    reading = read(json.dumps(document).encode(), "application/json")
    assert dict(reading.reported) == {"uploadsLast24h": 43_000, "averageUploadTime": 1200.5}
    assert reading.written_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_an_xml_declaration_changes_nothing() -> None:
    plain = "<health><status>UP</status><database>DOWN</database></health>"
    for declared in ('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\n'):
        assert document_of(declared + plain) == document_of(plain) is not None


def test_of_a_thousand_components_the_sick_are_kept() -> None:
    document: dict[str, Any] = {f"part{n}": "healthy" for n in range(1000)}
    document["far-away"] = "unhealthy"
    reading = read(json.dumps(document).encode(), "application/json")
    assert len(reading.components) == MOST_COMPONENTS
    assert reading.components[0].name == "far-away"


@given(JSON_VALUES)
def test_no_json_breaks_the_reader(document: Any) -> None:
    reading = read(json.dumps(document).encode(), "application/json")
    for component in reading.components:
        assert component.name.encode()  # storable
        assert len(component.name) <= MOST
    if any(component.verdict is Verdict.FAIL for component in reading.components):
        assert reading.verdict is Verdict.FAIL


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_break_the_reader(body: bytes, content_type: str) -> None:
    assert read(body, content_type).verdict in Verdict


@pytest.mark.parametrize("depth", [10, 200, 900, 5_000, 20_000])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_leaf_however_deep_is_read_or_said_to_be_unreadable(depth: int, kind: str) -> None:
    head, tail = b'{"status":"UP","components":{"a":' * depth, b"}}" * depth
    reading = read(head + b'{"status":"DOWN"}' + tail, kind)
    assert reading.verdict is Verdict.FAIL
    assert reading.components or reading.reason == "its JSON is nested too deeply to be read"


@pytest.mark.parametrize("name", ["a", "database", "checks"])
@pytest.mark.parametrize("levels", [33, 200])
def test_a_leaf_two_hundred_deep_is_read_or_said_to_be_unreadable(name: str, levels: int) -> None:
    body = f'{{"{name}":' * levels + '{"status": "down"}' + "}" * levels
    found = read(body.encode(), "application/json", {})
    assert found.verdict in {Verdict.FAIL, Verdict.WARN}
    assert found.components or found.reason == "its JSON is nested too deeply to be read"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"status": 2}, {"status": "Healthy"}),
        ({"Status": 0, "count": 2}, {"Status": "Unhealthy", "count": 2}),
        ({"status": 7, "a": 1}, {"status": 7, "a": 1}),
        ({"status": True}, {"status": True}),
        ({"status": "2"}, {"status": "2"}),
        ({"checks": [{"status": 1}, 2, "x"]}, {"checks": [{"status": "Degraded"}, 2, "x"]}),
        ({"entries": {"db": {"status": 2}}}, {"entries": {"db": {"status": "Healthy"}}}),
        ({"a": {"b": {"c": {"status": 2}}}}, {"a": {"b": {"c": {"status": 2}}}}),
    ],
)
def test_numbers_of_a_status_are_words_one_level_deep(
    document: dict[str, Any], said: dict[str, Any]
) -> None:
    assert spelled(document, ASPNET_NUMBERS) == said
