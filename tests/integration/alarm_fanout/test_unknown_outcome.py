"""What a chat takes and does not answer stands there twice at most; then e-mail tells."""

from __future__ import annotations

import pytest

from alarm_fanout.channels.http import NoAnswer
from fakes.alarms import alarm
from fakes.world import ALL, World
from integration.alarm_fanout.around import NOW, failures_told, settings, subjects
from integration.alarm_fanout.services import services
from integration.alarm_fanout.test_channels import to
from local.inbox.client import InboxClient


@pytest.mark.parametrize("way", ["slack", "webhook"])
def test_slack_that_takes_and_does_not_answer_has_it_twice_at_most(
    inbox: InboxClient, way: str
) -> None:
    silent = {"channel": way, "kind": "timeout", "seconds": 6, "delivered": True}
    inbox.set_faults([silent])
    hook = {"webhook_url": f"{inbox.url}/slack/webhook/T0/B0/x"} if way == "webhook" else {}
    with services(settings(inbox, **hook)) as world:
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) != []  # its route is the chat alone
        assert subjects(world) == []
        while world.queue.messages:
            world.poll()
        stands = [m for m in inbox.slack() if "shop-errors" in m.text]
        assert len(stands) == 2
        assert len([each for each in subjects(world) if "shop-errors" in each]) == 1
        assert len(failures_told(world)) == 1
        inbox.set_faults([])


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
