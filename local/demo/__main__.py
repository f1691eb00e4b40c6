"""Run the demo, or leave its stack running: `python -m local.demo [up|down]`."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from rich.console import Console

from local.demo.runner import run, up
from local.running import Running


def main(arguments: list[str]) -> int:
    """Return 0 when everything showed what it should, 1 otherwise, 130 after Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    console = Console()
    match arguments:
        case []:
            return run(console)
        case ["up"]:
            return up(console)
        case ["down"]:
            return _down(console)
        case _:
            console.print("usage: python -m local.demo [up|down]")
            return 2


def _down(console: Console) -> int:
    running = Running.load()
    if running is None:
        console.print("nothing is running")
        return 0
    if running.stop():
        console.print("stopped")
        return 0
    console.print(f"process {running.pid} does not end: end it yourself with kill {running.pid}")
    return 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Take SIGTERM like Ctrl-C, so that everything is stopped on the way out."""
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
