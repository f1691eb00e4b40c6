"""What a sender wrapped by mistake says the same as what is in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.wrapped import unwrapped

from .event_files import NOW, envelopes

WRAPPERS: dict[str, Callable[[str], str]] = {
    "JSON once more": json.dumps,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(text.encode()).decode(),
    "Markdown": lambda text: f"```json\n{text}\n```",
    "a field alone": lambda text: text if text.startswith('"') else json.dumps({"message": text}),
    "a text for each protocol": lambda text: json.dumps({"default": text, "email": "x"}),
    "a byte order mark": lambda text: f"\ufeff{text}",
}
ALARM: dict[str, Any] = envelopes("metric-alarm-in-alarm")[0].payload
OTHER = ALARM | {"AlarmName": "other", "AlarmArn": f"{ALARM['AlarmArn']}-2"}


def read(payload: Any) -> list[tuple[str, str, str]]:
    return [(a.key, a.state.value, a.name) for a in parse(Envelope(payload, payload), NOW)]


@given(
    wrappers=st.lists(st.sampled_from([*WRAPPERS]), max_size=2),
    written=st.sampled_from([str, json.dumps]),
)
def test_an_alarm_opens_however_it_is_wrapped(
    wrappers: list[str], written: Callable[[Any], str]
) -> None:
    text = written(ALARM)
    for name in wrappers:
        text = WRAPPERS[name](text)
    assert read(text) == read(ALARM)


@pytest.mark.parametrize(
    "payload",
    [
        [ALARM, OTHER],
        f"{json.dumps(ALARM)}\n{json.dumps(OTHER)}\n",
        {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(each)}}
            for each in (ALARM, OTHER)]},
        "Received: " + json.dumps({"Records": [
            {"EventSource": "aws:sns", "Sns": {"Message": json.dumps(each)}}
            for each in (ALARM, OTHER)]}),
        str({"Records": [{"eventSource": "aws:sqs", "body": json.dumps(each)}
            for each in (ALARM, OTHER)]}),
    ],
)  # fmt: skip
def test_each_alarm_of_a_list_opens(payload: Any) -> None:
    assert read(payload) == read(ALARM) + read(OTHER)


def test_an_alarm_opens_behind_a_word() -> None:
    assert read(f"Alarm: {json.dumps(ALARM)}") == read(ALARM)


@given(st.text())
def test_a_text_is_left_or_read_but_never_lost(text: str) -> None:
    found = unwrapped(text)
    assert found or not text.strip()


@pytest.mark.parametrize(
    "text",
    ["disk=full", "a=1&b=2", "see https://a.example/?a=1&b=2&c=3 for more", "{it's full}",
     "0123456789abcdef0123456789abcdef0123456789", "<db-1> is down", "17", "null",
     "[3/4] it's done"],
)  # fmt: skip
def test_what_only_resembles_a_wrapping_stays(text: str) -> None:
    assert unwrapped(text) == text


def test_of_a_page_what_somebody_sees() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>x</title></head><body><!-- y --><h1>A &amp; B</h1>"
        '<script>z()</script><p>one<br>two <b>three</b></p><a href="https://a.example/1">go</a>'
        "</body></html>"
    )
    assert unwrapped(page) == "A & B\none\ntwo three\ngo\nhttps://a.example/1"
