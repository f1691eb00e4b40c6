"""A secret is nowhere but where it belongs: not when a call fails, not in what is wrong with it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from inspect import isclass
from typing import get_args

import msgspec
import pytest

from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.fields import Secret, Section
from chat_actions.secrets import Secrets
from integration.faults import canaries, page
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stack import Lambda
from integration.faults.stories import STORIES, notifications
from integration.faults.table import clean, tell, told_of
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer

WITH_SECRETS = [f for f in STORIES if any(c.startswith("ssm:Get") for c in page.used(f))]
# `make security` tries each call in each way, `make test` each call in one
WHOLE = bool(os.environ.get("SECURITY"))
KINDS = (Kind.SERVER_ERROR, Kind.TIMEOUT_BEFORE, Kind.RESET, Kind.DENIED)


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxClient]:
    with InboxServer() as server, InboxClient(server.url) as client:
        yield client


@pytest.mark.parametrize("function", WITH_SECRETS)
def test_the_secrets_are_used_and_not_told(inbox: InboxClient, function: str) -> None:
    run = clean(function, inbox)
    assert not run.leaks
    assert any(call.startswith("ssm:Get") for call in run.calls)
    if function == "AlarmFanoutFunction":
        assert {i.routing_key for i in inbox.incidents()} == {canaries.ROUTING_KEY}


def secrets(settings: type[Section]) -> Iterator[str]:
    """Yield the fields of a channel's settings that are secrets."""
    for field in msgspec.structs.fields(settings):
        kinds = get_args(field.type) or (field.type,)
        if any(isclass(kind) and issubclass(kind, Secret) for kind in kinds):
            yield field.name


def test_each_secret_of_the_settings_is_a_canary(inbox: InboxClient) -> None:
    documents = (notifications(inbox), {"slack": webhook(inbox)})
    for channel in OF_THE_TEAM:
        for name in secrets(load(channel).settings_model):
            values = [document.get(channel, {}).get(name, "") for document in documents]
            assert any("7caa4a11" in value for value in values), f"{channel}.{name}: give it one"
    assert msgspec.structs.asdict(Secrets(**canaries.SIGNING)) == canaries.SIGNING


def webhook(inbox: InboxClient) -> dict[str, str]:
    """Return Slack's settings by an incoming webhook, whose address is the secret."""
    return {"webhook_url": f"{inbox.url}/slack/webhook/{canaries.WEBHOOK}"}


@pytest.mark.parametrize("kind", KINDS if WHOLE else [Kind.DENIED])
def test_the_address_of_a_webhook_is_not_told(inbox: InboxClient, kind: Kind) -> None:
    def spoil(world: Lambda) -> None:
        write(world, json.dumps(notifications(inbox) | {"slack": webhook(inbox)}))

    run = told_of(spoil, inbox, Fault("slack:webhook", kind, Span.LONG))
    assert run.hits
    assert not run.leaks


def write(world: Lambda, document: str) -> None:
    """Put other notification settings in the place of the story's."""
    name = world.of.environment["NOTIFICATION_SETTINGS_PARAMETER"]
    world.client("ssm").put_parameter(
        Name=name, Type="SecureString", Value=document, Overwrite=True
    )


CALLS = (
    ("AlarmFanoutFunction", "ssm:GetParameter"),
    ("AlarmFanoutFunction", "slack:chat.postMessage"),
    ("AlarmFanoutFunction", "teams:workflow"),
    ("AlarmFanoutFunction", "pagerduty:enqueue"),
    ("AlarmFanoutFunction", "slack:files.completeUploadExternal"),
    ("HealthPollingFunction", "ssm:GetParameters"),
    ("ChatActionsFunction", "ssm:GetParameter"),
    ("ChatActionsFunction", "dynamodb:PutItem"),
)
TRIED = [
    (*call, kind)
    for number, call in enumerate(CALLS)
    for kind in KINDS
    if WHOLE or kind is KINDS[number % len(KINDS)]
]


@pytest.mark.parametrize(("function", "call", "kind"), TRIED)
def test_no_failure_tells_a_secret(
    inbox: InboxClient, function: str, call: str, kind: Kind
) -> None:
    run = tell(function, Fault(call, kind, Span.LONG), inbox)
    assert run.hits
    assert not run.leaks


BROKEN: dict[str, Callable[[str], str]] = {
    "cut short": lambda document: document[:-1],
    "misspelt": lambda document: document.replace("bot_token", "bot_tokn"),
    "a key too short": lambda document: document.replace(canaries.ROUTING_KEY, "7caa4a11"),
    "an address that is none": lambda document: re.sub(
        r'"http://[^"]+/teams/', '"http://[teams/', document
    ),
    "a token that is a list": lambda document: document.replace(
        f'"{canaries.BOT_TOKEN}"', f'["{canaries.BOT_TOKEN}"]'
    ),
}


@pytest.mark.parametrize("way", BROKEN if WHOLE else ["a key too short"])
def test_settings_that_are_wrong_are_told_of_without_what_they_hold(
    inbox: InboxClient, way: str
) -> None:
    def spoil(world: Lambda) -> None:
        document = json.dumps(notifications(inbox))
        broken = BROKEN[way](document)
        assert broken != document
        write(world, broken)

    run = told_of(spoil, inbox)
    assert not run.leaks
    assert any("AlertDeliveryFailed" in each for each in run.facts.told), json.dumps(
        [*run.facts.told]
    )
