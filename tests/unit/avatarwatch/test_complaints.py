"""What is wrong with somebody's document, in words: no type's name, no pattern, no path of ours."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.routing import RouteSettings
from alarm_fanout.settings import NotificationSettings
from avatarwatch.complaints import FORMS, HTTPS, worded
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
        ({"own": "y"}, "part.own: needs to be of the form ^x$"),
        ([], "part: needs to be an object in braces, not a list"),
    ],
)
def test_each_kind_of_mistake_has_its_words(part: Any, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert({"part": part}, Whole)
    assert worded(str(raised.value), "") == said
    assert worded(str(raised.value), "there") == f"there.{said}"


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
