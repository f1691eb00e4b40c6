"""The examples for backends run, and what they write is counted by the metric filters."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from fakes.metric_filter import matcher
from local.paths import ROOT

GUIDE = (ROOT / "docs" / "integration.md").read_text()


def example(language: str) -> str:
    """Return the first example in a language: the one that writes log lines."""
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found, language
    return str(found[0])


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
        [sys.executable, "-c", example("python")], capture_output=True, text=True, check=True
    )
    assert counted(source, done.stdout) == EXPECTED


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_node_examples_lines_are_counted(source: dict[str, Any]) -> None:
    done = subprocess.run(
        ["node", "--eval", example("javascript")],  # noqa: S607 - whichever is installed
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert counted(source, done.stdout) == EXPECTED


def test_every_field_that_a_filter_looks_at_is_explained(source: dict[str, Any]) -> None:
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Logs::MetricFilter":
            for field in re.findall(r"\$\.(\w+)", resource["Properties"]["FilterPattern"]):
                assert f"`{field}`" in GUIDE
