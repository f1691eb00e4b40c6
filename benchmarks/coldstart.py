"""Cold start: import plus first delivery in a fresh process, against a bare handler.

The bare handler only makes a boto3 client and posts with urllib: what any Lambda that writes to
Slack needs at least. Both run in fresh processes in turn, with the layer's own packages, against
the same emulator and inbox; what is compared is the ratio of the medians. First on this machine
itself, then, where an engine and the image are there, each in a fresh container of Lambda's image
with code and layers where Lambda mounts them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from local.invoke import IMAGE, InvokeError, check_engine, has_image, reachable
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
module, event = sys.argv[1], json.loads(sys.argv[2])
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
class Handler:
    """What is started: a module, and the folders where it and its layers are."""

    module: str
    code: Path
    layers: tuple[Path, ...] = ()


BARE_HANDLER = Handler("bare", OUT / "bare")
OURS = Handler(
    "alarm_fanout.handler",
    BUILT / "AlarmFanoutFunction",
    (BUILT / "SharedLayer" / "python", BUILT / "DependenciesLayer" / "python"),
)

# What starts a handler as a fresh process: its environment and arguments make a command.
type Start = Callable[[Handler, Mapping[str, str], Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One cold start: seconds from the process's first line to Slack's message; peak memory."""

    seconds: float
    megabytes: float


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures of each place."""
    BARE_HANDLER.code.mkdir(parents=True, exist_ok=True)
    (BARE_HANDLER.code / "bare.py").write_text(BARE)
    figures: dict[str, Any] = {"runs": RUNS}
    with ExitStack() as stack:
        with console.status("deploying"):
            scene = stack.enter_context(Scene())
        running = Running.of(scene)
        environment = running.functions["AlarmFanoutFunction"]
        emulator = {"AWS_ENDPOINT_URL": running.emulator}
        figures["process"] = _compared(console, scene, _process, {**environment, **emulator})
        try:
            _check_container()
        except InvokeError as error:
            console.print(f"In a container: not measured, {error}")
            return figures
        settings = stack.enter_context(reachable(running))
        inside = settings("AlarmFanoutFunction")
        figures["container"] = _compared(console, scene, _container, inside)
    return figures


def _check_container() -> None:
    check_engine()
    if not has_image():
        raise InvokeError(f"the image {IMAGE} is not here, and a benchmark pulls nothing")


def _process(handler: Handler, environment: Mapping[str, str], command: Sequence[str]) -> list[str]:
    """Start with the emulator's interpreter, which has what the Lambda runtime has."""
    paths = ":".join(map(str, (handler.code, *handler.layers)))
    variables = {**environment, "PATH": "/usr/bin:/bin", "PYTHONPATH": paths}
    named = [f"{name}={value}" for name, value in variables.items()]
    return ["/usr/bin/env", "-i", *named, str(EMULATOR_HOME / "bin" / "python"), *command]


def _container(
    handler: Handler, environment: Mapping[str, str], command: Sequence[str]
) -> list[str]:
    """Start in a container that has seen nothing: code in /var/task, layers below /opt."""
    mounted = {f"/opt/{index}": layer for index, layer in enumerate(handler.layers)}
    paths = ":".join(["/var/task", *mounted, "/var/runtime"])
    variables = {**environment, "PYTHONPATH": paths}
    return [
        "docker", "run", "--rm", "--read-only", "--entrypoint", "/var/lang/bin/python3.13",
        *(f"--volume={folder}:{place}:ro" for place, folder in
          {"/var/task": handler.code, **mounted}.items()),
        *(f"--env={name}={value}" for name, value in variables.items()),
        IMAGE, *command,
    ]  # fmt: skip


def _compared(
    console: Console, scene: Scene, start: Start, environment: Mapping[str, str]
) -> dict[str, float]:
    samples: dict[Handler, list[Sample]] = {BARE_HANDLER: [], OURS: []}
    for number in range(RUNS + 1):
        for handler, taken in samples.items():
            sample = _sample(scene, start, handler, environment)
            if number:  # the first warms the disk's cache for both
                taken.append(sample)
    bare, ours = samples[BARE_HANDLER], samples[OURS]
    figures = {
        "bare_seconds": statistics.median(sample.seconds for sample in bare),
        "alarm_fanout_seconds": statistics.median(sample.seconds for sample in ours),
        "bare_megabytes": statistics.median(sample.megabytes for sample in bare),
        "alarm_fanout_megabytes": statistics.median(sample.megabytes for sample in ours),
    }
    figures["time_ratio"] = figures["alarm_fanout_seconds"] / figures["bare_seconds"]
    figures["memory_ratio"] = figures["alarm_fanout_megabytes"] / figures["bare_megabytes"]
    place = "process" if start is _process else "container"
    _print(console, f"Cold start in a fresh {place}: import and first delivery", figures)
    return figures


def _sample(scene: Scene, start: Start, handler: Handler, variables: Mapping[str, str]) -> Sample:
    scene.inbox.clear()
    _forget(scene, variables["STATE_TABLE_NAME"])
    environment = dict(variables) | {
        "AWS_LAMBDA_FUNCTION_NAME": "cold",
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    command = start(handler, environment, ["-c", CHILD, handler.module, EVENT.read_text()])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{handler.module} failed: {done.stderr[-800:]}")
    result = json.loads(done.stdout.splitlines()[-1])
    if result["answer"] not in ({"ok": True}, {"batchItemFailures": []}):
        raise RuntimeError(f"{handler.module} did not deliver: {result['answer']}")
    [message] = scene.inbox.slack()
    seconds = message.received_at.timestamp() - result["started_at"]
    return Sample(seconds, result["kilobytes"] / 1024)


def _forget(scene: Scene, table: str) -> None:
    """Empty StateTable: a first delivery finds nothing of an earlier one to add itself to."""
    dynamodb = scene.emulator.client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def _print(console: Console, title: str, figures: Mapping[str, float]) -> None:
    table = Table(title=f"{title}, median of {RUNS}", title_justify="left")
    for column in ("", "bare handler", "alarm_fanout", "ratio"):
        table.add_column(column, justify="right")
    rows: Iterable[tuple[str, str, str, int]] = (
        ("seconds", "seconds", "time", 3),
        ("peak MB", "megabytes", "memory", 1),
    )
    for label, unit, ratio, digits in rows:
        table.add_row(
            label,
            f"{figures[f'bare_{unit}']:.{digits}f}",
            f"{figures[f'alarm_fanout_{unit}']:.{digits}f}",
            f"{figures[f'{ratio}_ratio']:.2f}",
        )
    console.print(table)


if __name__ == "__main__":
    run(Console())
    sys.exit(0)
