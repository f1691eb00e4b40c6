"""KpiAggregation's cold start against a bare handler's, started afresh on the emulator.

The bare handler is what any Lambda needs at least that republishes a metric: boto3's client, one
GetMetricData, one PutMetricData. Ours does a scheduled run of five minutes with the four windows
that are due in each, from the built layers. Both run in turns.
"""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console

from benchmarks.parts.fresh import Handler, Place, medians, places, show
from local.paths import BUILT
from local.scene import Scene

STARTS = 11
DUE = 4  # windows that a run of five minutes looks at while none is missed
ROWS = (
    ("import_ms", "import, ms", 0),
    ("first_run_ms", "import and first run, ms", 0),
    ("peak_mb", "peak MB", 0),
)

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
module = importlib.import_module(sys.argv[1])
imported = time.perf_counter() - started
module.handler({"cadence": "PT5M"}, Context())
done = time.perf_counter() - started
tell(import_ms=imported * 1000, first_run_ms=done * 1000, peak_mb=peak_mb())
"""


def cold_start(console: Console) -> dict[str, Any]:
    """Measure and print; returns the medians of each place."""
    with places(console, "KpiAggregationFunction") as (scene, found):
        scene.invoke("KpiAggregation", {"cadence": "PT5M"})
        return {place.name: _compared(console, scene, place) for place in found}


def _compared(console: Console, scene: Scene, place: Place) -> dict[str, dict[str, float]]:
    def sample(handler: Handler) -> dict[str, Any]:
        _forget(scene)
        return place.measure(handler, CHILD)

    handlers = {
        "bare handler": Handler.bare("bare_metric", BARE),
        "kpi_aggregation": Handler("kpi_aggregation.handler", BUILT / "KpiAggregationFunction"),
    }
    figures = medians(handlers, sample, STARTS)
    show(console, f"Cold start in a fresh {place.name}, median of {STARTS}", figures, ROWS)
    return figures


def _forget(scene: Scene) -> None:
    """Make the newest windows due again, as five minutes later they would be."""
    dynamodb, table = scene.emulator.client("dynamodb"), scene.stack.outputs["StateTableName"]
    found = dynamodb.query(
        TableName=table, KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "kpi#PT5M"}}, ScanIndexForward=False, Limit=DUE,
    )  # fmt: skip
    for item in found["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


if __name__ == "__main__":
    cold_start(Console())
    sys.exit(0)
