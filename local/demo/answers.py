"""The demo's steps on people: one acknowledges an alert, another has planned maintenance."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from local.demo import evidence
from local.demo.foreign import foreign_alarm
from local.demo.steps import Log, StepFailedError, awaited

if TYPE_CHECKING:
    from local.inbox.models import SlackMessage, Snapshot
    from local.scene import Scene

WHO = "anna"
WINDOW, HELD = "bulk import", "imports-db-cpu"
ACKNOWLEDGE = "answer:acknowledge"


def acknowledge(scene: Scene, log: Log) -> str:
    """Press Acknowledge below the alert that rings: the message says who, PagerDuty is told."""
    del log
    _press(scene, "Upload failures", ACKNOWLEDGE, WHO)
    awaited(scene, lambda kept: _saying(kept, f"Acknowledged by {WHO} at"), "who acknowledged it")
    return f"Acknowledged by {WHO}, no reminder any more"


def looked_back_on(message: SlackMessage) -> str:
    """Return how a recovery says that it was acknowledged; raises StepFailedError where not."""
    found = re.search(rf"Acknowledged by {WHO} after [\w ]+", str(message.content.attachments))
    if not found:
        raise StepFailedError(f"the recovery does not say that {WHO} acknowledged it")
    return found[0]


def maintenance(scene: Scene, log: Log) -> str:
    """Plan maintenance: an alert inside is held back, the status page says so, the end sums up."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    scene.invoke("AlarmFanout", {
        "action": "maintain", "name": WINDOW, "alarms": "imports-*", "minutes": 60,
        "reason": "the weekly import", "starts": now.isoformat(),
    })  # fmt: skip
    _tell(scene, foreign_alarm(HELD, 97.5))
    log.alarms.append(f"{HELD}, held back")
    held = f"Maintenance {WINDOW} holds back {HELD}"
    awaited(scene, lambda kept: _saying(kept, held), "what maintenance holds back")
    scene.poll(page=True)
    shown = json.loads(scene.report("status/status.json"))["held"]
    if (WINDOW, True) not in [(each["name"], each["is_now"]) for each in shown]:
        raise StepFailedError(f"the status page shows {shown}")
    _tell(scene, foreign_alarm(HELD, 12.5, "OK"))
    scene.invoke("AlarmFanout", {"action": "cancel", "name": WINDOW})
    ended = f"Maintenance {WINDOW} ended"
    awaited(scene, lambda kept: _saying(kept, ended), "what maintenance held back")
    if evidence.emails(scene.inbox.snapshot(), HELD):
        raise StepFailedError(f"{HELD} was told by e-mail though it was held back")
    return f"{held}; the status page says so"


def each_state(scene: Scene) -> None:
    """Let one alert of each state stand: acknowledged, muted, open, in maintenance."""
    for name, action, who in (
        ("payments-db-cpu", ACKNOWLEDGE, WHO), ("mail-db-cpu", "answer:mute-hour", "bo"),
        ("search-db-cpu", "", ""),
    ):  # fmt: skip
        scene.quiet()  # each has a message of its own
        _tell(scene, foreign_alarm(name, 97.5))
        awaited(scene, partial(evidence.ringing, text=name), name)
        if action:
            _press(scene, name, action, who)
            awaited(scene, partial(_saying, text=f"by {who}"), f"what {who} answered")
    maintenance(scene, Log())


def _press(scene: Scene, text: str, action: str, who: str) -> None:
    message = awaited(scene, lambda kept: evidence.ringing(kept, text), f"the alert {text}")
    [value] = [each["value"] for each in evidence.buttons(message, action)]
    before = len(scene.inbox.whispers())
    scene.inbox.press(message, action, value, who)
    if failed := scene.inbox.whispers()[before:]:
        raise StepFailedError(failed[-1].text)


def _tell(scene: Scene, alarm: dict[str, Any]) -> None:
    topic = scene.stack.outputs["AlertsTopicArn"]
    scene.emulator.client("sns").publish(TopicArn=topic, Message=json.dumps(alarm))


def _saying(kept: Snapshot, text: str) -> SlackMessage | None:
    told = (each for message in evidence.slack(kept) for each in (message, *message.replies))
    return next((each for each in told if text in str(each.content)), None)
