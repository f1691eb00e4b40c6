"""Run a function in a container with an event: `make invoke FUNCTION=… EVENT=…`.

`sam local invoke` needs a Docker engine. The function works in the stack that `make up` left
running; where there is none, in one that is deployed for this one invocation.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from rich.console import Console
from samcli.yamlhelper import yaml_parse

from local.emulator import Emulator
from local.paths import ROOT, SAM
from local.relay import Relay, bridge_address
from local.running import Running
from local.scene import SETTINGS_PARAMETER, Scene, notification_settings

IMAGE = "public.ecr.aws/lambda/python:3.13-x86_64"
CONTAINER_SETTINGS = f"{SETTINGS_PARAMETER}-from-container"
BUILT = ROOT / ".aws-sam" / "build"


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
    """Run `sam local invoke` on what was built, with a deployed function's own environment."""
    if function not in running.functions:
        raise InvokeError(f"there is no {function}; there are {', '.join(running.functions)}")
    host = bridge_address()
    with Relay(running.emulator, host) as emulator, Relay(running.inbox, host) as inbox:
        _write_settings(running.emulator, inbox.address)
        variables = {
            **running.functions[function],
            "AWS_ENDPOINT_URL": emulator.address,
            "NOTIFICATION_SETTINGS_PARAMETER": CONTAINER_SETTINGS,
        }
        command = [str(SAM), "local", "invoke", function, "--event", str(event),
                   "--template", str(_template(function, variables)),
                   *(["--skip-pull-image"] if has_image() else [])]  # fmt: skip
        return subprocess.run(command, cwd=ROOT, check=False, env=_environment()).returncode


def _write_settings(endpoint: str, inbox: str) -> None:
    """Write notification settings whose addresses work from inside a container."""
    emulator = Emulator(port=urlsplit(endpoint).port or 0)
    emulator.client("ssm").put_parameter(
        Name=CONTAINER_SETTINGS,
        Type="SecureString",
        Value=json.dumps(notification_settings(inbox)),
        Overwrite=True,
    )


def _template(function: str, variables: Mapping[str, str]) -> Path:
    """Write the built template with the variables in it: sam sets only those that it names."""
    template = yaml_parse((BUILT / "template.yaml").read_text())
    properties = template["Resources"][function]["Properties"]
    properties["Environment"] = {"Variables": dict(variables)}
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
