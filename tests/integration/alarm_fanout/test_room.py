"""From a button of the inbox to the message that says who pressed it, through both functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fakes.alarms import alarm
from fakes.answers import elements
from integration.alarm_fanout.around import PAGED
from integration.alarm_fanout.room import Room, room
from local.inbox.client import InboxClient, InboxClientError
from local.inbox.models import SlackMessage


@pytest.fixture
def opened(inbox: InboxClient) -> Iterator[Room]:
    with room(inbox) as found:
        yield found


def message(opened: Room) -> SlackMessage:
    return opened.inbox.slack("#critical")[-1]


def buttons(opened: Room) -> dict[str, dict[str, Any]]:
    return {each["action_id"]: each for each in elements(list(message(opened).attachments))}


def said(opened: Room) -> str:
    """Return the message as it stands, instants left out."""
    return json.dumps(list(message(opened).attachments), ensure_ascii=False)


def press(opened: Room, action: str, user: str = "anna") -> None:
    opened.inbox.press(message(opened), action, buttons(opened)[action]["value"], user)


def test_a_press_comes_back_as_a_message_that_says_who(opened: Room) -> None:
    opened.rings(PAGED)
    assert set(buttons(opened)) == {
        "answer:acknowledge", "answer:take", "answer:mute-hour", "answer:mute-morning",
    }  # fmt: skip
    press(opened, "answer:acknowledge")
    assert "👀 Acknowledged by anna at" in said(opened)
    press(opened, "answer:take", "bo <@U1>")
    assert "🙋 bo &lt;@U1&gt; is on it since" in said(opened)
    press(opened, "answer:mute-hour")
    assert "🔇 Muted by anna until" in said(opened)
    assert set(buttons(opened)) == {"answer:take"}
    assert opened.answers == [200, 200, 200]
    assert not opened.inbox.whispers()
    [incident] = opened.inbox.incidents()
    assert incident.state == "acknowledged"
    opened.rings(PAGED, state="OK")
    assert buttons(opened) == {}


def test_a_button_that_is_gone_cannot_be_pressed(opened: Room) -> None:
    opened.rings(PAGED)
    value = buttons(opened)["answer:acknowledge"]["value"]
    press(opened, "answer:acknowledge")
    with pytest.raises(InboxClientError, match="no such button"):
        opened.inbox.press(message(opened), "answer:acknowledge", value)
    with pytest.raises(InboxClientError, match="no such button"):
        opened.inbox.press(message(opened), "answer:take", "1.000|another")


def test_who_pressed_is_told_when_it_did_not_work(opened: Room) -> None:
    opened.down = True
    opened.rings(PAGED)
    press(opened, "answer:acknowledge")
    [said] = opened.inbox.whispers()
    assert (said.user, said.is_error) == ("anna", True)
    assert said.text == "This app responded with status code 503"


def test_a_late_press_is_answered_to_who_pressed_alone(opened: Room) -> None:
    opened.rings(PAGED)
    with opened.stalled():
        press(opened, "answer:acknowledge")
        opened.aws.tell(alarm(PAGED, "OK", opened.aws.clock.now))
    opened.settle()
    [whisper] = opened.inbox.whispers()
    assert (whisper.user, whisper.is_error) == ("anna", False)
    assert whisper.text == f"“Acknowledge” did nothing. {PAGED}: it was over already."
    assert "Acknowledged" not in said(opened)


def test_a_wrong_secret_is_refused(opened: Room) -> None:
    opened.rings(PAGED)
    opened.inbox.set_app(opened.url, "another-secret-of-32-characters!")
    press(opened, "answer:acknowledge")
    assert opened.answers == [401]
    assert "Acknowledged" not in said(opened)
