"""Reading and steering an inbox from tests, the demo and benchmarks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import httpx

from local.inbox.models import SNAPSHOT_JSON, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.inbox.faults import FaultRule
    from local.inbox.models import (
        Email,
        Incident,
        Post,
        Refusal,
        SlackMessage,
        TextMessage,
        Whisper,
    )
    from local.inbox.rate_limit import RateLimit

_POLL_SECONDS = 0.05


class InboxClientError(Exception):
    """The inbox refused a request; the message names the field."""


class InboxTimeoutError(InboxClientError):
    """What was awaited did not arrive in time."""


class InboxClient:
    """Talk to the inbox at ``url``; works as a context manager."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=timeout, trust_env=False)
        self._last = Snapshot()
        self._tag = ""

    def snapshot(self) -> Snapshot:
        """Return everything kept."""
        headers = {"If-None-Match": self._tag} if self._tag else {}
        answer = self._http.get("/api/messages", headers=headers)
        if answer.status_code != httpx.codes.NOT_MODIFIED:
            answer.raise_for_status()
            self._last = SNAPSHOT_JSON.validate_json(answer.content)
            self._tag = answer.headers["etag"]
        return self._last

    def raw(self) -> str:
        """Return everything kept as the JSON that the inbox serves."""
        return self._http.get("/api/messages").raise_for_status().text

    def slack(self, channel: str | None = None) -> tuple[SlackMessage, ...]:
        """Return the top-level messages of a channel (``#critical``, ``webhook/…``) or of all."""
        kept = self.snapshot().slack
        if channel is not None:
            return kept.get(channel, ())
        return tuple(message for messages in kept.values() for message in messages)

    def incidents(self) -> tuple[Incident, ...]:
        """Return the PagerDuty incidents, oldest first."""
        return self.snapshot().incidents

    def emails(self) -> tuple[Email, ...]:
        """Return the e-mails, oldest first."""
        return self.snapshot().emails

    def texts(self) -> tuple[TextMessage, ...]:
        """Return the SMS, oldest first."""
        return self.snapshot().texts

    def posts(self, service: str) -> tuple[Post, ...]:
        """Return what a service holds whose messages stay as they are (``teams``), oldest first."""
        return tuple(post for post in self.snapshot().posts if post.service == service)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the requests that were refused, oldest first."""
        return self.snapshot().refusals

    def wait_for[T](self, predicate: Callable[[Snapshot], T | None], timeout: float = 10.0) -> T:
        """Return the predicate's first true value; raises InboxTimeoutError after ``timeout`` s."""
        deadline = time.monotonic() + timeout
        while True:
            snapshot = self.snapshot()
            value = predicate(snapshot)
            if value:
                return value
            if time.monotonic() >= deadline:
                raise InboxTimeoutError(f"not within {timeout} s; there is {summary(snapshot)}")
            time.sleep(_POLL_SECONDS)

    def clear(self) -> None:
        """Forget everything kept; rules of faults stay."""
        self._http.delete("/api/messages").raise_for_status()

    def set_faults(
        self, rules: Iterable[FaultRule | Mapping[str, Any]], *, seed: int = 0
    ) -> dict[str, Any]:
        """Replace the rules of faults; an empty list ends them. Returns the report."""
        body = [
            dict(rule)
            if not hasattr(rule, "model_dump")
            else rule.model_dump(mode="json", by_alias=True, exclude_none=True)
            for rule in rules
        ]
        return self._put("/faults", body, {"seed": seed})

    def faults(self) -> dict[str, Any]:
        """Return the rules, how often each fired, and the rate limit."""
        answer = self._http.get("/faults")
        answer.raise_for_status()
        return dict(answer.json())

    def set_rate_limit(self, limit: RateLimit | None) -> None:
        """Set Slack's limit of messages a channel, or lift it with None."""
        if limit is None:
            self._http.delete("/rate-limit").raise_for_status()
        else:
            self._put("/rate-limit", limit.model_dump(), {})

    def set_app(self, url: str, signing_secret: str) -> None:
        """Say where presses of buttons go, and what they are signed with."""
        self._put("/slack/app", {"url": url, "signing_secret": signing_secret}, {})

    def press(
        self, message: SlackMessage, action_id: str, value: str, user: str = "anna"
    ) -> None:  # fmt: skip
        """Press a button of a message, or choose a menu's option; InboxClientError without it."""
        sent = {"channel": message.channel, "ts": message.ts, "action_id": action_id,
                "value": value, "user": user}  # fmt: skip
        answer = self._http.post("/slack/press", json=sent).raise_for_status().json()
        if not answer["sent"]:
            raise InboxClientError(answer["why"])

    def whispers(self) -> tuple[Whisper, ...]:
        """Return what was said to one person alone, oldest first."""
        return self.snapshot().whispers

    def _put(self, path: str, body: Any, params: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.put(path, json=body, params=params)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            problem = answer.json()
            raise InboxClientError(f"{problem['field']}: {problem['message']}")
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def summary(snapshot: Snapshot) -> str:
    """Return one line that counts what is there."""
    slack = ", ".join(f"{len(kept)} in {name}" for name, kept in snapshot.slack.items())
    last = snapshot.refusals[-1] if snapshot.refusals else None
    refused = f"{len(snapshot.refusals)} refused"
    if last is not None:
        refused += f" (last: {last.channel} {last.request}: {last.error})"
    return (
        f"Slack: {slack or 'nothing'}; {len(snapshot.incidents)} incidents, "
        f"{len(snapshot.emails)} e-mails, {len(snapshot.texts)} SMS, "
        f"{len(snapshot.posts)} posts; {refused}"
    )
