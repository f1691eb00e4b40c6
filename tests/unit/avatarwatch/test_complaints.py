"""What is wrong with somebody's document, in words: no type's name, no pattern, no path of ours."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.routing import RouteSettings
from alarm_fanout.settings import NotificationSettings
from avatarwatch.complaints import FORMS, HTTP, HTTPS, URL, worded
from avatarwatch.environment import SettingsError
from health_polling.documents import EndpointEntry, read_endpoints

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 999) | st.floats(-9, 99) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=25) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=30,
)
JARGON = ("Expected `", "Object ", "matching regex", "Invalid enum", "of the form", "at `$")


class Part(msgspec.Struct):
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    share: Annotated[float, Meta(gt=0.5)] = 1.0
    text: Annotated[str, Meta(min_length=1, max_length=2)] = "a"
    several: Annotated[tuple[int, ...], Meta(max_length=1)] = ()
    named: dict[Annotated[str, Meta(min_length=2)], Literal["a", "b"]] = {}
    address: Annotated[str, Meta(pattern=HTTPS)] | None = None
    own: Annotated[str, Meta(pattern="^x$")] | None = None
    below: Annotated[float, Meta(lt=2.5)] = 1.0
    on: bool = True
    few: Annotated[dict[str, int], Meta(max_length=1)] = {}
    some: Annotated[dict[str, int], Meta(min_length=2)] | None = None
    never: None = None
    empty: Annotated[tuple[int, ...], Meta(min_length=2)] | None = None


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    part: Part


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"count": 0}, "part.count: needs to be at least 1"),
        ({"count": 10}, "part.count: needs to be at most 9"),
        ({"count": "1"}, "part.count: needs to be a whole number, not a text"),
        ({"share": 0.5}, "part.share: needs to be more than 0.5"),
        ({"text": ""}, "part.text: needs at least 1 character"),
        ({"text": "abc"}, "part.text: needs at most 2 characters"),
        ({"several": [1, 2]}, "part.several: needs at most 1 entry"),
        ({"several": [1, "2"]}, "part.several: needs at most 1 entry"),
        ({"several": ["2"]}, "part.several.0: needs to be a whole number, not a text"),
        ({"named": {"x": "a"}}, "part.named: a name in it needs at least 2 characters"),
        ({"named": {"xx": "c"}}, "part.named: 'c' is none of what it can be"),
        ({"address": "ftp://x"}, f"part.address: {FORMS[HTTPS]}"),
        ({"address": 5}, "part.address: needs to be a text or nothing, not a whole number"),
        ({"below": 2.5}, "part.below: needs to be less than 2.5"),
        ({"below": "x"}, "part.below: needs to be a number, not a text"),
        ({"on": 1.5}, "part.on: needs to be true or false, not a number"),
        ({"count": True}, "part.count: needs to be a whole number, not true or false"),
        ({"few": {"a": 1, "b": 2}}, "part.few: needs at most 1 field"),
        ({"some": {}}, "part.some: needs at least 2 fields"),
        ({"never": []}, "part.never: needs to be nothing, not a list"),
        ({"several": None}, "part.several: needs to be a list, not nothing"),
        ({"empty": [1]}, "part.empty: needs at least 2 entries"),
        ({"own": "y"}, "part.own: needs to be of the form ^x$"),
        ([], "part: needs to be an object in braces, not a list"),
    ],
)
def test_each_kind_of_mistake_has_its_words(part: Any, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert({"part": part}, Whole)
    assert worded(str(raised.value), "") == said
    assert worded(str(raised.value), "there") == f"there.{said}"


def test_what_msgspec_says_of_other_things_is_said_too() -> None:
    for message, said in (
        ("Expected `bytes` of length >= 1", "there: needs at least 1 part"),
        ("Expected `bytes` of length >= 2", "there: needs at least 2 parts"),
        ("Expected `uuid`, got `str` - at `$[0].a`", "there.0.a: needs to be uuid, not a text"),
        ("It is\nsomething else", "there: It is\nsomething else"),
    ):
        assert worded(message, "there") == said


@pytest.mark.parametrize("pattern", [URL, HTTPS, HTTP])
@pytest.mark.parametrize(
    ("rest", "fits"),
    [
        *((f"a.example.com:{port}", port <= 65535) for port in (
            0, 9, 59999, 60000, 64999, 65000, 65499, 65500, 65529, 65530, 65535, 65536, 65540,
            65600, 66000, 70000, 99999, 100000)),
        ("a.example.com", True), ("a_b-c.D9/", True), ("a?b=c d", False), ("a#b", True),
        ("a/b:99999", True), ("a:", False), ("", False), ("[::1]", False), ("a\n", False),
    ],
)  # fmt: skip
def test_an_address_has_a_host_and_perhaps_a_port(pattern: str, rest: str, *, fits: bool) -> None:
    schemes = {URL: ("http", "https"), HTTPS: ("https",), HTTP: ("http",)}[pattern]
    for scheme in ("http", "https", "ftp"):
        found = re.search(pattern, f"{scheme}://{rest}") is not None
        assert found is (fits and scheme in schemes)


def test_a_field_that_is_none_or_is_missing_is_named() -> None:
    for document, said in (({"part": {}, "y": 1}, "y: is no setting"), ({}, "part: is missing")):
        with pytest.raises(msgspec.ValidationError) as raised:
            msgspec.convert(document, Whole)
        assert worded(str(raised.value), "") == said


SETTINGS = {name: load(name).settings_model.__struct_fields__ for name in OF_THE_TEAM}


@given(value=JUNK, data=st.data())
def test_no_setting_of_a_channel_is_refused_in_a_programs_words(
    value: Any, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*SETTINGS, "routes"]))
    fields = SETTINGS.get(name, RouteSettings.__struct_fields__)
    section: Any = {data.draw(st.sampled_from(fields)): value}
    document = {name: [{"alarms": "x", **section}] if name == "routes" else section}
    said = ""
    try:
        NotificationSettings.read(msgspec.json.encode(document).decode())
    except SettingsError as error:
        said = str(error).replace(repr(value), "")
    assert not [each for each in JARGON if each in said], said


@given(value=JUNK, field=st.sampled_from(EndpointEntry.__struct_fields__))
def test_no_endpoint_is_refused_in_a_programs_words(value: Any, field: str) -> None:
    found = read_endpoints("", [{"url": "https://a.example.com", field: value}], {})
    for problem in found.problems:
        said = problem.text.replace(repr(value), "")
        assert not [each for each in JARGON if each in said], said
