"""``python -m benchmarks [all|latency|storm|coldstart|kpi]``: measure and print."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console

from benchmarks import coldstart, kpi, latency, storm
from local.paths import OUT

_BENCHMARKS = {
    "latency": latency.run,
    "storm": storm.run,
    "coldstart": coldstart.run,
    "kpi": kpi.run,
}


def main() -> int:
    """Run what is asked for and write the figures to ``out/benchmarks.json``."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("which", nargs="?", default="all", choices=["all", *_BENCHMARKS])
    which = parser.parse_args().which
    console = Console()
    names = list(_BENCHMARKS) if which == "all" else [which]
    figures = {name: _BENCHMARKS[name](console) for name in names}
    OUT.mkdir(exist_ok=True)
    path = OUT / "benchmarks.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")
    console.print(f"written to {path.relative_to(OUT.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
