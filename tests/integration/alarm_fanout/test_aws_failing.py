"""AWS throttles or forbids: told late rather than never, and what is wrong is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from fakes.alarms import alarm
from fakes.aws import refusal
from integration.alarm_fanout.around import (
    NOW,
    SLACK,
    TEXTED,
    failures_told,
    settings,
    subjects,
)
from integration.alarm_fanout.services import services
from local.inbox.client import InboxClient


@pytest.mark.parametrize(
    "error",
    [refusal("GetParameter", "ThrottlingException"), ReadTimeoutError(endpoint_url="https://ssm")],
    ids=["throttled", "time-out"],
)
def test_without_an_answer_of_ssm_email_and_sms_go_first_and_the_others_later(
    inbox: InboxClient, error: Exception
) -> None:
    with services(settings(inbox)) as world:
        world.ssm.error = error
        assert len(world.tell(alarm(TEXTED, "ALARM", NOW))) == 1, "it comes back"
        assert len(subjects(world)) == len(world.sns.texts) == 1
        assert not inbox.slack("#critical")
        assert not failures_told(world), "it passes by itself"
        world.ssm.error = None
        assert world.poll() == []
        assert len(inbox.slack("#critical")) == 1
        assert len(subjects(world)) == len(world.sns.texts) == 1, "told once"


def test_a_channel_that_is_not_set_up_is_no_trouble_once_ssm_answers(inbox: InboxClient) -> None:
    del inbox
    with services({}) as world:
        world.ssm.error = refusal("GetParameter", "ThrottlingException")
        world.tell(alarm(TEXTED, "ALARM", NOW))
        world.ssm.error = None
        assert world.poll() == []
        assert len(subjects(world)) == len(world.sns.texts) == 1
        assert world.queue.next_visible is None


def test_ssm_throttled_later_leaves_the_settings_of_before(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        world.tell(alarm(SLACK, "ALARM", NOW))
        world.clock.advance(minutes=6)
        world.ssm.error = refusal("GetParameter", "ThrottlingException")
        assert world.tell(alarm(TEXTED, "ALARM", NOW + timedelta(minutes=6))) == []
        assert world.ssm.reads == 2
        assert len(inbox.slack("#critical")) == 2


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (None, "there is no SSM parameter /avatar-watch/notifications"),
        ("{", "is no JSON"),
        ({"slack": {"webhook": "https://hooks.slack.com/x"}}, "slack.webhook"),
        ({"pagerduty": {"routing_key": "short"}}, "pagerduty.routing_key"),
    ],
    ids=["missing", "no JSON", "misspelt field", "wrong key"],
)
def test_settings_that_cannot_be_read_leave_email_and_sms_and_are_told_once(
    document: dict[str, Any] | str | None, named: str
) -> None:
    with services(document) as world:
        assert world.tell(alarm(TEXTED, "ALARM", NOW)) == []
        assert world.tell(alarm(SLACK, "ALARM", NOW)) == []
        assert world.invoke({"action": "remind"})["delivered"] == {}
        assert len(subjects(world)) == 3
        [failure] = failures_told(world)
        assert named in next(m.body for m in world.sns.emails if m.subject == failure)
        assert sum("upload failures" in text for text in world.sns.texts) == 1


def test_settings_that_may_not_be_read_are_such_a_problem_too(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        world.ssm.error = refusal("GetParameter", "AccessDeniedException")
        assert world.tell(alarm(TEXTED, "ALARM", NOW)) == []
        assert len(failures_told(world)) == 1
        world.ssm.error = None
        world.clock.advance(minutes=6)
        world.tell(alarm(SLACK, "ALARM", NOW + timedelta(minutes=6)))
        assert [subject[:4] for subject in failures_told(world)] == ["[CRI", "[OK]"]
        assert inbox.slack("#critical")


def test_dynamodb_throttled_tells_late_rather_than_never(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        healthy = world.dynamodb
        for operation in ("query", "batch_get_item", "put_item"):
            world.dynamodb = _Throttled(healthy, operation)
            with pytest.raises(healthy.exceptions.ProvisionedThroughputExceededException):
                world.tell(alarm(f"{operation}-alarm", "ALARM", NOW))
        assert subjects(world) == []
        world.dynamodb = healthy
        while world.queue.messages:
            world.clock.advance(minutes=3)
            world.poll()
        told = str([message.attachments for message in inbox.slack()])
        assert all(f"{name}-alarm" in told for name in ("query", "batch_get_item", "put_item"))


class _Throttled:
    """DynamoDB of which one operation is throttled."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client, self._operation = client, operation

    def __getattr__(self, name: str) -> Any:
        if name != self._operation:
            return getattr(self._client, name)
        answer: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}

        def throttled(**_: Any) -> None:
            raise self._client.exceptions.ProvisionedThroughputExceededException(answer, name)

        return throttled
