"""Loading the contract into the processes of another environment."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aws_contract

ROOT = Path(aws_contract.__file__).parents[1]
PROGRAM = """
import json, site, sys
site.addsitedir(sys.argv[1])
early = sorted(name for name in ("botocore", "aws_contract") if name in sys.modules)
import boto3
from botocore.exceptions import ClientError
code = "sent"
try:
    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-north-1:123456789012:t", Message="")
except ClientError as error:
    code = error.response["Error"]["Code"]
except Exception as error:
    code = type(error).__name__
neighbours = "fakes" in sys.modules or any(path.endswith("/tests") for path in sys.path)
print(json.dumps({"early": early, "loaded": "aws_contract" in sys.modules, "code": code,
                  "neighbours": neighbours}))
"""


def run(site_packages: Path, **environment: str) -> dict[str, Any]:
    base = {
        "PATH": os.defpath,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",  # nothing listens on the discard port
        "AWS_MAX_ATTEMPTS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(site_packages)],
        env=base | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_processes_with_the_variable_are_checked(tmp_path: Path) -> None:
    aws_contract.write_pth(tmp_path, ROOT)
    log = tmp_path / "contract.jsonl"
    answer = run(tmp_path, AWS_CONTRACT="1", AWS_CONTRACT_LOG=str(log))
    assert answer == {"early": [], "loaded": True, "code": "InvalidParameter", "neighbours": False}
    assert json.loads(log.read_text())["rule"] == "aws_contract.sns.message"


def test_processes_without_the_variable_load_nothing(tmp_path: Path) -> None:
    aws_contract.write_pth(tmp_path, ROOT)
    answer = run(tmp_path)
    assert answer["loaded"] is False
    assert answer["code"] == "EndpointConnectionError"


def test_a_wrong_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        aws_contract.write_pth(tmp_path, tmp_path)


def test_the_package_needs_nothing_but_botocore() -> None:
    """The emulator's environment has neither pytest nor the project's packages."""
    allowed = sys.stdlib_module_names | {"aws_contract", "botocore"}
    files = sorted((ROOT / "aws_contract").glob("*.py"))
    assert files
    for file in files:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).split(".")[0] in allowed, file.name
            elif isinstance(node, ast.Import):
                assert {each.name.split(".")[0] for each in node.names} <= allowed, file.name
