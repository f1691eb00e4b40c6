"""Run the measurements: `python -m benchmarks [all|list|NAME]`; figures go to out/bench/."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from rich.console import Console

from local.paths import OUT

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
"""Every module of this folder is a measurement with a ``run``; what they share is in `parts`."""


def main(arguments: list[str]) -> int:
    """Run one or all; 2 with the names when there is no such one."""
    [name] = arguments or ["all"]
    if name == "list":
        sys.stdout.write("\n".join(NAMES) + "\n")
        return 0
    if name != "all" and name not in NAMES:
        sys.stderr.write(f"bench: there is no {name}; there are: {', '.join(NAMES)}\n")
        return 2
    console = Console()
    for each in NAMES if name == "all" else [name]:
        figures = importlib.import_module(f"benchmarks.{each}").run(console)
        target = OUT / "bench" / f"{each}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
