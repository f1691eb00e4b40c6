"""Deployed alarms in a rehearsal: the suite's own and a team's, its settings and its mutes."""

from __future__ import annotations

import json
from datetime import timedelta

from alarm_fanout.channels.registry import NAMES
from alarm_fanout.settings import NotificationSettings
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.mutes import Mute
from local.rehearsal.channels import MAKE
from local.rehearsal.page import html
from local.rehearsal.rehearse import Team
from unit.local.rehearsal.accounts import PARTS, START, Account, own_alarms, rehearsed, shop, within


def test_every_alarm_on_the_suite_itself_rings_and_ends_and_is_told() -> None:
    alarms = own_alarms()
    two_days = 2 * 24 * 60
    for alarm in alarms:
        alert_id = alarm["AlarmName"].removeprefix("avatar-system-")
        silent = alarm["ComparisonOperator"].startswith("Less")
        value = (
            within(two_days, two_days + 30, 1.0, None)  # it runs again after two silent days
            if silent
            else within(60, 90, 5_000.0)
        )
        found = rehearsed(Account([alarm], {alarm["MetricName"]: value}))
        line = next(each for each in found.lines if each.alert_id == alert_id)
        [(rang, over), *_] = line.rang
        assert over is not None, alert_id
        assert rang >= START + timedelta(minutes=26 * 60 if alert_id == "ReportingSilent" else 60)
        title = CATALOGUE[alert_id].title
        slack = [each.text for each in found.told if each.channel == "slack"]
        assert any(title in text and not text.startswith("↳") for text in slack), alert_id
        assert any("Recovered" in text for text in slack), alert_id
        assert alert_id not in found.left_out


def test_without_a_deployment_the_suites_own_alarms_are_named() -> None:
    found = rehearsed(Account())
    assert {"DeadLetters", "FunctionErrors", "KpiAggregationSilent"} <= set(found.left_out)
    assert "before it is deployed" in found.left_out["DeadLetters"]
    assert found.told == ()
    assert "Never somebody" in html(found)


def test_a_composite_of_the_team_is_held_back_by_its_suppressor() -> None:
    down, alone = within(60, 90, 9.0), within(600, 630, 9.0)
    values = {
        "ServiceDown": down,
        "Slow": lambda minute: max(within(60, 90, 9.0)(minute), alone(minute)),
        "Errors": within(61, 90, 9.0),
    }
    found = rehearsed(Account(PARTS, values))
    line = next(each for each in found.lines if each.alert_id == "shop-parts")
    assert [(at - START) // timedelta(hours=1) for at, _ in line.rang] == [1, 10]
    told = [each for each in found.told if "shop-parts" in each.text]
    assert {(each.at - START) // timedelta(hours=1) for each in told} == {10}
    assert line.rule == "ALARM(shop-Slow) OR ALARM(shop-Errors)"
    assert any("shop-ServiceDown" in each.text for each in found.told)
    assert "ALARM(shop-Slow) OR ALARM(shop-Errors)" in html(found)


def test_what_a_composite_looks_at_is_read_and_not_told() -> None:
    parts = [
        shop("Slow") | {"AlarmName": "part-slow"},
        {"AlarmName": "shop-parts", "AlarmRule": "ALARM(part-slow)"},
        {"AlarmName": "shop-blind", "AlarmRule": "ALARM(part-slow) OR ALARM(gone)"},
        {"AlarmName": "shop-above", "AlarmRule": "ALARM(shop-blind)"},
    ]
    found = rehearsed(Account(parts, {"Slow": within(60, 90, 9.0)}))
    lines = {each.alert_id: each for each in found.lines}
    assert len(lines["shop-parts"].rang) == 1
    assert "part-slow" not in lines
    assert {each.text.split("· ", 1)[1] for each in found.told if "Warning" in each.text} == {
        "shop-parts"
    }
    assert "gone, of which nothing is known" in found.left_out["shop-blind"]
    assert "shop-blind" in found.left_out["shop-above"]


def test_what_cannot_be_rehearsed_of_the_teams_is_named_with_its_reason() -> None:
    slow = shop("Slow", ExtendedStatistic="p99")
    del slow["Statistic"]
    band = shop("Band", ThresholdMetricId="ad1")
    foreign = shop("Slow") | {"AlarmName": "other-Slow"}
    found = rehearsed(Account([slow, band, foreign]))
    assert "p99" in found.left_out["shop-Slow"]
    assert "not simulated" in found.left_out["shop-Band"]
    assert "other-Slow" not in str(found)


def test_an_alert_that_flaps_is_told_as_that() -> None:
    flapping = Account(
        [shop("Slow", EvaluationPeriods=1, DatapointsToAlarm=1)],
        {"Slow": lambda minute: 9.0 if 60 <= minute < 120 and minute % 4 < 2 else 0.0},
    )
    found = rehearsed(flapping)
    [line] = [each for each in found.lines if each.alert_id == "shop-Slow"]
    assert len(line.rang) == 15
    assert len(found.flapped) == 1
    own = [each for each in found.told if each.channel == "slack"]
    assert len(own) < 2 * len(line.rang)  # fewer than a beginning and an end each
    assert "Flapping, 5 changes" in html(found)


def test_a_mute_holds_back_what_it_names_for_as_long_as_it_says() -> None:
    account = Account([shop("Slow"), shop("Errors")], {
        "Slow": within(60, 90, 9.0), "Errors": within(60, 90, 9.0),
    })  # fmt: skip
    mute = Mute("shop-Slow", "works", START, START + timedelta(hours=6))
    found = rehearsed(account, Team(mutes=(mute,)))
    told = {each.text for each in found.told if not each.text.startswith("↳")}
    assert not any("Critical" in text or "Warning" in text for text in told if "shop-Slow" in text)
    assert any("shop-Errors" in text for text in told)
    assert "shop-Slow is muted from 1 Nov 00:00 to 1 Nov 06:00" in html(found)


def test_the_teams_settings_say_who_is_told() -> None:
    settings = NotificationSettings.read(json.dumps({
        "teams": {"webhook_url": "https://example.org/workflow"},
        "pagerduty": {"routing_key": "a" * 32},
        "routes": [{"alarms": "shop-Slow", "severity": "critical", "channels": ["page"]}],
    }))  # fmt: skip
    account = Account([shop("Slow"), shop("Errors")], {
        "Slow": within(60, 90, 9.0), "Errors": within(60, 90, 9.0),
    })  # fmt: skip
    found = rehearsed(account, Team(settings))
    assert {each.channel for each in found.told if "shop-Slow" in each.text} == {"pagerduty"}
    assert {each.channel for each in found.told if "shop-Errors" in each.text} == {"teams"}
    usual = rehearsed(account)
    assert {each.channel for each in usual.told} == {"slack"}


def test_every_channel_can_be_rehearsed() -> None:
    assert set(MAKE) == set(NAMES)


def test_a_webhook_of_slack_is_rehearsed_as_one() -> None:
    settings = NotificationSettings.read(
        '{"slack": {"webhook_url": "https://hooks.slack.com/services/T/B/x"}}'
    )
    account = Account([shop("Slow")], {"Slow": within(60, 90, 9.0)})
    found = rehearsed(account, Team(settings))
    # it can neither edit nor thread: the end is a message of its own
    assert [each.text[0] for each in found.told] == ["🟠", "✅"]
