"""What Slack itself says: whether the token is good for it, and each channel for the bot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from alarm_fanout.channels.mends import SLACK, TOKEN
from alarm_fanout.channels.slack import SlackSettings
from local.doctor.checks.notifications import document
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_SECONDS = 10.0
# chat:write posts and updates; files:write uploads graphs (Slack's documentation of each method)
_SCOPES = ("chat:write", "files:write")
_ID = re.compile(r"[CG][A-Z0-9]{8,}")
_PAGES = 10  # of a thousand channels each
_ASKING = "add channels:read and groups:read to the app's bot scopes; or `make test-alert` shows it"
# of auth.test and conversations.*, docs.slack.dev: what is wrong with the token, and its mend
_MENDS = {
    **SLACK,
    "org_login_required": "the workspace is being moved: try again",
    "ratelimited": "try again in a minute",
}
_NOT_ASKED = frozenset({"missing_scope", "unknown_method", "method_not_supported_for_channel_type"})


@dataclass(frozen=True, slots=True)
class _Bot:
    settings: SlackSettings
    token: str

    def ask(self, method: str, **arguments: Any) -> tuple[Mapping[str, Any], str | None]:
        """Return Slack's answer and the scopes that the token has, where Slack names them."""
        answer = httpx.post(
            f"{self.settings.api_url}{method}",
            headers={"Authorization": f"Bearer {self.token}"},
            data=arguments,
            timeout=_SECONDS,
        )
        read: Any = answer.json()
        return read, answer.headers.get("x-oauth-scopes")


def slack(deployment: Deployment) -> Iterator[Finding]:
    """Ask Slack who the bot is, which rights its token has, and whether it may post."""
    read = document(deployment)
    found = read.settings.sections.get("slack") if read and read.settings else None
    if not isinstance(found, SlackSettings) or found.bot_token is None:
        return  # an incoming webhook cannot be asked without posting into its channel
    bot = _Bot(found, found.bot_token.reveal())
    try:
        told, given = bot.ask("auth.test")
        if not told.get("ok"):
            error = str(told.get("error"))
            yield mistake("Slack", f"refuses the token: {error}", _MENDS.get(error, TOKEN))
            return
        scopes = given.replace(" ", "").split(",") if given is not None else None
        for scope in _SCOPES if scopes is not None else ():
            if scope not in (scopes or ()):
                mend = f"add {scope} to the app's bot scopes and install it anew"
                yield mistake("Slack", f"the token lacks {scope}", mend)
        yield from _channels(bot, scopes)
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        yield Finding(Kind.UNASKED, "Slack", f"does not answer: {error}", "try again")


def _channels(bot: _Bot, scopes: list[str] | None) -> Iterator[Finding]:
    """Judge each channel once, however many severities go into it."""
    by_name: dict[str, Mapping[str, Any]] | None = None
    listing = ""
    for name in dict.fromkeys(bot.settings.destinations.values()):
        if _ID.fullmatch(name):
            answer, _ = bot.ask("conversations.info", channel=name)
            error = "" if answer.get("ok") else str(answer.get("error"))
            channel = answer.get("channel") or {}
        else:
            if by_name is None:
                by_name, listing = _listed(bot)
            channel = by_name.get(name.removeprefix("#"), {})
            error = listing or ("" if channel else "channel_not_found")
        if error in _NOT_ASKED:
            what = "whether the bot may post into its channels is not asked: the token may not read"
            yield Finding(Kind.NOTE, "Slack", what, _ASKING)
            return
        if fault := error or _fault(channel, scopes or []):
            yield mistake(
                f"Slack's channel {name}", _FAULTS.get(fault, fault), _MENDS.get(fault, TOKEN)
            )


_FAULTS = {
    "channel_not_found": "is not there, or is private and the bot is not in it",
    "is_archived": "is archived: nothing is posted into it",
    "not_in_channel": "does not have the bot in it: it may not post",
}


def _fault(channel: Mapping[str, Any], scopes: list[str]) -> str:
    if channel.get("is_archived"):
        return "is_archived"
    may_anywhere = "chat:write.public" in scopes and not channel.get("is_private")
    if channel.get("is_member") is False and not may_anywhere:
        return "not_in_channel"
    return ""


def _listed(bot: _Bot) -> tuple[dict[str, Mapping[str, Any]], str]:
    """Return the channels that the bot sees, by name, or why it may not see them."""
    found: dict[str, Mapping[str, Any]] = {}
    cursor = ""
    for _ in range(_PAGES):
        answer, _ = bot.ask(
            "conversations.list", types="public_channel,private_channel", limit=1000,
            cursor=cursor,
        )  # fmt: skip
        if not answer.get("ok"):
            return {}, str(answer.get("error"))
        found |= {each["name"]: each for each in answer.get("channels", ())}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return found, ""
