"""Run the measurements: `python -m benchmarks [all|list|NAME]`.

All figures go to out/bench/, the key figures to benchmarks/results.md.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from rich.console import Console

from benchmarks.parts import summary

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
"""Every module of this folder is a measurement with a ``run`` and its ``key_figures``; what they
share is in `parts`."""
_WIDTH = 140  # columns, where nobody says how wide it is: in a file no row is folded


def main(arguments: list[str]) -> int:
    """Run one or all; 1 when one broke, 2 when there is no such one."""
    [name] = arguments or ["all"]
    if name == "list":
        sys.stdout.write("\n".join(NAMES) + "\n")
        return 0
    if name != "all" and name not in NAMES:
        sys.stderr.write(f"bench: there is no {name}; there are: {', '.join(NAMES)}\n")
        return 2
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    found = [_measured(each, console) for each in (NAMES if name == "all" else [name])]
    console.print(summary.table(found))
    for line in (line for each in found for line in each.missed):
        console.print(line, markup=False)
    before = summary.PAGE.read_text() if summary.PAGE.exists() else ""
    summary.PAGE.write_text(summary.page(found, before, NAMES))
    return int(any(each.failure for each in found))


def _measured(name: str, console: Console) -> summary.Measured:
    """Run one; one that breaks is named in the table and does not cost the others theirs."""
    module = importlib.import_module(f"benchmarks.{name}")
    try:
        details = module.run(console)
        measured = summary.Measured.now(name, module.key_figures(details), details)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and the rest goes on
        console.print_exception()
        measured = summary.Measured.now(name, failure=f"{type(error).__name__}: {error}")
    measured.save()
    return measured


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
