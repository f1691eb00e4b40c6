"""What stands between an alert and its message is imported at start, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
IMPORTED = """
import sys
import alarm_fanout.handler
from alarm_fanout.channels import registry
for name in registry.NAMES:
    registry.load(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    paths = [str(ROOT / "functions"), str(ROOT / "layers" / "shared")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths}{IMPORTED}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "package",
    ["asyncio", "aws_lambda_powertools", "boto3", "httpx", "pagerduty", "pydantic", "slack_sdk"],
)
def test_a_start_does_without(package: str, imported: set[str]) -> None:
    assert package not in imported


def test_a_start_needs_what_it_delivers_with(imported: set[str]) -> None:
    assert {"alarm_fanout", "avatarwatch", "botocore", "msgspec"} <= imported
