"""The board in a terminal of 100 columns."""

from __future__ import annotations

from alarm_fanout.measure import sparkline
from local.kpi_board.board import Board, Row

BARS = 24
_TITLE, _VALUE, _TARGET = 33, 11, 10


def lines(board: Board) -> list[str]:
    """Return the table's lines."""
    head = f"  {'':<{_TITLE}}{'':>{_VALUE}}  {'target':<{_TARGET}}  beside it"
    found = [
        f"{board.summary} · up to {board.end:%a} {board.end.day} {board.end:%b %H:%M} UTC",
        head,
    ]
    for section in board.sections:
        found += [section.title.upper(), *(line for row in section.rows for line in _row(row))]
    more = "1 more is" if board.left_out == 1 else f"{board.left_out} more are"
    return [*found, f"{more} not shown: what no parameter names"]


def _row(row: Row) -> list[str]:
    return [_line(row), *([f"  {'':<{_TITLE}}  {row.basis}"] if row.basis else [])]


def _line(row: Row) -> str:
    start = f"{row.mark} {row.kpi.title:<{_TITLE}}"
    if row.reason:
        wanted = f" (target {row.target})" if row.target else ""
        return f"{start}  no data: {row.reason}{wanted}"
    course = sparkline(row.course[-BARS:]) if len(row.course) > 1 else ""
    beside = course or row.note or (f"{row.last} in the last 5 min" if row.last else "")
    return f"{start}{row.shown:>{_VALUE}}  {row.target:<{_TARGET}}  {beside}".rstrip()
