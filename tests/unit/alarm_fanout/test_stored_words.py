"""Words that stand in StateTable: whoever renames one loses what is open when it is deployed."""

from __future__ import annotations

from enum import StrEnum

import pytest

from alarm_fanout.incident import DeliveryStatus, NoticeKind

NOTICES = """opened recovered event reminder flapping settled updated also answered
escalated"""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NoticeKind, NOTICES),
        (DeliveryStatus, "claimed pending delivered refused overtaken"),
    ],
)
def test_a_stored_word_keeps_its_spelling(kind: type[StrEnum], words: str) -> None:
    assert [each.value for each in kind] == words.split()
