"""What is sent to Slack's API, call by call, and what its answers mean."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from alarm_fanout.channels.base import Deferred, Delivered, Receipt, Refused
from alarm_fanout.channels.http import Answer, NoAnswer
from alarm_fanout.channels.slack import transport
from alarm_fanout.channels.slack.message import SlackMessage
from alarm_fanout.channels.slack.transport import BotTransport, WebhookTransport
from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import MessageRef

API, HOOK = "https://slack.example/api/", "https://hooks.example/x"
TOOK = Answer(200, '{"ok": true, "channel": "C1", "ts": "1.5"}')
LOST = NoAnswer("TimeoutError", sent=True)
AT = 1_795_428_931.25
DOWN = Deferred(30.0, "Slack's answer cannot be read")


def refused(error: str) -> Answer:
    return Answer(200, json.dumps({"ok": False, "error": error}))


@dataclass(slots=True)
class Service:
    """What answers in Slack's place, and what it was asked."""

    answers: list[Answer | NoAnswer] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)

    def post(
        self, url: str, payload: dict[str, Any], token: str | None, deadline: Deadline
    ) -> Answer | NoAnswer:
        assert deadline.left > 0
        self.calls.append((url, payload, token))
        answer = self.answers[len(self.calls) - 1]
        if isinstance(answer, Answer):  # a history tells the mark of what was sent
            mark = self.calls[0][1].get("metadata", {}).get("event_payload", {}).get("mark", "")
            return Answer(answer.status, answer.body.replace("MARK", mark))
        return answer


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr(transport, "post", made.post)
    monkeypatch.setattr(transport, "time", SimpleNamespace(time=lambda: AT))
    return made


def message(*, broadcast: bool = False) -> SlackMessage:
    return SlackMessage("words", ({"color": "#d72b3f"},), broadcast=broadcast)


def deadline(left: float = 20.0) -> Deadline:
    return Deadline(lambda: int((left + 4) * 1000))


def post(service: Service, *answers: Answer | NoAnswer, thread: str | None = None) -> Receipt:
    service.answers = list(answers)
    return BotTransport("xoxb-1", API).post("C1", message(broadcast=True), deadline(), thread)


def test_a_message_goes_to_its_channel_with_a_mark_of_its_own(service: Service) -> None:
    marks = set()
    for _ in range(2):
        service.calls.clear()
        assert post(service, TOOK) == Delivered(MessageRef("C1", "1.5"))
        [(url, said, token)] = service.calls
        assert (url, token) == ("https://slack.example/api/chat.postMessage", "xoxb-1")
        mark = said.pop("metadata")
        assert mark["event_type"] == "avatar_watch_told"
        marks.add(mark["event_payload"]["mark"])
        assert said == {"channel": "C1", "unfurl_links": False, **message().payload()}
    assert {len(mark) for mark in marks} == {16}
    assert len(marks) == 2


@pytest.mark.parametrize("broadcast", [True, False])
def test_a_reply_names_its_thread_and_whether_the_channel_sees_it(
    service: Service, *, broadcast: bool
) -> None:
    service.answers = [TOOK]
    bot = BotTransport("xoxb-1", API)
    bot.post("C1", message(broadcast=broadcast), deadline(), "1.0")
    [(_, said, _)] = service.calls
    assert (said["thread_ts"], said["reply_broadcast"]) == ("1.0", broadcast)


FOUND = Answer(200, json.dumps({"messages": [
    {"ts": "1.7", "metadata": {"event_payload": {"mark": "another"}}}, {"ts": "1.8"},
    {"ts": "1.6", "metadata": {"event_payload": {"mark": "MARK"}}},
]}))  # fmt: skip


@pytest.mark.parametrize(
    ("thread", "method", "more"),
    [(None, "conversations.history", {}), ("1.0", "conversations.replies", {"ts": "1.0"})],
)
def test_what_was_taken_without_an_answer_is_looked_for_by_its_mark(
    service: Service, thread: str | None, method: str, more: dict[str, str]
) -> None:
    assert post(service, LOST, FOUND, thread=thread) == Delivered(MessageRef("C1", "1.6"))
    assert service.calls[1] == (
        f"https://slack.example/api/{method}",
        {"channel": "C1", "oldest": "1795428871.250000", "limit": 100,
         "include_all_metadata": True, **more},
        "xoxb-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [LOST, Answer(200, "{}"), Answer(200, "[1]"), Answer(200, "<html>"),
     Answer(200, '{"messages": null}'), refused("missing_scope")],
)  # fmt: skip
def test_what_is_not_found_may_stand_there_all_the_same(
    service: Service, answer: Answer | NoAnswer
) -> None:
    assert post(service, LOST, answer) == Deferred(
        30.0, "Slack did not answer: TimeoutError", unknown=True
    )


@pytest.mark.parametrize(("left", "calls"), [(5.0, 2), (4.9, 1)])
def test_it_is_looked_for_while_there_is_time_for_a_call(
    service: Service, left: float, calls: int
) -> None:
    service.answers = [LOST, FOUND]
    BotTransport("xoxb-1", API).post("C1", message(), deadline(left))
    assert len(service.calls) == calls


def test_what_never_left_is_not_looked_for(service: Service) -> None:
    never = NoAnswer("URLError", sent=False)
    assert post(service, never) == Deferred(30.0, "Slack did not answer: URLError")


@pytest.mark.parametrize(
    "error",
    ["invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long",
     "msg_too_long", "too_many_attachments"],
)  # fmt: skip
def test_a_form_that_slack_dislikes_is_left_out(service: Service, error: str) -> None:
    assert post(service, refused(error), TOOK, thread="1.0") == Delivered(MessageRef("C1", "1.5"))
    (_, first, _), (_, bare, token) = service.calls
    assert token == "xoxb-1"
    assert bare == {name: each for name, each in first.items() if name != "attachments"}
    assert bare["text"] == "words"


PASSING = (
    "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error",
    "service_unavailable", "request_timeout",
)  # fmt: skip
OF_CHANNEL = (
    "channel_not_found", "is_archived", "not_in_channel", "restricted_action",
    "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "receipt"),
    [
        *((refused(error), Deferred(30.0, error)) for error in PASSING),
        *((refused(error), Refused(error, everywhere=False)) for error in OF_CHANNEL),
        (refused("token_revoked"), Refused("token_revoked", everywhere=True)),
        (Answer(200, '{"ok": true}'), DOWN),
        (Answer(200, '{"ok": true, "channel": 1, "ts": "1"}'), DOWN),
        (Answer(200, "<html>"), DOWN),
        (Answer(201, TOOK.body), Refused(f"HTTP 201 {TOOK.body}")),
        (Answer(500, ""), Deferred(30.0, "HTTP 500")),
    ],
)
def test_an_edit_is_one_call_and_read_as_slack_means_it(
    service: Service, answer: Answer, receipt: Receipt
) -> None:
    service.answers = [answer]
    ref = MessageRef("C2", "1.1", group=True)
    assert BotTransport("xoxb-1", API).update(ref, message(), deadline()) == receipt
    assert service.calls == [(
        "https://slack.example/api/chat.update",
        {"channel": "C2", "ts": "1.1", **message().payload()}, "xoxb-1",
    )]  # fmt: skip


def by_hook(service: Service, *answers: Answer | NoAnswer) -> Receipt:
    service.answers = list(answers)
    return WebhookTransport(HOOK).post("C1", message(), deadline(), "1.0")


@pytest.mark.parametrize(
    ("answer", "receipt"),
    [
        (Answer(200, "ok\n"), Delivered()),
        (Answer(200, "no_service"), Refused("no_service")),
        (Answer(200, "abc"), Refused("abc")),
        (Answer(200, "x" * 61), Refused("x" * 61)),
        (Answer(200, "ab"), Deferred(30.0, "what answered is not Slack")),
        (Answer(200, "x" * 62), Deferred(30.0, "what answered is not Slack")),
        (Answer(200, "OK"), Deferred(30.0, "what answered is not Slack")),
        (Answer(404, "no_service"), Refused("HTTP 404 no_service")),
        (LOST, Deferred(30.0, "Slack did not answer: TimeoutError", unknown=True)),
    ],
)
def test_a_webhook_takes_by_ok_alone(
    service: Service, answer: Answer | NoAnswer, receipt: Receipt
) -> None:
    assert by_hook(service, answer) == receipt
    assert service.calls == [(HOOK, message().payload(), None)]


def test_a_webhook_that_dislikes_the_form_gets_the_text(service: Service) -> None:
    assert by_hook(service, Answer(400, "invalid_blocks"), Answer(200, "ok")) == Delivered()
    assert service.calls[1] == (HOOK, {"text": "words"}, None)


def test_a_webhook_changes_and_answers_nothing() -> None:
    hook, ref = WebhookTransport(HOOK), MessageRef("C1", "1.1")
    assert isinstance(hook.update(ref, message(), deadline()), Refused)
    assert isinstance(hook.upload(ref, b"", "graph", deadline()), Refused)
    assert isinstance(hook.respond("https://hooks.slack.com/x", "words", deadline()), Refused)


@pytest.mark.parametrize(
    "error",
    ["cannot_reply_to_message", "restricted_action_thread_locked",
     "restricted_action_non_threadable_channel", "message_not_found"],
)  # fmt: skip
def test_what_may_not_stand_in_a_thread_stands_in_its_channel(service: Service, error: str) -> None:
    assert post(service, refused(error), TOOK, thread="1.0") == Delivered(MessageRef("C1", "1.5"))
    reply, said = (arguments for _, arguments, _ in service.calls)
    assert reply["thread_ts"] == "1.0"
    assert not {"thread_ts", "reply_broadcast"} & said.keys()
    assert (said["channel"], said["text"]) == ("C1", "words")
    service.calls.clear()
    assert isinstance(post(service, refused(error)), Refused), "once, where there is no thread"
    service.calls.clear()
    form = refused("invalid_blocks")  # and its form is disliked in both places
    assert isinstance(post(service, form, refused(error), form, TOOK, thread="1.0"), Delivered)


@pytest.mark.parametrize(
    "error",
    ["org_login_required", "team_added_to_org", "update_failed", "external_channel_migrating"],
)
def test_what_passes_by_itself_is_tried_again(service: Service, error: str) -> None:
    assert post(service, refused(error)) == Deferred(30.0, error)


def test_which_scope_is_missing_is_told(service: Service) -> None:
    answer = {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "users:read",
    }
    receipt = post(service, Answer(200, json.dumps(answer)))
    assert receipt == Refused("missing_scope: chat:write")
