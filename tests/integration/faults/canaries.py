"""Secrets that can be told from everything else, and where they may not be found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration.faults.stack import Lambda
    from local.inbox.client import InboxClient

BOT_TOKEN = "xoxb-7caa4a11-bot"
WORKFLOW = "7caa4a11-signature"
WEBHOOK = "T0/B0/7caa4a11-webhook"
ROUTING_KEY = "7caa4a11" * 4
HEADER = "Bearer 7caa4a11-header"
SIGNING = {"slack_signing_secret": "7caa4a11" * 4, "pagerduty_webhook_secret": "7caa4a11-webhook"}
# Each of them and any part of one that would be enough to know it by
_CANARY = "7caa4a11"
# What tells the inbox whose a message is: PagerDuty's key, a webhook's path
_TO_WHOM_IT_BELONGS = re.compile(r'"routing_key": ?"[^"]*"|"webhook/[^"]*"')


def leaks(world: Lambda, inbox: InboxClient, log: str) -> Iterator[str]:
    """Yield where a secret is found.

    In a log, an answer, an error and with it a trace, a message, a dead letter, a page, the state.
    """
    for line in log.splitlines():
        if _CANARY in line:
            yield f"log: {line[:300]}"
    for each in world.handed_on:
        if _CANARY in each:
            yield f"an answer or an error: {each[:300]}"
    for call, params in world.wire.took_effect:
        if _CANARY in json.dumps(params, default=_text):
            yield f"{call}: {str(params)[:300]}"
    told = _TO_WHOM_IT_BELONGS.sub("", inbox.raw())
    if place := told.find(_CANARY) + 1:
        yield f"a message: {told[max(0, place - 200) : place + 100]}"
    for letter in world.dead_letters:
        if _CANARY in letter:
            yield f"dead letter: {letter[:300]}"


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
