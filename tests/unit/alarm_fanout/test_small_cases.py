"""What fell short once, each in its smallest form: replayed, and judged as a reader would."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alarm_fanout.channels.base import Receipt
from alarm_fanout.channels.http import Answer
from alarm_fanout.channels.slack.transport import _of_api, _of_webhook
from fakes.world import ALL, EVERYWHERE, World

FOLDER = Path(__file__).parent / "small"
TICK = timedelta(minutes=5)


def replayed(name: str) -> World:
    """Play a case: messages, waits, ticks each five minutes, the queue until it is empty."""
    case = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    routes = (EVERYWHERE,) if case.get("routes") == "all" else ()
    webhook = case.get("webhook", False)
    world = World(routes=routes, webhook=webhook, has=ALL - {"teams"})
    with world.running():
        for fault in case.get("slack", ()):
            _fault(world, fault, webhook=webhook)
        for step in case["steps"]:
            _step(world, **step)
    return world


def _fault(world: World, fault: dict[str, Any], *, webhook: bool) -> None:
    if fault["kind"] == "slow_accept":
        world.slack.silently = fault["times"]
        return
    read: Callable[[Answer], Receipt] = _of_webhook if webhook else _of_api
    receipt = read(Answer(fault["status"], fault["body"]))
    if "times" in fault:
        world.slack.faults.extend([receipt] * fault["times"])
    else:
        world.slack.down = receipt


def _step(
    world: World,
    tell: list[Any] | None = None,
    wait_s: float = 0,
    tick: int = 0,
    drain_h: float = 0,
) -> None:
    world.clock.advance(seconds=wait_s)
    bodies = [body for body in tell or () if isinstance(body, str)]
    if bodies:
        world.tell(*bodies)
    for event in (body for body in tell or () if not isinstance(body, str)):
        world.invoke(event)
    for _ in range(tick):
        world.clock.advance(seconds=TICK.total_seconds())
        world.tick()
    if drain_h:
        world.drain(timedelta(hours=drain_h))


def first_lines(world: World) -> list[str]:
    return [message.text.partition("\n")[0].replace("*", "") for message in world.slack.top()]


def everything(world: World) -> str:
    mails = [f"{mail.subject}\n{mail.body}" for mail in world.sns.emails]
    return "\n".join([*(m.text for m in world.slack.messages.values()), *mails, *world.sns.texts])


@pytest.mark.parametrize(("name", "line", "channel"), [
    ("event-ecs-deployment-failed", "Deployment of prod/avatar-api failed: ECS deployment circuit",
     "CWARNING"),
    ("event-pipeline-failed-eb", "Pipeline avatar-deploy failed", "CWARNING"),
    ("event-malware-scan-threat", "Threat found in avatars/u/77.png: EICAR-Test-File",
     "CCRITICAL"),
    ("event-guardduty-archived-no-severity", "A host of Tor called S3", "CINFO"),
    ("event-rds-failover-sns", "avatars: Storage is full: 0 bytes left", "CWARNING"),
    ("metrics-insights-3-of-40", "fleet-writes: 3 of 40 series", "CWARNING"),
    ("free-storage-bytes", "db-free-storage-low 5.37 GB, over 10.7 GB", "CWARNING"),
])  # fmt: skip
def test_the_first_line_says_what_happened(name: str, line: str, channel: str) -> None:
    world = replayed(name)
    [message] = world.slack.top()
    assert line in first_lines(world)[0]
    assert message.channel == channel


def test_a_slow_acceptance_stands_twice_at_most() -> None:
    world = replayed("slack-slow-but-accepted")
    assert len(world.slack.top()) <= 2
    told = [mail for mail in world.sns.emails if "refuses" not in mail.subject]
    assert len(told) == 1
    assert len([text for text in world.sns.texts if "refuses" not in text]) == 1
    assert len([change for change in world.pagerduty.changes if "DeliveryF" not in change[1]]) >= 1


def test_without_slack_somebody_hears_of_it_by_email_within_its_minutes() -> None:
    world = replayed("slack-only-alert-slack-down-2h")
    told = [mail for mail in world.sns.emails if " a 18.2" in mail.subject]
    assert len(told) == 1
    assert "Slack is not taking messages; this came by e-mail." in told[0].body


def test_what_cloudwatch_muted_is_told_when_its_window_ends() -> None:
    [line] = first_lines(replayed("cloudwatch-mute-window-over"))
    assert line == "🟠 Warning · a"


def test_a_time_ahead_keeps_no_later_change_back() -> None:
    world = replayed("alarm-5-weeks-ahead")
    assert [mail.subject.split()[0] for mail in world.sns.emails] == ["[CRIT]", "[OK]", "[CRIT]"]


def test_the_same_name_in_three_accounts_is_told_apart_everywhere() -> None:
    world = replayed("same-name-three-accounts-in-one-batch")
    text = world.slack.top()[0].text
    places = ("1111-1111-1111, eu-north-1", "2222-2222-2222, eu-north-1")
    assert all(place in text for place in places)
    assert "us-east-1" in text
    assert len({row for row in world.sns.emails[0].body.splitlines() if "cpu-high" in row}) == 3
    assert len(world.sns.texts) == 1
    assert "111111111111" in world.sns.texts[0]


def test_a_foreign_runbook_is_a_button() -> None:
    payload = json.dumps(replayed("runbook-in-foreign-description").slack.top()[0].payload)
    assert "https://wiki.example.com/db-disk" in payload


def test_a_deleted_alarm_is_over_and_nobody_is_reminded() -> None:
    world = replayed("alarm-deleted-while-in-alarm")
    assert [action for action, _ in world.pagerduty.changes] == ["trigger", "resolve"]
    assert not [mail for mail in world.sns.emails if "Still" in mail.subject]
    assert any("Alarm deleted" in line for line in first_lines(world))


def test_the_sovereign_cloud_has_its_region_and_its_key() -> None:
    world = replayed("european-sovereign-cloud")
    assert "eusc-de-east-1" in world.slack.top()[0].text
    [document] = world.documents.query("incident")
    assert document.key[1] == "arn:aws-eusc:cloudwatch:eusc-de-east-1:123456789012:alarm:x"


def test_what_a_proxy_answers_is_no_delivery() -> None:
    world = replayed("webhook-200-but-not-ok")
    assert len(world.slack.top()) == 1
    assert not world.slack.faults


def test_no_secret_is_shown() -> None:
    text = everything(replayed("credentials-in-unknown-json"))
    for secret in ("AKIAEXAMPLE", "wJalrXUtnFEMIsecret", "FwoGZX-session", "hunter2"):
        assert secret not in text
    assert "(hidden)" in text


def test_what_flaps_and_is_ok_says_so_and_pages_nobody() -> None:
    world = replayed("flapping-ends-ok")
    assert any("OK now" in line for line in first_lines(world))
    assert not world.pagerduty.open


def test_every_case_is_replayed() -> None:
    source = Path(__file__).read_text("utf-8")
    assert all(f'"{path.stem}"' in source for path in FOLDER.glob("*.json"))
