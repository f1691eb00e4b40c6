"""Run a function in a container with an event: `make invoke FUNCTION=… EVENT=…`.

`sam local invoke` needs a Docker engine. The function works in the stack that `make up` left
running; where there is none, in one that is deployed for this one invocation.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import boto3
import yaml
from botocore.config import Config
from rich.console import Console
from samcli.yamlhelper import yaml_parse

from local.emulator import REGION, Emulator, end, free_port
from local.paths import BUILT, OUT, ROOT, SAM
from local.relay import Relay, bridge_address
from local.running import Running
from local.scene import SETTINGS_PARAMETER, Scene, notification_settings

IMAGE = "public.ecr.aws/lambda/python:3.13-x86_64"
CONTAINER_SETTINGS = f"{SETTINGS_PARAMETER}-from-container"


class InvokeError(Exception):
    """The function cannot be run here; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Invoke; returns sam's own code, or 1 with one line that says what to do."""
    try:
        function, event = _what(arguments)
        check_engine()
        running = Running.load()
        if running:
            return invoke(function, event, running)
        with ExitStack() as stack:
            with Console(stderr=True).status("deploying a stack for this one invocation"):
                scene = stack.enter_context(Scene())
            return invoke(function, event, Running.of(scene))
    except InvokeError as error:
        sys.stderr.write(f"invoke: {error}\n")
        return 1


def _what(arguments: list[str]) -> tuple[str, Path]:
    if len(arguments) != 2:
        raise InvokeError("give FUNCTION and EVENT: FUNCTION=AlarmFanout EVENT=events/…")
    event = ROOT / arguments[1]
    if not event.is_file():
        raise InvokeError(f"there is no event {arguments[1]}: see events/")
    return f"{arguments[0]}Function", event


def check_engine() -> None:
    """Raise InvokeError where no container can be run."""
    if not shutil.which("docker"):
        raise InvokeError("no Docker here: install an engine to run functions in containers")
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:  # noqa: S607 - the user's docker
        raise InvokeError("Docker's engine does not answer: start it and run this again")


def has_image() -> bool:
    """Whether AWS's image is here already and need not be pulled."""
    command = ["docker", "image", "inspect", IMAGE]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def invoke(function: str, event: Path, running: Running) -> int:
    """Run a built function with a deployed one's own environment; returns sam's code."""
    if function not in running.functions:
        raise InvokeError(f"there is no {function}; there are {', '.join(running.functions)}")
    with reachable(running) as settings:
        template = _template({function: settings(function)})
        command = [str(SAM), "local", "invoke", function, "--event", str(event),
                   "--template", str(template), *_pull()]  # fmt: skip
        return subprocess.run(command, cwd=ROOT, check=False, env=_environment()).returncode


@contextmanager
def warm(running: Running, patience: float = 120) -> Iterator[Any]:
    """Keep a container for each function that is called; yields a boto3 Lambda client of them.

    Raises
    ------
    InvokeError
        ``sam local start-lambda`` did not come up within ``patience`` seconds.
    """
    port = free_port()
    with reachable(running) as settings:
        template = _template({name: settings(name) for name in running.functions})
        log = OUT / "start-lambda.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(SAM), "local", "start-lambda", "--host", "127.0.0.1", "--port", str(port),
                 # EAGER starts them in threads that lose each other's: sam then leaves most of them
                 "--warm-containers", "LAZY", "--template", str(template), *_pull()],
                cwd=ROOT, env=_environment(), stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        try:
            _await(process, port, patience, log)
            yield lambda_client(f"http://127.0.0.1:{port}")
        finally:
            end(process)


def _await(process: subprocess.Popen[bytes], port: int, patience: float, log: Path) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise InvokeError(f"sam local start-lambda did not come up: see {log.relative_to(ROOT)}")


def lambda_client(url: str) -> Any:
    """Return a client for functions that are served at an address, patient and without retries."""
    make = cast("Any", boto3.client)
    return make(
        "lambda",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - nobody checks it
        config=Config(read_timeout=90, retries={"total_max_attempts": 1}),
    )


@contextmanager
def reachable(running: Running) -> Iterator[Callable[[str], dict[str, str]]]:
    """Relay the emulator and the inbox to containers; yields each function's environment there."""
    host = bridge_address()
    with Relay(running.emulator, host) as emulator, Relay(running.inbox, host) as inbox:
        _write_settings(running.emulator, inbox.address)
        yield lambda function: {
            **running.functions[function],
            "AWS_ENDPOINT_URL": emulator.address,
            "NOTIFICATION_SETTINGS_PARAMETER": CONTAINER_SETTINGS,
        }


def _pull() -> list[str]:
    return ["--skip-pull-image"] if has_image() else []


def _write_settings(endpoint: str, inbox: str) -> None:
    """Write notification settings whose addresses work from inside a container."""
    emulator = Emulator(port=urlsplit(endpoint).port or 0)
    emulator.client("ssm").put_parameter(
        Name=CONTAINER_SETTINGS,
        Type="SecureString",
        Value=json.dumps(notification_settings(inbox)),
        Overwrite=True,
    )


def _template(variables: Mapping[str, Mapping[str, str]]) -> Path:
    """Write the built template with the variables in it: sam sets only those that it names."""
    template = yaml_parse((BUILT / "template.yaml").read_text())
    for function, values in variables.items():
        template["Resources"][function]["Properties"]["Environment"] = {"Variables": dict(values)}
    target = BUILT / "invoke.yaml"
    target.write_text(yaml.safe_dump(_plain(template), sort_keys=False))
    return target


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "SAM_CLI_TELEMETRY": "0",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
