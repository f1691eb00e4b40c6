"""The examples for backends run, and what they write is counted by the metric filters."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import Any

import boto3
import pytest

from fakes.known_metrics import HOME, is_known
from fakes.metric_filter import matcher
from fakes.quick_moto import mock_aws
from local.paths import ROOT

GUIDE = (ROOT / "docs" / "integration.md").read_text()


def examples(language: str) -> list[str]:
    """Return the examples in a language; the first writes log lines."""
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found, language
    return found


def counted(source: dict[str, Any], output: str) -> dict[str, int]:
    lines = [json.loads(line) for line in output.splitlines()]
    return {
        resource["Properties"]["MetricTransformations"][0]["MetricName"]: sum(
            map(matcher(resource["Properties"]["FilterPattern"]), lines)
        )
        for resource in source["Resources"].values()
        if resource["Type"] == "AWS::Logs::MetricFilter"
    }


EXPECTED = {
    "AvatarUploads": 1, "UploadFailures": 1, "UploadDuration": 1, "UploadBytes": 1,
    "DuplicateUploads": 0, "DeduplicationSavings": 0,
}  # fmt: skip


def test_the_python_examples_lines_are_counted(source: dict[str, Any]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", examples("python")[0]], capture_output=True, text=True, check=True
    )
    assert counted(source, done.stdout) == EXPECTED


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_node_examples_lines_are_counted(source: dict[str, Any]) -> None:
    done = subprocess.run(
        ["node", "--eval", examples("javascript")[0]],  # noqa: S607 - whichever is installed
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert counted(source, done.stdout) == EXPECTED


def test_the_python_example_puts_metrics_that_are_read() -> None:
    [code] = [each for each in examples("python") if "put_metric_data" in each]
    with mock_aws():
        namespace: dict[str, Any] = {}
        exec(compile(code, "docs/integration.md", "exec"), namespace)  # noqa: S102 - our own page
        listed = boto3.client("cloudwatch").list_metrics(Namespace="AvatarSystem/Custom")
    put = {each["MetricName"] for each in listed["Metrics"]}
    assert {"AvatarUploads", "UploadFailures", "UploadDuration"} <= put
    for name in put:
        assert is_known("AvatarSystem/Custom", name, frozenset(), HOME), name


SDK = """
class CloudWatchClient { async send({ input }) { console.log(JSON.stringify(input)); } }
class PutMetricDataCommand { constructor(input) { this.input = input; } }
"""
CALL = "putUploads({ succeeded: 41, failed: 2, durations: Array(151).fill(812), at: new Date() });"


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_node_example_puts_metrics_that_are_read() -> None:
    [code] = [each for each in examples("javascript") if "PutMetricDataCommand" in each]
    body = re.sub(r"^import .*$", SDK, code, flags=re.MULTILINE).replace("export ", "")
    done = subprocess.run(
        ["node", "--eval", f"{body}\n{CALL}"],  # noqa: S607 - whichever is installed
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    request = json.loads(done.stdout)
    assert request["Namespace"] == "AvatarSystem/Custom"
    for datum in request["MetricData"]:
        assert is_known("AvatarSystem/Custom", datum["MetricName"], frozenset(), HOME)
        assert len(datum.get("Values", [])) <= 150  # PutMetricData, API reference
    timed = [each for each in request["MetricData"] if each["MetricName"] == "UploadDuration"]
    assert sum(len(each["Values"]) for each in timed) == 151
