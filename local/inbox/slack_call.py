"""What every method of Slack's Web API gets: arguments, author, store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.inbox.slack_content import SlackError

if TYPE_CHECKING:
    from local.inbox.models import Author, Json
    from local.inbox.store import Store

TEAM = "Avatar Watch"


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised call; ``base_url`` is where the inbox itself was reached."""

    arguments: Json
    author: Author
    store: Store
    base_url: str

    def text(self, key: str) -> str | None:
        """Return an argument as a string, or None; empty counts as absent."""
        value = self.arguments.get(key)
        return str(value) if value not in (None, "") else None

    def required(self, key: str, error: str = "invalid_arguments") -> str:
        """Return an argument that must be there; raises SlackError with ``error``."""
        value = self.text(key)
        if value is None:
            details = [f"missing required field: {key}"] if error == "invalid_arguments" else []
            raise SlackError(error, details)
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean argument: forms carry 1, 0, true and false."""
        return self.arguments.get(key) in (True, 1, "1", "true", "True")
