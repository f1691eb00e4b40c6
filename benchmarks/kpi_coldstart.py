"""KpiAggregation's cold start against a bare handler's, in fresh processes on the emulator.

The bare handler is what any Lambda needs at least that republishes a metric: boto3's client, one
GetMetricData, one PutMetricData. Ours does a scheduled run of five minutes with the four windows
that are due in each, from the built layers. Both run in turns, with the emulator's interpreter,
which holds only what the Lambda runtime offers.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from local.emulator import CREDENTIALS, REGION
from local.paths import BUILT, EMULATOR_HOME, OUT
from local.running import Running
from local.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

STARTS = 11
DUE = 4  # windows that a run of five minutes looks at while none is missed
NAMES = ("bare handler", "kpi_aggregation")

BARE = """
from datetime import datetime, timedelta, timezone
import boto3

cloudwatch = boto3.client("cloudwatch")

def handler(event, context):
    now = datetime.now(timezone.utc)
    metric = {"Namespace": "AvatarSystem/Custom", "MetricName": "AvatarUploads"}
    stat = {"Metric": metric, "Period": 300, "Stat": "Sum"}
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": stat}],
        StartTime=now - timedelta(minutes=10), EndTime=now)
    value = sum(found["MetricDataResults"][0]["Values"])
    cloudwatch.put_metric_data(Namespace="AvatarSystem/Bare", MetricData=[
        {"MetricName": "Uploads", "Timestamp": now, "Value": value}])
    return {"runs": [{"windows": 0}]}
"""

CHILD = """
import time
started = time.perf_counter()
import importlib, json, sys
module = importlib.import_module(sys.argv[1])
imported = time.perf_counter() - started
class Context:
    aws_request_id = "cold"
    def get_remaining_time_in_millis(self): return 60000
stdout, sys.stdout = sys.stdout, sys.stderr
answer = module.handler({"cadence": "PT5M"}, Context())
done = time.perf_counter() - started
# not getrusage: its maximum is inherited from the process that started this one
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
figures = {"import_ms": imported * 1000, "first_run_ms": done * 1000, "peak_mb": peak / 1024,
           "windows": answer["runs"][0]["windows"]}
print(json.dumps(figures), file=stdout, flush=True)
"""


def cold_start(console: Console) -> dict[str, Any]:
    """Measure and print; returns the medians and their ratios."""
    home = OUT / "bare"
    home.mkdir(parents=True, exist_ok=True)
    (home / "bare_metric.py").write_text(BARE)
    samples: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    with console.status("deploying"), Scene() as scene:
        running = Running.of(scene)
        scene.invoke("KpiAggregation", {"cadence": "PT5M"})
        for number in range(STARTS + 1):
            for name, paths, module in (
                (NAMES[0], [str(home)], "bare_metric"),
                (NAMES[1], _paths(), "kpi_aggregation.handler"),
            ):
                _forget(scene)
                sample = _sample(running, paths, module)
                if number:  # the first warms the disk's cache for both
                    samples[name].append(sample)
    figures = {
        name: {key: statistics.median(one[key] for one in found) for key in found[0]}
        for name, found in samples.items()
    }
    _print(console, figures)
    return figures


def _paths() -> list[str]:
    layers = [BUILT / layer / "python" for layer in ("SharedLayer", "DependenciesLayer")]
    return [str(path) for path in (BUILT / "KpiAggregationFunction", *layers)]


def _forget(scene: Scene) -> None:
    """Make the newest windows due again, as five minutes later they would be."""
    dynamodb, table = scene.emulator.client("dynamodb"), scene.stack.outputs["StateTableName"]
    found = dynamodb.query(
        TableName=table, KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "kpi#PT5M"}}, ScanIndexForward=False, Limit=DUE,
    )  # fmt: skip
    for item in found["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def _sample(running: Running, paths: list[str], module: str) -> Mapping[str, float]:
    environment = dict(running.functions["KpiAggregationFunction"]) | CREDENTIALS | {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(paths),
        "AWS_ENDPOINT_URL": running.emulator,
        "AWS_LAMBDA_FUNCTION_NAME": "cold",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }  # fmt: skip
    command = [str(EMULATOR_HOME / "bin" / "python"), "-c", CHILD, module]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stderr[-800:]}")
    found: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _print(console: Console, figures: Mapping[str, Mapping[str, float]]) -> None:
    table = Table(title=f"Cold start, median of {STARTS}", title_justify="left")
    for column in ("", *NAMES, "ratio"):
        table.add_column(column, justify="right")
    bare, ours = (figures[name] for name in NAMES)
    for key, title in (
        ("import_ms", "import, ms"),
        ("first_run_ms", "import and first run, ms"),
        ("peak_mb", "peak MB"),
    ):
        cells = (f"{bare[key]:.0f}", f"{ours[key]:.0f}", f"{ours[key] / bare[key]:.2f}")
        table.add_row(title, *cells)
    console.print(table)


if __name__ == "__main__":
    cold_start(Console())
    sys.exit(0)
