"""The registry is the only list of channels: nobody else keeps one, and none is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from alarm_fanout import channels
from alarm_fanout.channels import registry
from alarm_fanout.channels.absent import with_absent
from alarm_fanout.channels.base import SAID
from alarm_fanout.fields import Section
from alarm_fanout.settings import NotificationSettings
from avatarwatch.catalogue import ChannelKind
from fakes.world import World
from local.inbox import services
from local.paths import ROOT

FOLDER = Path(channels.__file__).parent


def test_each_folder_of_a_channel_is_registered() -> None:
    folders = {each.parent.name for each in FOLDER.glob("*/__init__.py")}
    assert folders == set(registry.NAMES)


@pytest.mark.parametrize("name", registry.NAMES)
def test_each_says_of_itself_what_the_others_ask(name: str) -> None:
    channel = registry.load(name)
    assert channel.name == name
    assert channel.kind in ChannelKind
    assert channel.label
    of_the_team = name in registry.OF_THE_TEAM
    assert issubclass(channel.settings_model, Section) == of_the_team


def test_each_kind_that_the_catalogue_names_is_delivered_by_some() -> None:
    assert {registry.load(name).kind for name in registry.NAMES} == set(ChannelKind)


def test_one_that_does_not_say_what_every_channel_says_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for said in SAID:
        with monkeypatch.context() as patch:
            patch.delattr(registry.load("teams"), said)
            if hasattr(registry.load.__globals__["import_module"], said):
                continue
            with pytest.raises((TypeError, AttributeError), match=said):
                registry.load("teams")


@pytest.mark.parametrize("name", registry.NAMES)
def test_the_inbox_and_the_fakes_play_it(name: str) -> None:
    played = {each for service in services.NAMES for each in services.service(service).channels}
    assert name in played
    assert callable(getattr(World, f"_{name}"))


@pytest.mark.parametrize("name", registry.OF_THE_TEAM)
def test_the_readme_shows_its_settings(name: str) -> None:
    assert f'"{name}": {{' in (ROOT / "README.md").read_text()


def test_one_that_cannot_be_loaded_takes_none_of_the_others_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "OF_THE_TEAM", (*registry.OF_THE_TEAM, "pigeon"))
    monkeypatch.setattr("alarm_fanout.settings.OF_THE_TEAM", registry.OF_THE_TEAM)
    text = '{"pigeon": {"loft": "x"}, "pagerduty": {"routing_key": "' + "d" * 32 + '"}}'
    read = NotificationSettings.read(text)
    assert set(read.sections) == {"pagerduty"}
    assert "pigeon" in read.broken


def test_while_settings_cannot_be_read_each_kind_that_a_team_sets_up_stands_for_its_channels() -> (
    None
):
    stand_ins = with_absent({})
    assert stand_ins.keys() == {"chat", "page"}
    assert all(channel.kind == name for name, channel in stand_ins.items())
