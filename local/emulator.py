"""MiniStack, the embedded AWS emulator: started on a free loopback port, stopped by its id.

It runs the functions as processes of its own interpreter, so it has an environment of its own that
holds only what the Lambda runtime offers: a package missing from the layer is missed here as well.
The AWS contract is on in all of its processes.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self, cast

import boto3
import httpx

from aws_contract.pth import write_pth
from local.paths import EMULATOR_HOME, OUT, ROOT

REGION = "eu-north-1"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
# The emulator takes any; botocore wants some, and nobody's real ones may ever be used.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class EmulatorError(Exception):
    """The emulator does not run; the message says what to do."""


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Emulator:
    """One MiniStack; works as a context manager. Its log is ``out/emulator-<port>.log``."""

    port: int = field(default_factory=free_port)
    # CloudWatch's address for the functions, where something stands before the emulator's own.
    functions_cloudwatch: str | None = None
    _process: subprocess.Popen[bytes] | None = None
    _log: IO[bytes] | None = None
    _scratch: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:
        """Return the endpoint of every AWS service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def contract_log(self) -> Path:
        """Return the file that lists every request AWS would have refused."""
        return OUT / f"contract-{self.port}.jsonl"

    def environment(self) -> dict[str, str]:
        """Return this process's environment, pointed at the emulator and at no real account."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | CREDENTIALS | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "SAM_CLI_TELEMETRY": "0",
        }  # fmt: skip

    def client(
        self, service: str, region: str = REGION, session: boto3.Session | None = None
    ) -> Any:
        """Return a boto3 client of the emulator."""
        make = cast("Any", (session or boto3).client)
        return make(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def start(self) -> Self:
        """Start it and wait until it answers; raises EmulatorError when it does not."""
        python = EMULATOR_HOME / "bin" / "python"
        if not python.exists():
            raise EmulatorError("the emulator's environment is missing: run `make environments`")
        if not _is_free(self.port):
            raise EmulatorError(
                f"port {self.port} is taken: stop what listens there, or use another"
            )
        OUT.mkdir(exist_ok=True)
        write_pth(next((EMULATOR_HOME / "lib").glob("python3.*/site-packages")), ROOT)
        self._scratch = tempfile.TemporaryDirectory(prefix="avatar-watch-")
        self._log = (OUT / f"emulator-{self.port}.log").open("wb")
        self._process = subprocess.Popen(
            [python, "-m", "ministack.app"],
            env=self._own_environment(self._scratch.name),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is ours to handle: we stop it
        )
        self._await()
        return self

    def stop(self) -> None:
        """Stop it and the processes of its functions; does nothing when it does not run."""
        if self._process:
            end(self._process)
            self._process = None
        if self._log:
            self._log.close()
            self._log = None
        if self._scratch:
            self._scratch.cleanup()
            self._scratch = None

    def _own_environment(self, scratch: str) -> dict[str, str]:
        return self.environment() | {
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "TMPDIR": scratch,
            "LOG_LEVEL": "INFO",
            "AWS_CONTRACT": "1",
            "AWS_CONTRACT_LOG": str(self.contract_log),
            "PYTHONDONTWRITEBYTECODE": "1",
        } | (
            {"AWS_ENDPOINT_URL_CLOUDWATCH": self.functions_cloudwatch}
            if self.functions_cloudwatch
            else {}
        )  # fmt: skip

    def _await(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/_ministack/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        log = OUT / f"emulator-{self.port}.log"
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        self.stop()
        raise EmulatorError(f"the emulator did not start (see {log.name}): {' / '.join(last)}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its session: asked first, then made to."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)  # its session's id is its own
        except ProcessLookupError:
            break
        try:
            process.wait(_STOP_SECONDS if kind is signal.SIGTERM else None)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
