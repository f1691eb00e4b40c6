"""The demo's steps on what the emulator cannot evaluate, and on the rehearsal of a fortnight.

The evaluator says how alarms change over a simulated fortnight and drives the emulator's by it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from alarm_evaluator import (
    Act,
    CompositeAlarm,
    MetricAlarm,
    Simulated,
    State,
    SuppressedBy,
    composite_alarm,
    metric_alarm,
    simulate,
)
from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import publish
from local.demo import evidence
from local.demo.steps import Log, StepFailedError, awaited
from local.emulator import REGION
from local.generate.template import load
from local.history import BUCKET, DISTRIBUTION
from local.paths import OUT
from local.rehearsal.account import Account, Deployed
from local.rehearsal.burning import burns, read_all
from local.rehearsal.deployed import Stack
from local.rehearsal.driving import Driver
from local.rehearsal.fortnight import PREFIX, Fortnight, team_alarms
from local.rehearsal.kpis import compute
from local.rehearsal.page import as_json, html
from local.rehearsal.recording import VERSION, Recorder, Recording, Replay
from local.rehearsal.rehearse import Question, Rehearsal, rehearse

if TYPE_CHECKING:
    from avatarwatch.alerts import AlertMessage
    from local.inbox.models import SlackMessage, Snapshot
    from local.scene import Scene

FOLDER = OUT / "demo" / "rehearsal"
PAGE = FOLDER / "index.html"
PARAMETERS = {
    "AvatarBucketNames": BUCKET, "DistributionIds": DISTRIBUTION, "WatchedAlarmPrefix": PREFIX,
    "ReportTimeZone": "Europe/Stockholm",
}  # fmt: skip
BURNS = "UploadBudgetBurn"
BURNS_SAID = "The error budget of uploads"
DOWN, OVER = f"{PREFIX}down", f"{PREFIX}degraded"
AT_MOST = 2.0


@cache
def recorded(now: datetime) -> tuple[Recording, Stack]:
    """Record the fortnight before a day once, by the very way that an account is recorded."""
    account = Fortnight.before(now)
    recording = Recording(VERSION, account.start, account.end)
    stack = Stack.of(load(), PARAMETERS, REGION)
    read_all(
        stack.kpi_settings(REGION), lambda region: Recorder(recording, region, account, now),
        account.start, account.end,
    )  # fmt: skip
    Account(account, REGION, now).record(recording, stack.prefixes)
    return recording, stack.joined(Deployed.of(recording))


@cache
def burnt(now: datetime) -> tuple[AlertMessage, ...]:
    """Return what KpiAggregation would have published of error budgets."""
    recording, stack = recorded(now)
    settings = stack.kpi_settings(REGION)
    found = burns(
        settings, lambda region: Replay(recording, region), recording.start, recording.end
    )
    return tuple(found)


def play(scene: Scene, log: Log) -> str:
    """Let a composite hold its parts back, and an error budget burn."""
    recording, stack = recorded(_today())
    cloudwatch = scene.emulator.client("cloudwatch")
    topic = scene.stack.outputs["AlertsTopicArn"]
    for parameters in team_alarms(topic):
        put = "put_composite_alarm" if "AlarmRule" in parameters else "put_metric_alarm"
        getattr(cloudwatch, put)(**parameters)
    scene.quiet()  # the fortnight is not the busy minute that the demo has been
    acts, driver = _acts(recording, stack), Driver(cloudwatch, _alarms())
    for together in _until_told(acts):
        started = time.monotonic()
        driver.play(together)
        name = together[-1].transition.name
        if together[-1].transition.after is State.ALARM:
            awaited(scene, partial(_rings, name), f"{name} in Slack")
            log.latencies[f"{name} → Slack"] = time.monotonic() - started
    for name in (DOWN, OVER):
        awaited(scene, partial(evidence.recovered, text=name), f"the end of {name}")
    told = [each for each in evidence.slack(scene.inbox.snapshot()) if OVER in each.content.text]
    rang = [a for a in acts if a.transition.name == OVER and a.transition.after is State.ALARM]
    if len(told) != 1 or SuppressedBy.ALARM not in {act.held for act in rang}:
        raise StepFailedError(f"{OVER} was told {len(told)} times, not once")
    log.alarms += [DOWN, OVER, BURNS]
    return "\n    ".join([
        f"{OVER} was told once, and held back once while {DOWN} said it better",
        _burn(scene),
    ])  # fmt: skip


def _rings(name: str, kept: Snapshot) -> SlackMessage | None:
    return evidence.ringing(kept, name)


def _until_told(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Yield acts up to each beginning that is told: AlarmFanout tells the latest of a batch."""
    found: list[Act] = []
    for act in acts:
        found.append(act)
        is_told = act.held is None and act.transition.name in {DOWN, OVER}
        if is_told and act.transition.after is State.ALARM:
            yield found
            found = []
    yield found


def page(scene: Scene, log: Log) -> str:
    """Rehearse the fortnight: what would have been told, and whom it would have woken."""
    del scene, log
    found = rehearsed(_today())
    FOLDER.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(html(found), encoding="utf-8")
    document = json.dumps(as_json(found), indent=2, ensure_ascii=False)
    (FOLDER / "rehearsal.json").write_text(f"{document}\n")
    rang = {line.alert_id for line in found.lines if line.rang}
    missing = {"UploadFailuresCritical", "CacheHitRateWarning", BURNS, OVER} - rang
    if missing or not found.at_night:
        raise StepFailedError(f"the fortnight passed without {', '.join(sorted(missing))}")
    return (
        f"{len(found.told)} messages {found.by_channel}, {len(found.at_night)} at night;"
        f" on a page: {PAGE}"
    )


def rehearsed(now: datetime, at_most: float = AT_MOST) -> Rehearsal:
    """Rehearse the fortnight before a day."""
    recording, stack = recorded(now)
    computed = compute(
        stack.kpi_settings(REGION), lambda region: Replay(recording, region), recording.start,
        recording.end,
    )  # fmt: skip
    asked = Question(recording.start, recording.end, REGION, at_most)
    return rehearse(stack, computed, asked, burnt(now))


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _alarms() -> dict[str, MetricAlarm | CompositeAlarm]:
    return {
        each["AlarmName"]: composite_alarm(each) if "AlarmRule" in each else metric_alarm(each)
        for each in team_alarms()
    }


def _acts(recording: Recording, stack: Stack) -> list[Act]:
    every = _alarms().values()
    found: Simulated = simulate(
        [alarm for alarm in every if isinstance(alarm, MetricAlarm)],
        [alarm for alarm in every if isinstance(alarm, CompositeAlarm)],
        stack.data, int(recording.start.timestamp()), int(recording.end.timestamp()),
    )  # fmt: skip
    return list(found.acts)


def _burn(scene: Scene) -> str:
    """Publish that a budget burns and no longer does, as of now, and wait for both."""
    course = [each for each in burnt(_today()) if each.alert == BURNS]
    begins = next(each for each in course if each.state is AlertState.ALARM)
    ends = next(each for each in course if each.state is AlertState.OK)
    sns, topic = scene.emulator.client("sns"), scene.stack.outputs["AlertsTopicArn"]
    now = datetime.now(UTC)
    publish(sns, topic, replace(begins, time=now))
    told = awaited(scene, partial(_rings, BURNS_SAID), "the burning budget")
    _page_of(scene, "triggered")
    publish(sns, topic, replace(ends, time=now + timedelta(seconds=1)))
    awaited(scene, partial(evidence.recovered, text=BURNS_SAID), "the end of the burning budget")
    _page_of(scene, "resolved")
    return evidence.plain(told.content.text)


def _page_of(scene: Scene, state: str) -> None:
    awaited(
        scene,
        lambda kept: [i for i in kept.incidents if "budget" in i.summary and i.state == state],
        f"PagerDuty's incident of the budget, {state}",
    )
