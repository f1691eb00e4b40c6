"""The list of endpoints: what is wrong is named, the others are still polled."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_polling.documents import entries_of, read_endpoints, secret_names
from health_polling.endpoint import Endpoint


def test_one_mistake_leaves_the_others() -> None:
    found = read_endpoints(
        "https://a.example.com, file:///etc/passwd,https://b.example.com/h", (), {}
    )
    assert [e.name for e in found.endpoints] == ["a.example.com", "b.example.com/h"]
    [problem] = found.problems
    assert problem.where == "endpoint 2"
    assert problem.text == "url: only http and https are asked, not 'file'"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"url": "https://a.example.com", "tiemout": 3}, "tiemout: is no setting"),
        ({"url": "https://a.example.com", "timeout": 300}, "timeout: needs to be at most 30"),
        ({"url": "https://a.example.com", "failures": 4, "window": 3}, "failures: is more"),
        ({"url": "https://a.example.com", "status": [99]}, "status.0"),
        ({"url": "https://a.example.com", "name": "å"}, "name: needs 1 to 100 printable ASCII"),
        ({"url": "https://a.example.com", "headers": {"Host": "b"}}, "host is set by the poller"),
        ({"url": "https://a.example.com", "headers": {"X": "a\r\nY: b"}}, "headers.X"),
        ({"url": "https://a.example.com", "headers": {"X": "a\n"}}, "headers.X"),
        ({"url": "https://a.example.com", "headers": {"X y": "a"}}, "headers.X y"),
        ({"url": "https://a.example.com", "headers": {"X": 7}}, "headers"),
        ({"url": "https://a.example.com", "headers_from_ssm": {"A": "../x"}}, "headers_from_ssm.A"),
        ({"url": "https://a.example.com", "name": "a\n"}, "name: needs"),
        ({"url": "https://a.example.com", "metrics": ["Up"]}, "metrics"),
        ({"url": "https://a.example.com", "metrics": ["Endpointup"]}, "did you mean EndpointUp?"),
        ({"url": "https://a.example.com", "words": {"x": "PASS"}}, "did you mean pass?"),
        ({"url": "https://a.example.com", "words": {"x": "bad"}}, "words"),
        ({"url": "https://a.example.com", "timeout": True}, "timeout"),
        ({"url": "https://a.example.com", "conditions": ["status == 200"] * 21}, "conditions"),
        ({"url": "https://a.example.com", "conditions": ["slow < 3"]}, "conditions: no condition"),
        ({"url": "https://a.example.com", "headers_from_ssm": {"A": "gone"}}, "parameter 'gone'"),
        ({"name": "x"}, "url: is missing"),
        (17, "entry: "),
        (None, "entry: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_field(entry: Any, text: str) -> None:
    found = read_endpoints("https://good.example.com", [entry], {})
    assert [e.name for e in found.endpoints] == ["good.example.com"]
    assert text in found.problems[0].text
    assert found.problems[0].where.startswith("endpoint 2")


@pytest.mark.parametrize("secret", ["token\n", "a\r\nHost: b", "t\u00f6ken"])
def test_a_secret_that_is_no_headers_value_is_named_and_not_shown(secret: str) -> None:
    entry = {"url": "https://a.example.com", "headers_from_ssm": {"A": "api-token"}}
    found = read_endpoints("https://good.example.com", [entry], {"api-token": secret})
    assert [e.name for e in found.endpoints] == ["good.example.com"]
    assert found.problems[0].text == (
        "headers_from_ssm: the parameter 'api-token' is not one line in ASCII"
    )


def test_an_entry_in_which_a_name_stands_twice_is_named_and_the_others_are_polled() -> None:
    text = '["https://good.example.com", {"url": "https://a.example.com", "url": "https://b.x"}]'
    entries, wrong = entries_of(text, "parameter /x")
    found = read_endpoints("", entries, {})
    assert (wrong, [e.name for e in found.endpoints]) == ([], ["good.example.com"])
    assert (found.problems[0].where, found.problems[0].text) == (
        "endpoint 2",
        "url: is there twice",
    )


MISTAKES: dict[str, Any] = {
    "url": "ftp://a.example.com",
    "tiemout": 3,
    "timeout": 300,
    "status": ["many"],
    "name": "å",
    "headers": {"Host": "b", "X": "a\nb"},
    "headers_from_ssm": {"A": "gone"},
    "metrics": ["Up"],
    "words": {"x": "bad"},
    "conditions": ["response_time < 500ms", "status == 2xx"],
    "optional": "redis",
    "failures": 9,
    "slow_ms": None,
}


@given(st.sets(st.sampled_from(sorted(MISTAKES)), min_size=1))
def test_all_mistakes_of_an_entry_are_named_at_once(wrong: set[str]) -> None:
    entry = {"url": "https://a.example.com"} | {name: MISTAKES[name] for name in sorted(wrong)}
    found = read_endpoints("https://good.example.com", [entry], {})
    assert [e.name for e in found.endpoints] == ["good.example.com"]
    [problem] = found.problems
    named = {part.split(":")[0].split(".")[0] for part in problem.text.split("; ")}
    assert wrong <= named
    assert named <= wrong | {"write <status | response_time | certificate_days | body"}


def test_each_condition_and_header_that_is_wrong_is_named() -> None:
    wrong = {"conditions": MISTAKES["conditions"], "headers": MISTAKES["headers"]}
    [problem] = read_endpoints("", [{"url": "https://a.example.com", **wrong}], {}).problems
    for part in ("response_time < 500ms", "status == 2xx", "headers.X", "host is set"):
        assert part in problem.text
    assert "a\nb" not in problem.text


@pytest.mark.parametrize(("scheme", "needs"), [("http", 1), ("https", 0)])
def test_a_certificate_that_there_cannot_be_is_named_beside_other_mistakes(
    scheme: str, needs: int
) -> None:
    asked = {"url": f"{scheme}://a.example.com", "conditions": ["certificate_days > 10"]}
    alone = read_endpoints("", [asked], {}).problems
    assert sum("there is no certificate" in each.text for each in alone) == needs
    [beside] = read_endpoints("", [asked | {"timeout": 300}], {}).problems
    assert beside.text.count("there is no certificate") == needs
    assert "timeout" in beside.text


def test_an_entry_that_says_nothing_is_an_endpoint_as_it_is_by_default() -> None:
    """The same defaults stand in two places: the list's, and the judging's."""
    [found] = read_endpoints("https://a.example.com/health", (), {}).endpoints
    assert found == Endpoint(name="a.example.com/health", target=found.target)
    assert (min(found.statuses), max(found.statuses), len(found.statuses)) == (200, 299, 100)


def test_names_are_unique_because_metrics_and_state_go_by_them() -> None:
    found = read_endpoints("https://a.example.com,https://a.example.com/", (), {})
    assert len(found.endpoints) == 1
    assert "there already" in found.problems[0].text


def test_headers_come_from_ssm_and_are_shown_nowhere() -> None:
    entry = {"url": "https://a.example.com", "headers_from_ssm": {"Authorization": "token"}}
    assert secret_names([entry, "https://b.example.com", 3]) == {"token"}
    found = read_endpoints("", [entry], {"token": "Bearer s3cret"})
    assert found.endpoints[0].headers == (("Authorization", "Bearer s3cret"),)
    wrong = read_endpoints("", [entry | {"url": "x"}], {"token": "Bearer s3cret"})
    assert "s3cret" not in str(wrong.problems)


@pytest.mark.parametrize("text", ["{", '{"url": "x"}', '"x"', "[" * 100_000])
def test_a_document_that_is_no_list_is_named(text: str) -> None:
    entries, [problem] = entries_of(text, "parameter /endpoints")
    assert entries == []
    assert problem.where == "parameter /endpoints"
