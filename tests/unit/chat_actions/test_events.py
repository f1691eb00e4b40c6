"""The events of the repository: at their own time taken or ignored, later late, forged always."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from avatarwatch.answers import PARTITION
from avatarwatch.state_table.memory import MemoryDocumentStore
from chat_actions.secrets import read_secrets
from chat_actions.taking import Outcome, Taking
from local.paths import ROOT
from local.scene import CHAT_SECRETS

EVENTS = sorted((ROOT / "events/chat_actions").glob("*.json"))
AT = datetime(2026, 11, 23, 10, 19, tzinfo=UTC)
IGNORED = {"slack-link", "pagerduty-resolved"}


class Known:
    """The secrets of this machine."""

    @staticmethod
    def current(_: datetime) -> Any:
        """Return them."""
        return read_secrets(json.dumps(CHAT_SECRETS))


class Queue:
    """A queue that takes all."""

    @staticmethod
    def send_message(**_: str) -> None:
        """Take one."""


def outcome(path: Path, at: datetime, store: MemoryDocumentStore) -> Outcome:
    taking = Taking(cast("Any", Known()), store, lambda: cast("Any", Queue()), "queue", at)
    return taking.take(json.loads(path.read_text()))


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_is_what_its_name_says(path: Path) -> None:
    store = MemoryDocumentStore()
    if path.stem.startswith("forged-"):
        wanted = [Outcome.FORGED] * 2
    elif path.stem in IGNORED:
        wanted = [Outcome.IGNORED] * 2
    else:
        wanted = [Outcome.TAKEN, Outcome.REPEATED]
    assert [outcome(path, AT, store) for _ in range(2)] == wanted
    assert len(list(store.query(PARTITION))) == (Outcome.TAKEN in wanted)


def _old(path: Path) -> Outcome:
    return Outcome.PAST if path.stem.startswith("pagerduty-") else Outcome.LATE


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_of_the_repository_does_nothing_any_more(path: Path) -> None:
    store = MemoryDocumentStore()
    later = outcome(path, AT + timedelta(hours=1), store)
    ignored = path.stem == "pagerduty-resolved"  # it has no time that a signature vouches for
    forged = path.stem.startswith("forged-")
    wanted = Outcome.IGNORED if ignored else Outcome.FORGED if forged else _old(path)
    assert later is wanted
    assert not list(store.query(PARTITION))
