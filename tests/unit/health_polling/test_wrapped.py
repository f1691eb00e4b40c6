"""JSON in wrappings, and XML: read as the document that they hold."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_polling.reading.markup import TooDeepError, document_of
from health_polling.reading.read import parse, read
from health_polling.reading.wrapped import unwrapped
from health_polling.verdict import Verdict

DOCUMENT = '{"status": "ok", "checks": {"db": "down"}}'
WRAPPINGS = [
    "{}",
    ")]}}',\n{}",
    ")]}}'\n{}",
    "for(;;);{}",
    "while(1);{}",
    "while (true); {}",
    "cb({})",
    "jQuery123_4({});",
    "/**/ app.health( {} ) ;",
    "/**/ typeof cb === 'function' && cb({});",
    "data: {}\n\n",
    "event: health\nid: 3\ndata: {}\n\n",
    'data: {{"status": "ok"}}\n\ndata: {}\n\n',
    ": keep-alive\r\n\r\ndata: {}\r\n\r\n",
]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/event-stream"])
def test_what_is_wrapped_is_read_as_it_is(wrapping: str, content_type: str) -> None:
    found = read(wrapping.format(DOCUMENT).encode(), content_type)
    assert [c.name for c in found.components if c.verdict is Verdict.FAIL] == ["db"]


@pytest.mark.parametrize(
    "wrapped",
    [json.dumps(DOCUMENT), json.dumps({"statusCode": 200, "headers": {}, "body": DOCUMENT}),
     json.dumps({"success": True, "data": DOCUMENT})],
)  # fmt: skip
def test_json_in_json_is_read(wrapped: str) -> None:
    found = read(wrapped.encode(), "application/json")
    assert [c.name for c in found.components if c.verdict is Verdict.FAIL] == ["db"]


@pytest.mark.parametrize(
    "text",
    ["Cannot connect (down)", "data: none", "callback", "f(x) is down", "{}", "for(;;);",
     "event: error\n", ")]}',", '"[1"', "while(1); // {broken", "data: {broken"],
)  # fmt: skip
def test_a_text_that_only_looks_wrapped_is_a_text(text: str) -> None:
    document, _ = parse(text.encode(), "text/plain")
    assert document in (None, {})


@given(st.text())
def test_what_is_not_wrapped_stays_as_it_is_or_becomes_a_part_of_itself(text: str) -> None:
    assert unwrapped(text) in text or text.startswith(("data:", "event:", "id:", "retry:", ":"))


WORDS = st.sampled_from(["ok", "down", "degraded", "UP", "failed", "unknown", "true", "false"])


@given(own=WORDS, parts=st.dictionaries(st.sampled_from(["db", "cache", "mail"]), WORDS))
def test_xml_means_what_the_same_means_in_json(own: str, parts: dict[str, str]) -> None:
    typed = {name: {"true": True, "false": False}.get(word, word) for name, word in parts.items()}
    own_typed = {"true": True, "false": False}.get(own, own)
    in_json = json.dumps({"status": own_typed, "checks": typed} if parts else {"status": own_typed})
    elements = "".join(f"<{name}>{escape(word)}</{name}>" for name, word in parts.items())
    listed = "".join(
        f'<check name="{name}" status="{escape(word)}"/>' for name, word in parts.items()
    )
    wanted = verdicts(in_json, "application/json")
    for inner in (elements, listed):
        checks = f"<checks>{inner}</checks>" if parts else ""
        xml = f'<?xml version="1.0"?><health><status>{escape(own)}</status>{checks}</health>'
        assert verdicts(xml, "application/xml") == wanted


def verdicts(text: str, content_type: str) -> tuple[Verdict, dict[str, Verdict]]:
    found = read(text.encode(), content_type)
    return found.verdict, {c.name: c.verdict for c in found.components}


def test_a_declared_entity_is_never_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE h [<!ENTITY e0 "down">{entities}]><h>&e8;</h>'
    assert document_of(bomb) is None
    assert read(bomb.encode(), "application/xml").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("depth", [33, 200, 9_000])
def test_xml_too_deep_is_said_to_be_unreadable(depth: int) -> None:
    text = f"<health>{'<b>' * depth}down{'</b>' * depth}</health>"
    with pytest.raises(TooDeepError):
        document_of(text)
    assert read(text.encode(), "application/xml").verdict is Verdict.WARN


SCALARS = st.text(st.characters(codec="ascii"), max_size=20)
PIECES = st.sampled_from(
    ["<a>", "</a>", "<b c='d'>", "</b>", "<?xml?>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;",
     "&x;", "status", "down"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30), SCALARS)
def test_no_markup_breaks_the_reader(pieces: list[str], text: str) -> None:
    body: Any = "".join(pieces) + text
    read(f"<{body}".encode(), "application/xml")
    read(body.encode(), "application/xml")
