"""A round starts each minute in whatever environment is there: what it imports is kept small."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.paths import ROOT

IMPORTED = """
import sys
import health_polling.handler
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
    "package", ["asyncio", "aws_lambda_powertools", "boto3", "pydantic", "slack_sdk"]
)
def test_a_start_does_without(package: str, imported: set[str]) -> None:
    assert package not in imported


def test_a_start_needs_what_a_round_is_made_of(imported: set[str]) -> None:
    assert {"health_polling", "avatarwatch", "botocore", "msgspec", "ssl"} <= imported
