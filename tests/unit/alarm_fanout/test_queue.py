"""When messages come back to the queue, and what is set aside, to the character."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest

from alarm_fanout import queue
from alarm_fanout.envelopes import Envelope
from fakes.aws import refusal
from fakes.world import ENVIRONMENT


class Sqs:
    """Notes what it is asked, and refuses every call where it is to."""

    def __init__(self) -> None:
        self.hidden: list[list[dict[str, Any]]] = []
        self.sent: list[dict[str, Any]] = []
        self.refuses: set[int] = set()

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> None:  # noqa: N803
        assert QueueUrl == ENVIRONMENT["ALERTS_QUEUE_URL"]
        self.hidden.append(Entries)
        if len(self.hidden) in self.refuses:
            raise refusal("ChangeMessageVisibilityBatch", "InternalError")

    def send_message(self, **asked: Any) -> None:
        self.sent.append(asked)
        if len(self.sent) in self.refuses:
            raise refusal("SendMessage", "InternalError")


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Sqs:
    made = Sqs()
    monkeypatch.setattr(queue, "client", mock.Mock(return_value=made))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return made


def envelope(number: int, body: Any = "words", *, queued: bool = True) -> Envelope:
    return Envelope(body, body, receipt_handle=f"r{number}" if queued else None)


@pytest.mark.parametrize(("count", "parts"), [(0, []), (10, [10]), (11, [10, 1]), (20, [10, 10])])
def test_ten_messages_are_hidden_by_a_call(sqs: Sqs, count: int, parts: list[int]) -> None:
    sqs.refuses = {1}  # the others are hidden all the same
    queue.hide([(envelope(0, queued=False), 9), *((envelope(n), n + 5) for n in range(count))])
    assert [len(part) for part in sqs.hidden] == parts
    for part in sqs.hidden:
        assert [entry["Id"] for entry in part] == [f"{index}" for index in range(len(part))]
    assert [(e["ReceiptHandle"], e["VisibilityTimeout"]) for part in sqs.hidden for e in part] == [
        (f"r{n}", n + 5) for n in range(count)
    ]


@pytest.mark.parametrize(
    ("reason", "attribute"),
    [
        ("why", "why"),
        ("", "unknown"),
        ("å\n\x07", "???"),
        ("x" * 1000, "x" * 1000),
        ("x" * 1001, "x" * 1000),
    ],
)
def test_the_reason_is_what_sqs_takes(sqs: Sqs, reason: str, attribute: str) -> None:
    assert queue.set_aside([(envelope(1), reason)]) == []
    [sent] = sqs.sent
    assert sent["QueueUrl"] == ENVIRONMENT["ALERTS_DEAD_LETTER_QUEUE_URL"]
    assert sent["MessageAttributes"] == {
        "Reason": {"DataType": "String", "StringValue": attribute}
    }  # fmt: skip
    assert json.loads(sent["MessageBody"]) == {"reason": reason[:1000], "body": "words"}
    assert sent["MessageBody"].isascii()


@pytest.mark.parametrize(
    ("body", "kept"),
    [("x" * 200_000, "x" * 200_000), ("x" * 200_001, "x" * 200_000), ({"a": 1}, '{"a": 1}')],
)
def test_so_much_of_a_body_is_set_aside(sqs: Sqs, body: Any, kept: str) -> None:
    queue.set_aside([(envelope(1, body), "why")])
    assert json.loads(sqs.sent[0]["MessageBody"])["body"] == kept


def test_what_is_not_set_aside_comes_back_in_half_a_minute(sqs: Sqs) -> None:
    sqs.refuses = {2}
    found = [(envelope(number), "why") for number in range(3)]
    assert queue.set_aside(found) == [(found[1][0], 30)]
    assert len(sqs.sent) == 3
