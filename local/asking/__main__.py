"""`make mute` and its kin: what is asked of a deployment, found by the environment's name."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from avatarwatch.maintenance import (
    AHEAD,
    LONGEST,
    Window,
    WindowError,
    checked,
    first,
    is_over,
    spans_of,
)
from local.asking.names import matching, nearest
from local.command import ended, refusal
from local.doctor.deployment import Deployment, NoDeploymentError, deployment_of

type Given = Mapping[str, str]


class UsageError(Exception):
    """What was typed is not enough; the message says what is."""


WANTED = {
    "mute": ("ALARMS", "MINUTES", "REASON"),
    "unmute": ("ALARMS",),
    "mutes": (),
    "maintain": ("MAINTENANCE", "ALARMS", "MINUTES", "REASON", "STARTS"),
    "cancel": ("MAINTENANCE",),
    "plan": (),
    "undo": ("BUCKET",),
}
OPTIONAL = {"maintain": ("ZONE", "REPEAT")}
EXAMPLE = {
    "ALARMS": "'Storage*'", "MINUTES": "60", "REASON": "'bulk import'", "BUCKET": "avatars",
    "MAINTENANCE": "imports", "STARTS": "2026-12-06T02:30", "ZONE": "Europe/Stockholm",
    "REPEAT": "'FREQ=WEEKLY;BYDAY=SU'",
}  # fmt: skip
FIELDS = {"MAINTENANCE": "name"}  # of an action, where it is called otherwise: shells set NAME
SHOWN = 5  # times of a window


def main(arguments: list[str]) -> int:
    """Ask, and show the answer; 1 when the function refused, 2 when it could not be asked."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        name, environment = arguments
        event = request(name, os.environ)
        deployment = deployment_of(environment)
        if name in {"mute", "maintain"}:
            _say_what_matches(deployment, event["alarms"], console)
        if name == "maintain":
            _say_when(event, console)
        answer = asked(deployment, name, event)
    except (UsageError, NoDeploymentError) as error:
        console.print(str(error), markup=False)
        return 2
    except (ClientError, BotoCoreError) as error:
        console.print(refusal(error), markup=False)
        return 2
    refused = "errorMessage" in answer
    console.print(answer["errorMessage"] if refused else json.dumps(answer, indent=2), markup=False)
    return 1 if refused else 0


def request(name: str, given: Given) -> dict[str, Any]:
    """Return what to send; raises UsageError for what is missing or no number."""
    missing = [each for each in WANTED[name] if not given.get(each, "").strip()]
    if missing:
        example = " ".join(f"{each}={EXAMPLE[each]}" for each in _fields(name))
        raise UsageError(f"{missing[0]} is missing: make {name} ENV=prod {example}")
    event: dict[str, Any] = {
        FIELDS.get(each, each.lower()): given[each] for each in _fields(name) if given.get(each)
    }
    if "minutes" in event:
        event["minutes"] = _minutes(event["minutes"])
    if name == "maintain":
        _window(event)
    return {"action": "rollback" if name == "undo" else name, **event}


def _minutes(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"MINUTES: {text!r} is no number of minutes, as in MINUTES=60")
    if len(text) > len(str(LONGEST)) or not 1 <= int(text) <= LONGEST:
        raise UsageError(f"MINUTES: needs 1 to {LONGEST}, seven days")
    return int(text)


def _fields(name: str) -> tuple[str, ...]:
    return WANTED[name] + OPTIONAL.get(name, ())


def _window(event: Mapping[str, Any]) -> Window:
    """Return a window that has an end; raises UsageError that begins with the field."""
    try:
        window = checked(Window(**{k: v for k, v in event.items() if k != "action"}))
    except WindowError as error:
        raise UsageError(str(error)) from None
    if is_over(window, now := datetime.now(UTC)):
        raise UsageError(f"starts: it does not come any more, it is {now:%Y-%m-%d %H:%M} UTC now")
    return window


def _say_when(event: Mapping[str, Any], console: Console) -> None:
    """Say when a window comes, on its own clock; nobody reads a rule at a glance."""
    window, now = _window(event), datetime.now(UTC)
    begins = first(window)
    spans = list(islice(spans_of(window, now, max(now, begins) + AHEAD), SHOWN))
    for span in spans:
        start, end = (at.astimezone(ZoneInfo(window.zone)) for at in (span.start, span.end))
        console.print(
            f"comes {start:%a %Y-%m-%d %H:%M} to {end:%a %H:%M %Z}", markup=False
        )  # fmt: skip


def asked(deployment: Deployment, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Invoke the function that does it, and return its answer or its error."""
    function = "CostControlFunction" if name in {"plan", "undo"} else "AlarmFanoutFunction"
    answer = deployment.client("lambda").invoke(
        FunctionName=deployment.outputs[function], Payload=json.dumps(event)
    )
    text = answer["Payload"].read().decode(errors="replace")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        said = text[:200] or "nothing"
        return {"errorMessage": f"{deployment.outputs[function]} answered {said}, no object"}
    return found


def _say_what_matches(deployment: Deployment, pattern: str, console: Console) -> None:
    try:
        found, known = matching(deployment, pattern)
    except (ClientError, BotoCoreError) as error:
        # whose rights end here is to be let sleep all the same
        console.print(f"what it holds back is not known: {refusal(error)}", markup=False)
        return
    if found:
        shown = ", ".join(found[:10]) + (f" and {len(found) - 10} more" if len(found) > 10 else "")
        console.print(f"holds back: {shown}", markup=False)
        return
    near = nearest(pattern, known)
    meant = f" Did you mean {near}?" if near else ""
    console.print(
        f"nothing is called {pattern} now: no alarm in {deployment.region}, no AlertId, nothing"
        f" that was told.{meant} It is held back all the same, for what comes by that name.",
        markup=False,
    )


if __name__ == "__main__":
    AFTER_CTRL_C = "what was asked may have been done: `make mutes` or `make plan` shows it"
    sys.exit(ended(lambda: main(sys.argv[1:]), AFTER_CTRL_C))
