"""docs/faults.md: read, and written by the run that made it; docs/permissions.md: read."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager

from integration.faults.kinds import LONG, Fault, Kind, Span
from integration.faults.table import COLUMNS, TWICE
from local.paths import ROOT

OPEN = "**open**"
PAGE = ROOT / "docs" / "faults.md"
_LONG = f"{LONG.total_seconds() / 60:.0f} min"
_NAMES = {
    (kind, span): f"{kind}, {'once' if span is Span.ONCE else _LONG}" for kind, span in COLUMNS
}
HEAD = f"""\
# What comes of a call that fails

Every call that our functions make, failing in each way, and what comes of it; made by `make chaos`,
and held by the tests, of which `make test` runs a part. Each cell is a run of the function's own
handler, through its own clients, with AWS's event sources around it: what they call again, how
often and when the template says, what they set aside. *Once* is the first try alone; {_LONG} is
longer than any function tries by itself. *After* means that the service had done what was asked.

In every cell nothing is lost, nothing is done that the run without a fault does not do, and nothing
is told twice, but for what nobody can know: {TWICE.summary}

| words | mean |
|---|---|
| as ever | within the same run, or left for the next one, and nobody notices |
| later | the event source called again |
| told over other channels | this one refuses; what it should have told stands elsewhere |
| … rings | the alarm that tells of it ([all](runbook.md#all-alerts)) |
| out of time | Lambda ended a run; the next one took over |
| twice | told a second time: no answer came, and silence might have been a loss |
"""

type Rows = dict[str, dict[tuple[Kind, Span], str]]


def sections() -> dict[str, Rows]:
    """Return the page's cells by function, call and column."""
    with _alone():
        return _sections()


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else read or write meanwhile: cells are tried side by side."""
    with PAGE.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sections() -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for part in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
        function, *lines = part.split("\n")
        rows: Rows = {}
        for line in lines:
            if line.startswith("| `"):
                call, *words = [each.strip() for each in line.strip("| ").split(" | ")]
                told = zip(COLUMNS, words, strict=True)
                rows[call.strip("`")] = {column: word for column, word in told if word != OPEN}
        found[function] = rows
    return found


def used(function: str) -> set[str]:
    """Return the calls for which a function's rights are used (docs/permissions.md)."""
    text = (ROOT / "docs" / "permissions.md").read_text()
    [part] = [p for p in text.split("\n## ") if p.startswith(f"{function}\n")]
    last = [line.split("|")[-2] for line in part.splitlines() if line.startswith("| ")]
    return {each for cell in last for each in re.findall(r"[a-z0-9]+:[A-Z]\w+", cell)}


def write(function: str, calls: tuple[str, ...], fault: Fault, words: str) -> None:
    """Put a cell into the page, and leave the others that are of calls which are still made."""
    with _alone():
        known = _sections()
        rows = known.get(function, {})
        rows.setdefault(fault.call, {})[fault.kind, fault.span] = words
        known[function] = {call: rows.get(call, {}) for call in calls}
        PAGE.write_text("\n".join([HEAD, *(_section(name, known[name]) for name in sorted(known))]))


def _section(function: str, rows: Rows) -> str:
    head = ["call", *_NAMES.values()]
    lines = [f"## {function}", "", _row(head), "|---" * len(head) + "|"]
    lines += [
        _row([f"`{call}`", *(rows[call].get(column, OPEN) for column in COLUMNS)])
        for call in sorted(rows)
    ]
    return "\n".join([*lines, ""])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
