"""The events for `sam local invoke` are what the function takes, or refuses by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avatarwatch.environment import SettingsError
from cost_control.settings import read_request
from local.paths import ROOT
from local.scene import AVATAR_BUCKET

EVENTS = sorted((ROOT / "events" / "cost_control").glob("*.json"))


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_is_taken_or_refused(path: Path) -> None:
    event = json.loads(path.read_text())
    if path.stem.startswith("invalid-"):
        with pytest.raises(SettingsError):
            read_request(event, (AVATAR_BUCKET,))
    else:
        assert read_request(event, (AVATAR_BUCKET,)).action == event["action"]


def test_there_is_an_event_for_every_action() -> None:
    actions = {json.loads(path.read_text())["action"] for path in EVENTS}
    assert {"plan", "apply", "rollback"} <= actions
