"""The font, and the text it can set."""

from __future__ import annotations

import unicodedata
from functools import cache

from PIL import ImageFont

type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

# What the font has beyond ASCII, and stand-ins for signs of our own labels that it lacks.
_ALSO = frozenset("©«°±·»“”…™")
_STAND_INS = str.maketrans(
    {"≥": ">=", "≤": "<=", "→": "->", "–": "-", "—": "-", "×": "x", "’": "'"}  # noqa: RUF001 - meant
)


class LetteringError(Exception):
    """The font lacks a character: it would be drawn as an empty box."""


@cache
def font(size: int) -> Font:
    """Return the font that comes with Pillow: the same picture on every machine."""
    return ImageFont.load_default(size)


def drawable(text: str) -> str:
    """Return a text in characters of the font, accents left off; raises LetteringError."""
    plain = unicodedata.normalize("NFKD", text.translate(_STAND_INS).replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    foreign = next((each for each in plain if not (" " <= each <= "~" or each in _ALSO)), None)
    if foreign:
        raise LetteringError(f"no font here has the character {foreign!r}")
    return plain


def shortened(text: str, style: Font, room: float) -> str:
    """Cut a text to so many pixels, with an ellipsis where something is missing."""
    if style.getlength(text) <= room:
        return text
    while text and style.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
