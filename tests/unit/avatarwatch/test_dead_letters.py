"""What nobody can read is set aside with its reason, as far as a message has room."""

from __future__ import annotations

import json
from typing import Any, cast

from avatarwatch.dead_letters import set_aside


def test_body_and_reason_are_cut_and_stay_ascii() -> None:
    sent: list[dict[str, Any]] = []

    class Queue:
        """A queue that keeps what it is sent."""

        @staticmethod
        def send_message(**request: Any) -> None:
            """Keep one."""
            sent.append(request)

    set_aside(cast("Any", Queue()), "dead", "no\nJSON" + "r" * 2000, "é\x00" + "b" * 300_000)
    [request] = sent
    assert request["QueueUrl"] == "dead"
    assert request["MessageBody"].isascii()
    body = json.loads(request["MessageBody"])
    assert body == {"reason": "no\nJSON" + "r" * 993, "body": "é\x00" + "b" * 199_998}
    assert request["MessageAttributes"] == {
        "Reason": {"DataType": "String", "StringValue": "no?JSON" + "r" * 993}
    }
