"""What the fields of the notification settings are made of."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from avatarwatch.complaints import HTTPS, URL

type Text = Annotated[str, Meta(min_length=1)]
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
