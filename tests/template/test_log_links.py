"""The logs that messages link to are there, and are asked what the saved query asks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from alarm_fanout.settings import FunctionSettings
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.model import FAILED_UPLOADS
from avatarwatch.console import jsurl
from fakes.alarms import alarm, own
from fakes.world import ENVIRONMENT, World
from local.generate.template import load

if TYPE_CHECKING:
    import pytest


def test_each_log_group_is_in_the_template() -> None:
    groups = {
        str(resource["Properties"]["LogGroupName"]).rsplit("/", 1)[-1].strip("'}")
        for resource in load()["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    named = {rule.logs.group for rule in CATALOGUE.values() if rule.logs and rule.logs.group}
    assert named
    assert named <= groups


def test_failed_uploads_are_asked_for_as_the_saved_query_does() -> None:
    saved = [
        resource["Properties"]["QueryString"].strip()
        for resource in load()["Resources"].values()
        if resource["Type"] == "AWS::Logs::QueryDefinition"
        and "Errors by type" in str(resource["Properties"]["Name"])
    ]
    assert saved == [FAILED_UPLOADS.query]


def links(world: World) -> dict[str, str]:
    blocks = world.slack.top()[-1].payload["attachments"][0]["blocks"]
    return {
        button["text"]["text"]: button["url"]
        for block in blocks
        if block["type"] == "actions"
        for button in block["elements"]
        if "url" in button
    }


def test_upload_failures_link_to_the_errors_of_their_window_by_type() -> None:
    with World(routes=()).running() as world:
        world.tell(alarm("avatar-system-UploadFailuresCritical", "ALARM", world.clock()))
        [url] = [url for label, url in links(world).items() if label.startswith("Logs 10:")]
        assert jsurl(FAILED_UPLOADS.query) in url
        assert jsurl(["/aws/avatar-system/api"]) in url


def test_an_endpoint_links_to_the_poller_and_storage_to_no_logs() -> None:
    with World(routes=()).running() as world:
        world.tell(own("EndpointDown", "ALARM", world.clock(), key="endpoint-down/shop"))
        [url] = [url for label, url in links(world).items() if label.startswith("Logs ")]
        assert jsurl(["/avatar-watch/avatar-watch/health-polling"]) in unquote(url)
    with World(routes=()).running() as world:
        world.tell(alarm("avatar-system-StorageCritical", "ALARM", world.clock()))
        assert not [label for label in links(world) if label.startswith("Logs ")]


def test_the_functions_own_log_group_says_how_the_others_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert FunctionSettings.from_env().own_logs is None
    monkeypatch.setenv("AWS_LAMBDA_LOG_GROUP_NAME", "/avatar-watch/prod/alarm-fanout")
    assert FunctionSettings.from_env().own_logs == "/avatar-watch/prod"
