"""A function's address on this machine hands over what Lambda's does."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from chat_actions.request import read_request
from fakes import chat
from local.function_url import FunctionUrl


def asked(method: str = "POST", path: str = "/slack", **request: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def function(event: dict[str, Any]) -> dict[str, Any]:
        found.append(event)
        return {"statusCode": 202, "body": "taken", "headers": {"X-Of": "the function"}}

    with FunctionUrl(function) as url:
        answer = httpx.request(method, f"{url.url}{path}", **request)
    assert (answer.status_code, answer.text) == (202, "taken")
    assert answer.headers["x-of"] == "the function"
    return found[0]


@pytest.mark.parametrize("body", [b"payload=%7B%7D", "payload=ä".encode(), b"", b"\xff\x00"])
def test_a_form_comes_coded_and_is_read_as_it_was_sent(body: bytes) -> None:
    event = asked(content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert event["isBase64Encoded"] is bool(body)
    assert base64.b64decode(event["body"]) == body
    request = read_request(event)
    assert (request.method, request.path, request.body) == ("POST", "/slack", body)


def test_json_comes_as_text() -> None:
    event = asked(json={"a": "ä"})
    assert event["isBase64Encoded"] is False
    assert read_request(event).body.decode() == event["body"] == '{"a":"ä"}'


def test_it_has_what_the_events_of_the_tests_have() -> None:
    event = asked("PUT", "/a/b?c=d", headers={"X-Some": "Header"})
    known = chat.event("/a/b", b"", {})
    assert known.keys() <= event.keys()
    assert known["requestContext"]["http"].keys() <= event["requestContext"]["http"].keys()
    assert (event["rawPath"], event["rawQueryString"]) == ("/a/b", "c=d")
    assert event["headers"]["x-some"] == "Header"
    assert event["requestContext"]["http"]["method"] == "PUT"


def test_a_function_that_fails_is_a_bad_gateway() -> None:
    def fails(event: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError(event["rawPath"])

    with FunctionUrl(fails) as url:
        assert httpx.post(url.url).status_code == 502
