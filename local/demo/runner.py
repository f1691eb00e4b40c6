"""Run the story with live progress, and close with what it showed."""

from __future__ import annotations

import json
import os
import time
import webbrowser
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from local.demo.steps import Log, Step, StepFailedError
from local.demo.story import STEPS
from local.emulator import EmulatorError
from local.paths import OUT
from local.running import Running
from local.sam import SamError
from local.scene import FunctionError, Scene
from local.serving import ServingError

if TYPE_CHECKING:
    from rich.console import Console

SUMMARY = OUT / "demo" / "summary.json"
UP_PORT = 8025  # of the inbox under `make up`, when it is free
_EXPECTED = (
    EmulatorError, ServingError, SamError, FunctionError, StepFailedError, ClientError,
    BotoCoreError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of a step."""

    title: str
    seconds: float
    text: str
    passed: bool


def run(console: Console) -> int:
    """Play the story; 0 when every step showed what it should."""
    scene, log = Scene(), Log()
    shown: list[Shown] = []
    try:
        shown = play(console, scene, log, is_watched=_is_watched(console))
        if shown and shown[-1].passed:
            _close(console, scene, log, shown)
        passed = bool(shown) and all(one.passed for one in shown)
        if passed and _is_watched(console):
            console.print(f"\nThe inbox stays open at {scene.inbox_url} - press Enter to end.")
            console.input()
    except KeyboardInterrupt:
        console.print("\ninterrupted: stopping what was started")
        return 130
    finally:
        scene.close()
    return 0 if passed else 1


def up(console: Console) -> int:
    """Deploy and leave everything running until Ctrl-C or `make down`."""
    running = Running.load()
    if running:
        console.print(f"already running: inbox {running.inbox}; `make down` ends it")
        return 1
    scene = Scene(inbox_port=UP_PORT)
    try:
        for step in STEPS[:3]:
            if not _step(console, step, scene, Log()).passed:
                return 1
        scene.start_backend()
        Running.of(scene).save()
        scene.backend.start(datetime.now(UTC), speed=1)
        console.print(
            f"\n  inbox     {scene.inbox_url}\n  health    {scene.health_url}"
            f"\n  status    {scene.status_url}"
            f"\n  emulator  {scene.emulator.url}"
            f"\n  trouble   curl -X PUT {scene.health_url.split('/api')[0]}/scenario"
            """ -d '{"name": "upload_failures"}'"""
            "\n\nCtrl-C or `make down` ends it.",
            soft_wrap=True,  # an address in two lines cannot be clicked
        )
        while not scene.backend.wait(timeout=0.5):
            continue
        scene.backend.stop()
    except KeyboardInterrupt:
        console.print("\nstopping")
        scene.backend.stop()  # its thread would outlive us, writing to an emulator that is gone
    finally:
        scene.close()
        Running.forget()
    return 0


def play(console: Console, scene: Scene, log: Log, *, is_watched: bool = False) -> list[Shown]:
    """Play the steps up to the first that fails; each is printed as it ends."""
    shown = []
    for step in STEPS:
        shown.append(_step(console, step, scene, log))
        if not shown[-1].passed:
            break
        if is_watched and step.run.__name__ == "start_inbox":
            webbrowser.open(scene.inbox_url)
    return shown


def _step(console: Console, step: Step, scene: Scene, log: Log) -> Shown:
    started = time.monotonic()
    with console.status(step.title):
        try:
            text, passed = step.run(scene, log), True
        except _EXPECTED as error:
            text, passed = str(error), False
    seconds = time.monotonic() - started
    mark = "[green]✓[/]" if passed else "[red]✗[/]"
    console.print(f"{mark} {step.title} [dim]{seconds:.1f} s[/]")
    console.print(f"    {text}", markup=False, highlight=False, soft_wrap=True)
    return Shown(step.title, seconds, text, passed)


def _close(console: Console, scene: Scene, log: Log, shown: list[Shown]) -> None:
    kept = scene.inbox.snapshot()
    messages = {
        "Slack messages": sum(map(len, kept.slack.values())),
        "PagerDuty incidents": len(kept.incidents),
        "e-mails": len(kept.emails),
        "SMS": len(kept.texts),
    }
    table = Table(title="What the demo showed", title_justify="left")
    table.add_column("")
    table.add_column("", justify="right")
    for alarm in log.alarms:
        table.add_row("alarm fired", alarm)
    for name, count in messages.items():
        table.add_row(f"delivered: {name}", str(count))
    for name, seconds in log.latencies.items():
        table.add_row(f"latency: {name}", f"{seconds:.2f} s")
    console.print(table)
    console.print("Next: `make up` keeps it running · docs/runbook.md · README, Deploy to AWS")
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "alarms": log.alarms,
        "deliveries": messages,
        "latencies_seconds": {name: round(s, 3) for name, s in log.latencies.items()},
        "steps": [
            {"title": one.title, "seconds": round(one.seconds, 2), "showed": one.text}
            for one in shown
        ],
        "contract_violations": scene.contract_violations(),
    }
    SUMMARY.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    (SUMMARY.parent / "inbox.json").write_text(scene.inbox.raw())


def _is_watched(console: Console) -> bool:
    """Whether a person looks on: in CI nothing is asked and nothing opened."""
    return console.is_interactive and not os.environ.get("CI")
