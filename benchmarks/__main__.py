"""Run the measurements: `python -m benchmarks [all|NAME]`; figures go to out/bench/ as well."""

from __future__ import annotations

import importlib
import json
import sys

from rich.console import Console

from local.paths import OUT

NAMES = ("latency", "storm", "coldstart", "kpi", "health", "cost_control", "lifecycle")


def main(arguments: list[str]) -> int:
    """Run one or all; 2 with the names when there is no such one."""
    [name] = arguments or ["all"]
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
