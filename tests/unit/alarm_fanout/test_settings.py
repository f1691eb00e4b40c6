"""The notification settings: every mistake is named by its field, and no secret is repeated."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import Request

import pytest
from botocore.exceptions import ConnectTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.channels.pagerduty import PagerDutySettings
from alarm_fanout.channels.registry import OF_THE_TEAM
from alarm_fanout.channels.slack import SlackSettings
from alarm_fanout.settings import FunctionSettings, NotificationSettings
from alarm_fanout.settings_source import KEEP, SettingsSource
from avatarwatch.complaints import URL
from avatarwatch.environment import SettingsError
from fakes.aws import FakeSsm, refusal
from fakes.clock import MORNING
from fakes.world import ENVIRONMENT

CHANNELS = {"critical": "#c", "warning": "#w", "info": "#i"}
BOT = {"bot_token": "xoxb-secret", "channels": CHANNELS}
PAGER = {"routing_key": "k" * 32}
GOOD: dict[str, Any] = {
    "slack": BOT,
    "pagerduty": PAGER,
    "routes": [{"alarms": "Storage*", "severity": "warning", "remind_minutes": 0}],
}


def test_a_good_document() -> None:
    settings = NotificationSettings.read(json.dumps(GOOD))
    slack, pagerduty = settings.sections["slack"], settings.sections["pagerduty"]
    assert isinstance(slack, SlackSettings)
    assert slack.api_url == "https://slack.com/api/"
    assert isinstance(pagerduty, PagerDutySettings)
    assert pagerduty.events_url == "https://events.pagerduty.com"
    assert settings.routes[0].channels is None
    assert "secret" not in repr(settings)
    assert "kkkk" not in repr(settings)


def test_an_empty_document_is_a_choice() -> None:
    assert NotificationSettings.read("{}") == NotificationSettings()


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("", "document: is no JSON: it is empty"),
        (f"{json.dumps({'slack': BOT})[:-1]}, }}", "document: is no JSON: illegal trailing comma"),
        ('{"slack": {}, "slack": {}}', "slack: is there twice"),
        ('{"routes": [{"alarms": "a", "alarms": "b"}]}', "routes.0.alarms: is there twice"),
        (
            {"slack": BOT | {"bot_token": "xoxb-secret\n"}},
            "slack.bot_token: has a space or the end",
        ),
        ({"slack": BOT | {"channels": CHANNELS | {"info": "#i "}}}, "slack.channels.info: needs"),
        ({"pagerduty": {"routing_key": "k" * 31 + " "}}, "pagerduty.routing_key: has a space"),
        (
            {"slack": {"webhook_url": "https://hooks.slack.com/triggers/T/1/secret"}},
            "slack.webhook_url: needs an incoming webhook's address",
        ),
        (
            {"routes": [{"alarms": "x", "severity": "Critical"}]},
            "routes.0.severity: 'Critical' is none of what it can be, did you mean critical?",
        ),
        ({"SLACK": BOT}, "SLACK: is no setting, did you mean slack?"),
        ("[]", "document: "),
        ({"slak": BOT}, "slak: "),
        ({"slack": {}}, "slack: give either webhook_url or bot_token"),
        (
            {"slack": BOT | {"webhook_url": "https://hooks.slack.com/services/x"}},
            "slack: give either",
        ),
        ({"slack": {"bot_token": "xoxb-secret"}}, "slack: bot_token needs channels"),
        ({"slack": BOT | {"channels": {"critical": "#c", "info": "#i"}}}, "slack.channels.warning"),
        ({"slack": BOT | {"channels": CHANNELS | {"info": ""}}}, "slack.channels.info"),
        ({"slack": {"webhook_url": "hooks.slack.com/secret"}}, "slack.webhook_url"),
        ({"slack": BOT | {"api_url": "ftp://x"}}, "slack.api_url"),
        ({"pagerduty": {"routing_key": "k" * 31}}, "pagerduty.routing_key"),
        ({"pagerduty": {}}, "pagerduty.routing_key"),
        ({"routes": [{}]}, "routes.0.alarms"),
        ({"routes": [{"alarms": "x"}, {"alarms": ""}]}, "routes.1.alarms"),
        ({"routes": [{"alarms": "x", "severity": "bad"}]}, "routes.0.severity"),
        ({"routes": [{"alarms": "x", "channels": ["chat", "fax"]}]}, "routes.0.channels.1"),
        ({"routes": {"alarms": "x"}}, "routes: needs to be a list"),
        ({"teams": {"webhook_url": "teams.example.com/secret"}}, "teams.webhook_url: needs an a"),
        ({"teams": {}}, "teams.webhook_url: is missing"),
        ({"email": {}}, f"email: is no setting, there are {', '.join(OF_THE_TEAM)}, routes"),
        ({"pagerdutty": {}}, "pagerdutty: is no setting, did you mean pagerduty?"),
        ({"slack": BOT | {"chanels": 1}}, "slack.chanels: is no setting, did you mean channels?"),
        ({"slack": BOT | {"bot_token": "xoxp-secret"}}, "slack.bot_token: needs a bot's token"),
        ({"slack": {"webhook_url": "https://evil.example/secret"}}, "slack.webhook_url: needs an"),
        ({"routes": [{"alarms": "x", "remind_minutes": -1}]}, "routes.0.remind_minutes"),
        ({"routes": [{"alarms": "x", "runbook": "http://wiki"}]}, "routes.0.runbook"),
        ({"routes": [{"alarms": "x", "escalate_minutes": -1}]}, "routes.0.escalate_minutes"),
        ({"routes": [{"alarms": "x", "escalate_minutes": 10_081}]}, "routes.0.escalate_minutes"),
        ({"slack": BOT, "routes": [{"alarms": "x", "escalate_minutes": "5"}]}, "routes.0.escalate"),
    ],
)
def test_a_mistake_is_named_by_its_field(document: Any, named: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(SettingsError) as refused:
        NotificationSettings.read(text)
    assert str(refused.value).startswith(f"notification settings: {named}")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("slack", "problems"),
    [
        ({"bot_tokn": "xoxb-secret", "channels": CHANNELS}, 1),
        ({"bot_tokn": "xoxp-secret", "channels": CHANNELS}, 2),
        ({"bot_tokn": "xoxb-secret", "channels": CHANNELS, "colour": "red"}, 2),
    ],
)
def test_what_a_misspelt_name_leaves_out_is_no_second_mistake(
    slack: dict[str, Any], problems: int
) -> None:
    with pytest.raises(SettingsError) as error:
        NotificationSettings.read(json.dumps({"slack": slack}))
    assert str(error.value).count("; ") + 1 == problems


@given(st.from_regex(URL))
def test_an_address_that_is_taken_can_be_asked(url: str) -> None:
    """What cannot be taken apart fails in each try, hours after it was written."""
    port = urlsplit(Request(url).full_url).port  # noqa: S310 - nobody is asked
    assert port is None or 0 <= port <= 65535


@pytest.mark.parametrize(
    ("host", "is_one"),
    [("chat.example", True), ("127.0.0.1:8025", True), ("a-b.example:65535", True),
     ("[teams", False), ("[::1", False), ("a:65536", False), ("a:70000", False), ("a:b", False),
     ("", False), (":80", False), ("a b", False), ("user:word@chat.example", False)],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["slack", "teams"])
def test_an_address_has_a_host_that_can_be_asked(host: str, channel: str, *, is_one: bool) -> None:
    section = {"webhook_url": f"http://{host}/hook?sig=s3cret"}
    document = json.dumps({channel: section})
    if is_one:
        assert channel in NotificationSettings.read(document).sections
        return
    with pytest.raises(
        SettingsError, match=rf"{channel}\.webhook_url: (needs an|has a space)"
    ) as refused:
        NotificationSettings.read(document)
    assert "s3cret" not in str(refused.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"slack\.webhook_url.*; pagerduty\.routing_key"):
        NotificationSettings.read(
            json.dumps({"slack": {"webhook_url": "x"}, "pagerduty": {"routing_key": "x"}})
        )


OPTIONAL = {"API_LOG_GROUP_NAME": "api_log_group", "OPS_EMAIL": "ops_email"}


@pytest.mark.parametrize("name", [n for n in ENVIRONMENT if "POWERTOOLS" not in n])
def test_the_environment_is_the_template_s(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for known, value in ENVIRONMENT.items():
        monkeypatch.setenv(known, value)
    assert FunctionSettings.from_env().system_name == "avatar-system"
    monkeypatch.setenv(name, "")
    if name in OPTIONAL:
        assert getattr(FunctionSettings.from_env(), OPTIONAL[name]) is None
    else:
        with pytest.raises(SettingsError, match=name):
            FunctionSettings.from_env()


def source(ssm: FakeSsm) -> SettingsSource:
    return SettingsSource(cast("Any", ssm), "/p")


def test_they_are_read_once_in_a_while() -> None:
    ssm = FakeSsm("/p", json.dumps(GOOD))
    settings = source(ssm)
    settings.current(MORNING)
    settings.current(MORNING + KEEP - timedelta(seconds=1))
    assert ssm.reads == 1
    ssm.value = "{}"
    assert settings.current(MORNING + KEEP) == NotificationSettings()
    assert ssm.reads == 2


@pytest.mark.parametrize(
    "error",
    [
        refusal("GetParameter", "ThrottlingException"),
        refusal("GetParameter", "InternalServerError"),
        ConnectTimeoutError(endpoint_url="https://ssm"),
    ],
)
def test_when_ssm_does_not_answer_the_last_ones_serve(error: Exception) -> None:
    ssm = FakeSsm("/p", json.dumps(GOOD))
    settings = source(ssm)
    before = settings.current(MORNING)
    ssm.error = error
    assert settings.current(MORNING + 2 * KEEP) == before
    with pytest.raises(type(error)):
        source(ssm).current(MORNING)


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidKeyId"])
def test_what_asking_again_cannot_mend_is_a_mistake_of_the_settings(code: str) -> None:
    ssm = FakeSsm("/p", "{}", error=refusal("GetParameter", code))
    with pytest.raises(SettingsError, match=f"SSM parameter /p cannot be read: {code}"):
        source(ssm).current(MORNING)


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(SettingsError, match="there is no SSM parameter /p"):
        source(FakeSsm("/p", None)).current(MORNING)


def test_a_route_to_a_channel_that_is_not_set_up_is_named_and_stops_nothing() -> None:
    hook = {"webhook_url": "https://hooks.slack.com/services/T/B/x"}
    routes = [{"alarms": "orders-*", "channels": ["teams", "slack", "mail"]}]
    read = NotificationSettings.read(json.dumps({"slack": hook, "routes": routes}))
    assert read.doubts == ("routes.0.channels: teams is not set up, there is no section teams",)
    assert set(read.sections) == {"slack"}


HOOK = {"webhook_url": "https://hooks.slack.com/services/T/B/x"}
TEAMS = {"webhook_url": "https://example.com/workflows/x"}
ESCALATES = [{"alarms": "a", "escalate_minutes": 0}, {"alarms": "*", "escalate_minutes": 15}]


@pytest.mark.parametrize("sections", [{}, {"slack": HOOK}, {"slack": HOOK, "teams": TEAMS}])
def test_where_nobody_can_acknowledge_nothing_may_escalate(sections: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as refused:
        NotificationSettings.read(json.dumps(sections | {"routes": ESCALATES}))
    assert str(refused.value) == (
        "notification settings: routes.1.escalate_minutes: nobody can acknowledge an alert without"
        " slack.bot_token or pagerduty"
    )
    NotificationSettings.read(json.dumps(sections | {"routes": ESCALATES[:1]}))


@pytest.mark.parametrize("sections", [{"slack": BOT}, {"slack": HOOK, "pagerduty": PAGER}])
def test_what_escalates_without_the_function_that_brings_answers_is_in_doubt(
    sections: dict[str, Any],
) -> None:
    read = NotificationSettings.read(json.dumps(sections | {"routes": ESCALATES}))
    assert read.doubts == ()
    [doubt] = read.without_answers().doubts
    assert doubt.startswith("routes.1.escalate_minutes: nothing escalates while ChatSecretsParam")
    assert read.without_answers().routes == read.routes


def test_a_wrong_section_is_the_only_mistake() -> None:
    text = json.dumps({"slack": {"bot_token": "xoxb-1"}, "routes": ESCALATES})
    with pytest.raises(SettingsError, match="bot_token needs channels") as refused:
        NotificationSettings.read(text)
    assert "escalate" not in str(refused.value)


WINDOW: dict[str, Any] = {
    "name": "imports", "alarms": "Storage*", "reason": "import", "starts": "2026-12-06T02:30",
    "minutes": 90, "zone": "Europe/Stockholm", "repeat": "FREQ=WEEKLY;BYDAY=SU",
}  # fmt: skip


def test_maintenance_is_read() -> None:
    [window] = NotificationSettings.read(json.dumps({"maintenance": [WINDOW]})).windows
    assert (window.name, window.zone, window.minutes) == ("imports", "Europe/Stockholm", 90)


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ({}, "maintenance: needs to be a list"),
        ([{**WINDOW, "minutes": 0}], "maintenance.0.minutes: needs 1 to 10080"),
        ([WINDOW, {**WINDOW, "zone": "Mars"}], "maintenance.1.zone: the tz database has no"),
        ([WINDOW, WINDOW], "maintenance.1.name: 'imports' is there twice"),
        ([{**WINDOW, "repeats": "x"}], "maintenance.0.repeats: is no setting, did you mean"),
        ([{**WINDOW, "repeat": "FREQ=SECONDLY"}], "maintenance.0.repeat: FREQ needs one of"),
        ([{**WINDOW, "minutes": "90"}], "maintenance.0.minutes: needs to be a whole number"),
    ],
)
def test_a_window_that_is_wrong_is_named_by_its_field(windows: Any, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        NotificationSettings.read(json.dumps({"maintenance": windows}))
    assert said in str(caught.value)
