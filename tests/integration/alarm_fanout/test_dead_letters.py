"""Dead letters that somebody moves back into AlertsQueue are told as what they were."""

from __future__ import annotations

import json

from fakes.alarms import alarm
from fakes.world import World
from integration.alarm_fanout.around import NOW, TEXTED


def test_an_invocation_that_failed_is_told_as_the_alarm_in_it(world: World) -> None:
    payload = json.loads(json.loads(alarm(TEXTED, "ALARM", NOW))["Message"])
    record = {
        "version": "1.0", "timestamp": "2026-11-26T10:15:00.000Z",
        "requestContext": {"requestId": "r", "condition": "RetriesExhausted"},
        "requestPayload": payload, "responseContext": {"statusCode": 200},
        "responsePayload": {"errorType": "Runtime.ExitError"},
    }  # fmt: skip
    world.tell(json.dumps(record))
    [mail] = world.sns.emails
    assert "pload failures" in mail.subject
    assert "JSON" not in mail.subject


def test_what_was_told_before_is_not_told_again(world: World) -> None:
    message = alarm(TEXTED, "ALARM", NOW)
    world.tell(message)
    world.tell(json.dumps({"reason": "it was set aside", "body": message}))
    assert len(world.sns.emails) == 1


def test_what_nobody_can_read_is_set_aside_as_it_was(world: World) -> None:
    world.tell(" ")
    [before] = world.queue.dead_letters
    world.tell(json.dumps(before))
    assert world.queue.dead_letters == [before, before]
