"""Cold start: import plus first delivery in a fresh process, against a bare handler.

The bare handler only makes a boto3 client and posts with urllib: what any Lambda that writes to
Slack needs at least. Both run in fresh processes in turn, with the layer's own packages, against
the same emulator and inbox; what is compared is the ratio of the medians.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from local.paths import BUILT, EMULATOR_HOME, OUT, ROOT
from local.running import Running
from local.scene import Scene

RUNS = 15
EVENT = ROOT / "events" / "alarm_fanout" / "metric-alarm-in-alarm.json"

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

# A fresh process: as Lambda's, it imports the handler and handles one event.
CHILD = """
import sys, time
started = time.perf_counter()
import json, importlib
event, module = json.load(open(sys.argv[1])), sys.argv[2]
event["Records"][0]["body"] = sys.argv[3]
class Context:
    aws_request_id = "cold"
    function_name = "cold"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-north-1:000000000000:function:cold"
    def get_remaining_time_in_millis(self): return 30000
stdout, sys.stdout = sys.stdout, sys.stderr
started_at = time.time() - (time.perf_counter() - started)
answer = importlib.import_module(module).handler(event, Context())
# not getrusage: its maximum is inherited from the process that started this one
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
result = {"started_at": started_at, "kilobytes": peak, "answer": answer}
print(json.dumps(result), file=stdout, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One cold start: seconds from the process's first line to Slack's message; peak memory."""

    seconds: float
    megabytes: float


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures."""
    bare_home = OUT / "bare"
    bare_home.mkdir(parents=True, exist_ok=True)
    (bare_home / "bare.py").write_text(BARE)
    ours: list[Sample] = []
    bare: list[Sample] = []
    with console.status("deploying"), Scene() as scene:
        running = Running.of(scene)
        for number in range(RUNS + 1):
            samples = (
                _sample(scene, running, [str(bare_home)], "bare", number),
                _sample(scene, running, _paths(), "alarm_fanout.handler", number),
            )
            if number:  # the first warms the disk's cache for both
                bare.append(samples[0])
                ours.append(samples[1])
    figures = {
        "runs": RUNS,
        "bare_seconds": _median(sample.seconds for sample in bare),
        "alarm_fanout_seconds": _median(sample.seconds for sample in ours),
        "bare_megabytes": _median(sample.megabytes for sample in bare),
        "alarm_fanout_megabytes": _median(sample.megabytes for sample in ours),
    }
    figures["time_ratio"] = figures["alarm_fanout_seconds"] / figures["bare_seconds"]
    figures["memory_ratio"] = figures["alarm_fanout_megabytes"] / figures["bare_megabytes"]
    _print(console, figures)
    return figures


def _paths() -> list[str]:
    return [
        str(BUILT / "AlarmFanoutFunction"),
        str(BUILT / "SharedLayer" / "python"),
        str(BUILT / "DependenciesLayer" / "python"),
    ]


def _sample(scene: Scene, running: Running, paths: list[str], module: str, number: int) -> Sample:
    scene.inbox.clear()
    _forget(scene, running)
    environment = dict(running.functions["AlarmFanoutFunction"]) | {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ":".join(paths),
        "AWS_ENDPOINT_URL": running.emulator,
        "AWS_LAMBDA_FUNCTION_NAME": "cold",
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    command = [
        str(EMULATOR_HOME / "bin" / "python"),
        "-c",
        CHILD,
        str(EVENT),
        module,
        _body(number),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    if result["answer"] not in ({"ok": True}, {"batchItemFailures": []}):
        raise RuntimeError(f"{module} did not deliver: {result['answer']} {done.stderr[-500:]}")
    [message] = scene.inbox.slack()
    seconds = message.received_at.timestamp() - result["started_at"]
    return Sample(seconds, result["kilobytes"] / 1024)


def _forget(scene: Scene, running: Running) -> None:
    """Empty StateTable: a first delivery finds nothing of an earlier one to add itself to."""
    table = running.functions["AlarmFanoutFunction"]["STATE_TABLE_NAME"]
    dynamodb = scene.emulator.client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def _body(number: int) -> str:
    """Return the event's body for an alarm of its own, so that every run delivers."""
    envelope = json.loads(json.loads(EVENT.read_text())["Records"][0]["body"])
    alarm = json.loads(envelope["Message"])
    alarm["AlarmName"] += f"-{number}"
    alarm["AlarmArn"] += f"-{number}"
    envelope["Message"] = json.dumps(alarm)
    return json.dumps(envelope)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _print(console: Console, figures: dict[str, Any]) -> None:
    table = Table(title=f"Cold start: import and first delivery, median of {RUNS}")
    for column in ("", "bare handler", "alarm_fanout", "ratio"):
        table.add_column(column, justify="right")
    table.add_row(
        "seconds",
        f"{figures['bare_seconds']:.3f}",
        f"{figures['alarm_fanout_seconds']:.3f}",
        f"{figures['time_ratio']:.2f}",
    )
    table.add_row(
        "peak MB",
        f"{figures['bare_megabytes']:.1f}",
        f"{figures['alarm_fanout_megabytes']:.1f}",
        f"{figures['memory_ratio']:.2f}",
    )
    console.print(table)


if __name__ == "__main__":
    run(Console())
    sys.exit(0)
