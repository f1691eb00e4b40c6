"""Ctrl-C in the middle of the demo leaves nothing running."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from local.paths import EMULATOR_HOME, ROOT

pytestmark = pytest.mark.e2e


@pytest.mark.skipif(not EMULATOR_HOME.exists(), reason="the emulator's environment is missing")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "kill"])
def test_everything_that_was_started_is_stopped(sent: signal.Signals) -> None:
    environment = os.environ | {
        "CI": "true",
        "PYTHONPATH": f"{ROOT}:{ROOT}/tests:{ROOT}/functions:{ROOT}/layers/shared",
        "COLUMNS": "200",
    }
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "local.demo"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert demo.stdout
    with demo.stdout as output:
        ports: list[int] = []
        for line in output:  # until emulator and inbox are there and the build has begun
            ports += [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", line)]
            if len(ports) == 2:
                break
        demo.send_signal(sent)
        rest = output.read()
    assert demo.wait(60) == 130
    assert "interrupted: stopping what was started" in rest
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
