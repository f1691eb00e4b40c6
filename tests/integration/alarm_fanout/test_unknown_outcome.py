"""What a chat takes and does not answer stands there twice at most; then e-mail tells."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pytest

from alarm_fanout.channels import http
from alarm_fanout.channels.http import NoAnswer
from fakes.alarms import alarm
from fakes.world import ALL, World
from integration.alarm_fanout.around import CHANNELS, NOW, failures_told, settings, subjects
from integration.alarm_fanout.services import services
from integration.alarm_fanout.test_channels import to
from local.inbox.client import InboxClient
from local.inbox.slack_history import MAY_NOT_READ
from local.inbox.store import channel_id

if TYPE_CHECKING:
    from urllib.request import Request

BRIEF, SILENT = 0.01, 6.0
"""Seconds of silence before the inbox's 504: a channel waits for 5, which one test sits out."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is answered after the silence comes too late, however short the silence is."""
    opener = http._opener()

    def opened(request: Request, timeout: float) -> Any:
        try:
            return opener.open(request, timeout=timeout)
        except HTTPError as late:
            if late.code == HTTPStatus.GATEWAY_TIMEOUT:
                raise TimeoutError from late
            raise

    monkeypatch.setattr(http, "_opener", lambda: SimpleNamespace(open=opened))


@pytest.mark.parametrize("way", ["slack", "webhook"])
def test_slack_that_takes_and_does_not_answer_has_it_twice_at_most(
    inbox: InboxClient, way: str
) -> None:
    silent = {"channel": way, "kind": "timeout", "seconds": BRIEF, "delivered": True}
    inbox.set_faults([silent])
    hook = {"webhook_url": f"{inbox.url}/slack/webhook/T0/B0/x"} if way == "webhook" else {}
    with services(settings(inbox, **hook)) as world:
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) != []  # its route is the chat alone
        assert subjects(world) == []
        while world.queue.messages:
            world.poll()
        stands = [m for m in inbox.slack() if "shop-errors" in m.text]
        assert len(stands) == 2
        [mail] = [mail for mail in world.sns.emails if "shop-errors" in mail.subject]
        assert "Slack may have taken this message; this came by e-mail." in mail.body
        assert len(failures_told(world)) == 1
        inbox.set_faults([])


IDS = {severity: channel_id(name) for severity, name in CHANNELS.items()}
TAKEN = {"channel": "slack", "kind": "timeout", "seconds": BRIEF, "delivered": True, "times": 1}
LOST = TAKEN | {"delivered": False}


def stands(inbox: InboxClient, text: str) -> int:
    found = [each for message in inbox.slack() for each in (message, *message.replies)]
    return sum(text in each.text for each in found)


def test_what_slack_took_without_an_answer_is_found_and_changed_later(inbox: InboxClient) -> None:
    inbox.set_faults([TAKEN])
    with services(settings(inbox, channels=IDS)) as world:
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) == []
        assert stands(inbox, "shop-errors") == 1
        world.tell(alarm("shop-errors", "OK", NOW + timedelta(minutes=5)))
        [message] = inbox.slack()
        assert message.text.startswith("✅ *Recovered after")
        assert subjects(world) == []


def test_a_reply_that_slack_took_is_found_in_its_thread(inbox: InboxClient) -> None:
    with services(settings(inbox, channels=IDS)) as world:
        world.tell(alarm("shop-errors", "ALARM", NOW))
        inbox.set_faults([TAKEN | {"from": 2, "seconds": SILENT}])  # behind the edit
        assert world.tell(alarm("shop-errors", "OK", NOW + timedelta(minutes=5))) == []
        [message] = inbox.slack()
        assert sum("Recovered after" in reply.text for reply in message.replies) == 1


@pytest.mark.parametrize(
    ("fault", "changes", "posts"),
    [
        (LOST, {"channels": IDS}, 1),  # it does not stand there
        (TAKEN, {"channels": IDS, "bot_token": MAY_NOT_READ}, 2),
        (TAKEN, {}, 2),  # a channel's name is no id
    ],
    ids=["lost", "without the scope", "by name"],
)
def test_what_is_not_found_is_sent_once_more(
    inbox: InboxClient, fault: dict[str, Any], changes: dict[str, Any], posts: int
) -> None:
    inbox.set_faults([fault])
    with services(settings(inbox, **changes)) as world:
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) != []
        while world.queue.messages:
            world.poll()
        assert stands(inbox, "shop-errors") == posts
        assert subjects(world) == []


def test_teams_is_sent_a_card_twice_at_most() -> None:
    with World(routes=to("teams"), has=ALL - {"slack"}).running() as world:
        world.teams.answers.extend([NoAnswer("TimeoutError", sent=True)] * 9)
        world.tell(alarm("orders", "ALARM", NOW))
        world.drain()
        assert 9 - len(world.teams.answers) == 2
        assert [each for each in world.sns.emails if "orders" in each.subject]


def test_what_never_left_is_tried_until_it_does() -> None:
    with World(routes=to("teams"), has=ALL - {"slack"}).running() as world:
        world.teams.answers.extend([NoAnswer("URLError", sent=False)] * 5)
        world.tell(alarm("orders", "ALARM", NOW))
        world.drain()
        assert len(world.teams.cards) == 1
        assert not world.sns.emails
