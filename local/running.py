"""The stack that `make up` left running: written down, found again, ended by its id."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from local.paths import OUT

if TYPE_CHECKING:
    from local.scene import Scene

FILE = OUT / "running.json"
_STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """Where everything is, and the process that keeps it."""

    pid: int
    emulator: str
    inbox: str
    health: str
    functions: Mapping[str, Mapping[str, str]]  # logical id: environment variables

    def save(self) -> None:
        """Write it down for other commands."""
        OUT.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls) -> Self | None:
        """Return what runs, None when nothing does (a left-over file is removed)."""
        try:
            found = cls(**json.loads(FILE.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        if _is_ours(found.pid):
            return found
        cls.forget()
        return None

    @classmethod
    def of(cls, scene: Scene) -> Self:
        """Describe a scene that this process keeps."""
        client = scene.emulator.client("lambda")
        functions = {
            logical: client.get_function_configuration(FunctionName=name)["Environment"][
                "Variables"
            ]
            for logical, name in scene.stack.resources.items()
            if logical.endswith("Function")
        }
        return cls(os.getpid(), scene.emulator.url, scene.inbox_url, scene.health_url, functions)

    @staticmethod
    def forget() -> None:
        """Remove what was written down."""
        FILE.unlink(missing_ok=True)

    def stop(self) -> bool:
        """Ask the process to end and wait for it; False when it does not."""
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if not _is_ours(self.pid):
                self.forget()
                return True
            time.sleep(0.1)
        return False


def _is_ours(pid: int) -> bool:
    """Whether a process with this id runs and is a demo: ids are used again."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    command = Path(f"/proc/{pid}/cmdline")
    if not command.parent.exists():  # no /proc: macOS
        return True
    try:
        return b"local.demo" in command.read_bytes()
    except OSError:
        return False
