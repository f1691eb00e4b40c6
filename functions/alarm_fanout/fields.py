"""What the fields of the notification settings are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import isclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_args

import msgspec
from msgspec import Meta

from avatarwatch.complaints import HTTPS, TEXT, URL, meant, near, worded

if TYPE_CHECKING:
    from msgspec.structs import FieldInfo

type Decoded = Callable[[Any, Any], Any]
"""How a kind that msgspec does not know is read of a value: its ``dec_hook``."""

type Text = Annotated[str, Meta(min_length=1, pattern=TEXT)]
type Url = Annotated[str, Meta(pattern=URL)]
type Https = Annotated[str, Meta(pattern=HTTPS)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section of the settings. A misspelt field is a mistake to name, not one to overlook."""


class Secret:
    """A text that no log line shows; ``length`` is what it must have, None for any."""

    __slots__ = ("_value",)
    length: ClassVar[int | None] = None
    pattern: ClassVar[re.Pattern[str] | None] = None
    form: ClassVar[str] = ""  # the pattern in words

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @classmethod
    def of(cls, value: Any) -> Self:
        """Check what the document says; raise ValueError without repeating it."""
        if not isinstance(value, str) or not value:
            raise ValueError("needs a text")
        if len(value.split()) != 1 or value != value.strip():
            raise ValueError("has a space or the end of a line in it")
        if cls.length and len(value) != cls.length:
            raise ValueError(f"needs {cls.length} characters, has {len(value)}")
        if cls.pattern and not cls.pattern.fullmatch(value):
            raise ValueError(f"needs {cls.form}")
        return cls(value)

    def reveal(self) -> str:
        """Return the text, for whoever has to send it."""
        return self._value


class SecretUrl(Secret):
    """An address that lets whoever knows it post: a webhook's."""

    __slots__ = ()
    pattern = re.compile(URL)
    form = "an address that begins with https://"


def faults(value: Any, model: Any, within: str, decoded: Decoded) -> Iterator[str]:
    """Yield all that is wrong with a section, each by its field: msgspec ends at the first.

    What a misspelt name leaves out is no mistake of its own: it is judged as it was meant.
    """
    if not isinstance(value, dict) or not issubclass(model, msgspec.Struct):
        yield from _fault(value, model, within, decoded)
        return
    known = {field.encode_name: field for field in msgspec.structs.fields(model)}
    given: dict[str, Any] = {}
    for name in sorted(value.keys() - known.keys()):
        there = meant(name, known) or f"there are {', '.join(known)}"
        yield f"{within}.{name}: is no setting, {there}"
        given |= dict.fromkeys(near(name, known), value[name])
    given |= {name: each for name, each in value.items() if name in known}
    wrong = [
        fault
        for name, field in known.items()
        for fault in _of_field(field, given, f"{within}.{name}", decoded)
    ]
    yield from wrong or _fault(given, model, within, decoded)


def _of_field(
    field: FieldInfo, given: Mapping[str, Any], place: str, decoded: Decoded
) -> Iterator[str]:
    if field.encode_name not in given:
        if field.required:
            yield f"{place}: is missing"
        return
    value = given[field.encode_name]
    for part in get_args(field.type) or (field.type,):
        if isinstance(value, dict) and isclass(part) and issubclass(part, Section):
            yield from faults(value, part, place, decoded)
            return
    yield from _fault(value, field.type, place, decoded)


def _fault(value: Any, kind: Any, place: str, decoded: Decoded) -> Iterator[str]:
    try:
        msgspec.convert(value, kind, dec_hook=decoded)
    except msgspec.ValidationError as error:
        yield worded(str(error), place, kind)
