"""XML as the object that it would be in JSON: element by element, to its limits."""

from __future__ import annotations

import pytest

from health_polling.reading.markup import TooDeepError, document_of


@pytest.mark.parametrize(
    ("text", "document"),
    [
        # a text, a number, a yes or no
        ("<a/>", {"a": ""}),
        ("<a> up </a>", {"a": "up"}),
        ("<a> 17 </a>", {"a": 17}),
        ("<a>123456789</a>", {"a": 123456789}),
        ("<a>1234567890</a>", {"a": "1234567890"}),
        ("<a>TRUE</a>", {"a": True}),
        ("<a>false</a>", {"a": False}),
        # attributes and children
        ('<a b="1"/>', {"b": 1}),
        ('<a b="1">up</a>', {"b": 1, "text": "up"}),
        ('<a b="1"><c/></a>', {"b": 1, "c": ""}),
        ("<a><c>x</c></a>", {"c": "x"}),
        ('<x:a xmlns:x="u" x:b="1"><x:c>t</x:c></x:a>', {"b": 1, "c": "t"}),
        # a list where they are of one kind, and where the name says so of the only one
        ("<a><c>1</c><c>2</c></a>", {"a": [1, 2]}),
        ("<checks><check>x</check></checks>", {"checks": ["x"]}),
        ('<a k="v"><c>1</c><c>2</c></a>', {"k": "v", "c": [1, 2]}),
        ("<a><c>1</c><c>2</c><c>3</c><d>4</d></a>", {"c": [1, 2, 3], "d": 4}),
        ('<a c="1"><c>2</c></a>', {"c": [1, 2]}),
        # the root's name says nothing, but where it holds checks or what went wrong
        ("<health><status>UP</status></health>", {"status": "UP"}),
        ("<checks><b>1</b><c>2</c></checks>", {"checks": {"b": 1, "c": 2}}),
        ("<Error><b>1</b><c>2</c></Error>", {"Error": {"b": 1, "c": 2}}),
        # before it
        ('<?xml version="1.0"?>\n<a>up</a>', {"a": "up"}),
        ("<!-- of today --><a>up</a>", {"a": "up"}),
        # a page, and what is no XML
        ("<html><body/></html>", None),
        ("<HTML/>", None),
        ('<x:html xmlns:x="u"/>', None),
        ("<p>up</p>", None),
        ("<!DOCTYPE a><a>up</a>", None),
        ("<a><![CDATA[up]]></a>", None),
        ("<a", None),
        ("up", None),
        ("", None),
    ],
)
def test_what_it_holds(text: str, document: object) -> None:
    assert document_of(text) == document


def test_as_deep_and_as_long_as_anybody_writes_one() -> None:
    assert document_of("<a>" * 32 + "</a>" * 32) is not None
    with pytest.raises(TooDeepError):
        document_of("<a>" * 33 + "</a>" * 33)
    longest = f"<a>{'y' * (100_000 - len('<a></a>'))}</a>"
    assert document_of(longest) is not None
    assert document_of(f"{longest} ") is None
