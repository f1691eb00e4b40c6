"""Counting the parts of an SMS.

GSM 03.38: 160 septets in one part, 153 in each of several; text outside that alphabet is sent as
UCS-2: 70 UTF-16 units in one part, 67 in each of several. The missing ones hold the header that
joins the parts. SNS sends at most 1,600 characters
(https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html).
"""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets
_MAX_CHARACTERS = 1_600


class TextTooLongError(ValueError):
    """More characters than SNS sends in one SMS."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as it is sent: the encoding's name and the parts."""

    encoding: str
    parts: tuple[str, ...]


def split_text(text: str) -> Encoded:
    """Split a text into the parts of an SMS.

    No part ends within an escaped character or a surrogate pair. Raises TextTooLongError over
    SNS's 1,600 characters.
    """
    if len(text) > _MAX_CHARACTERS:
        raise TextTooLongError(f"{len(text)} characters are more than {_MAX_CHARACTERS}")
    if all(char in _BASIC or char in _EXTENDED for char in text):
        widths = [2 if char in _EXTENDED else 1 for char in text]
        return Encoded("GSM-7", _pack(text, widths, single=160, several=153))
    widths = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Encoded("UCS-2", _pack(text, widths, single=70, several=67))


def _pack(text: str, widths: list[int], *, single: int, several: int) -> tuple[str, ...]:
    if sum(widths) <= single:
        return (text,)
    parts: list[str] = []
    start = used = 0
    for position, width in enumerate(widths):
        if used + width > several:
            parts.append(text[start:position])
            start, used = position, 0
        used += width
    return (*parts, text[start:])
