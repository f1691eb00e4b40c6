"""The parts that an SMS is billed as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.inbox.sms import TextTooLongError, split_text


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 1),
        ("x" * 160, "GSM-7", 1),
        ("x" * 161, "GSM-7", 2),
        ("x" * 306, "GSM-7", 2),
        ("x" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("°" * 70, "UCS-2", 1),
        ("°" * 71, "UCS-2", 2),
        ("°" * 134, "UCS-2", 2),
        ("°" * 135, "UCS-2", 3),
        ("✅" + "x" * 69, "UCS-2", 1),
        ("🔴" + "x" * 69, "UCS-2", 2),  # two UTF-16 units
        ("CRIT avatar-system: upload failures 18.2% (>10%) since 10:05Z", "GSM-7", 1),
    ],
)
def test_parts(text: str, encoding: str, parts: int) -> None:
    sent = split_text(text)
    assert (sent.encoding, len(sent.parts)) == (encoding, parts)


def test_no_part_ends_within_a_character() -> None:
    gsm = split_text("x" * 152 + "€" + "x" * 20)
    assert gsm.parts == ("x" * 152, "€" + "x" * 20)
    ucs = split_text("x" * 66 + "🔴" + "x" * 20)
    assert ucs.parts == ("x" * 66, "🔴" + "x" * 20)


def test_sns_sends_at_most_1600_characters() -> None:
    assert len(split_text("x" * 1600).parts) == 11
    with pytest.raises(TextTooLongError, match="1601 characters"):
        split_text("x" * 1601)


@given(st.text(max_size=400))
def test_parts_hold_the_whole_text(text: str) -> None:
    sent = split_text(text)
    assert "".join(sent.parts) == text
    longest = {"GSM-7": 160, "UCS-2": 70}[sent.encoding]
    assert all(len(part) <= longest for part in sent.parts)
