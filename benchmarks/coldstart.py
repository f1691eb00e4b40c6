"""Cold start: import plus first delivery in a fresh process, against a bare handler.

The bare handler only makes a boto3 client and posts with urllib: what any Lambda that writes to
Slack needs at least. Both start afresh in turn, with the layer's own packages, against the same
emulator and inbox; what is compared is the ratio of the medians.
"""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console

from benchmarks.parts.fresh import Handler, Place, medians, places, show
from benchmarks.parts.summary import Figure
from local.paths import BUILT, ROOT
from local.scene import Scene

RUNS = 15
EVENT = ROOT / "events" / "alarm_fanout" / "metric-alarm-in-alarm.json"
_ONCE = (
    "before it tells, AlarmFanout claims the alert, so that it is told once, and looks up the"
    " metric: two clients more, of which DynamoDB's reads a large model, and four calls, where the"
    " bare handler tells again what is delivered twice. Their imports take equally long"
)
ROWS = (("seconds", "seconds", 3), ("megabytes", "peak MB", 1))

BARE = """
import json, os, urllib.request
import boto3

client = boto3.client("ssm")

def handler(event, context):
    name = os.environ["NOTIFICATION_SETTINGS_PARAMETER"]
    value = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    slack = json.loads(value)["slack"]
    text = json.loads(event["Records"][0]["body"])["Message"][:500]
    body = json.dumps({"channel": "#critical", "text": text}).encode()
    headers = {"Content-Type": "application/json; charset=utf-8",
               "Authorization": "Bearer " + slack["bot_token"]}
    request = urllib.request.Request(slack["api_url"] + "chat.postMessage", body, headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return {"ok": json.load(answer)["ok"]}
"""

# Seconds are counted from the process's first line to the message in the inbox.
CHILD = """
event = json.loads(sys.argv[2])
started_at = time.time() - (time.perf_counter() - started)
answer = importlib.import_module(sys.argv[1]).handler(event, Context())
tell(started_at=started_at, megabytes=peak_mb(), answer=answer)
"""


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures of each place."""
    with places(console, "AlarmFanoutFunction") as (scene, found):
        return {"runs": RUNS} | {place.name: _compared(console, scene, place) for place in found}


def _compared(console: Console, scene: Scene, place: Place) -> dict[str, dict[str, float]]:
    handlers = {
        "bare handler": Handler.bare("bare", BARE),
        "alarm_fanout": Handler("alarm_fanout.handler", BUILT / "AlarmFanoutFunction"),
    }
    figures = medians(handlers, lambda handler: _sample(scene, place, handler), RUNS)
    show(console, f"Cold start in a fresh {place.name}, median of {RUNS}", figures, ROWS)
    return figures


def _sample(scene: Scene, place: Place, handler: Handler) -> dict[str, float]:
    scene.inbox.clear()
    _forget(scene)
    told = place.measure(handler, CHILD, EVENT.read_text())
    if told["answer"] not in ({"ok": True}, {"batchItemFailures": []}):
        raise RuntimeError(f"{handler.module} did not deliver: {told['answer']}")
    [message] = scene.inbox.slack()
    seconds = message.received_at.timestamp() - told["started_at"]
    return {"seconds": seconds, "megabytes": told["megabytes"]}


def _forget(scene: Scene) -> None:
    """Empty StateTable: a first delivery finds nothing of an earlier one to add itself to."""
    dynamodb, table = scene.emulator.client("dynamodb"), scene.stack.outputs["StateTableName"]
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return each place's ratios to the bare handler."""
    return [
        Figure(
            f"AlarmFanout in a fresh {place}, {heading}, ratio to a bare handler",
            figures["alarm_fanout"][figure] / figures["bare handler"][figure],
            at_most=1.3,
            beside=f"bare {figures['bare handler'][figure]:.{digits}f}",
            why=_ONCE if figure == "seconds" else "",
        )
        for place, figures in found.items()
        if place != "runs"
        for figure, heading, digits in ROWS
    ]


if __name__ == "__main__":
    run(Console())
    sys.exit(0)
