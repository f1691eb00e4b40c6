"""A secret is nowhere but where it belongs: not when a call fails, not in what is wrong with it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator

import pytest

from integration.faults import canaries
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stack import Lambda
from integration.faults.table import clean, tell, told_of
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer

WITH_SECRETS = ("AlarmFanoutFunction", "HealthPollingFunction")
KINDS = (Kind.SERVER_ERROR, Kind.TIMEOUT_BEFORE, Kind.RESET, Kind.DENIED)


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxClient]:
    with InboxServer() as server, InboxClient(server.url) as client:
        yield client


@pytest.mark.parametrize("function", WITH_SECRETS)
def test_the_secrets_are_used_and_not_told(inbox: InboxClient, function: str) -> None:
    run = clean(function, inbox)
    assert not run.leaks
    if function == "AlarmFanoutFunction":
        assert {i.routing_key for i in inbox.incidents()} == {canaries.ROUTING_KEY}


CALLS = (
    ("AlarmFanoutFunction", "ssm:GetParameter"),
    ("AlarmFanoutFunction", "slack:chat.postMessage"),
    ("AlarmFanoutFunction", "teams:workflow"),
    ("AlarmFanoutFunction", "pagerduty:enqueue"),
    ("AlarmFanoutFunction", "slack:files.completeUploadExternal"),
    ("HealthPollingFunction", "ssm:GetParameters"),
)
# `make security` tries each call in each way, `make test` each call in one
WHOLE = bool(os.environ.get("SECURITY"))
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
        ssm, name = world.client("ssm"), world.of.environment["NOTIFICATION_SETTINGS_PARAMETER"]
        document = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        broken = BROKEN[way](document)
        assert broken != document
        ssm.put_parameter(Name=name, Type="SecureString", Value=broken, Overwrite=True)

    run = told_of(spoil, inbox)
    assert not run.leaks
    assert any("AlertDeliveryFailed" in each for each in run.facts.told), json.dumps(
        [*run.facts.told]
    )
