"""The page's drawings: bars of days and the curve of latencies, as SVG that scales."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from avatarwatch.units import Unit, good_share, humanize
from health_polling.page.view import DayBar

_STEP = 5  # width of a day and its gap
_CURVE_WIDTH, _CURVE_HEIGHT = 600, 64
# The blocks of a day's bar by its state, from top to bottom as shares of the height.
_SHAPES = {
    "none": ((0.85, 1.0),), "up": ((0.3, 1.0),), "degraded": ((0.15, 1.0),),
    "partly": ((0.0, 0.35), (0.5, 1.0)), "down": ((0.0, 1.0),),
}  # fmt: skip


def bars(days: Sequence[DayBar], what: str, height: int) -> str:
    """Draw a bar for each day, with a tooltip; days without data in a row are one bar.

    Their shapes differ as well as their colours: the worse a day, the taller its bar, and one that
    was down in part is cut in two.
    """
    drawn = []
    empty = next((i for i, day in enumerate(days) if day.state != "none"), len(days))
    if empty:
        width = empty * _STEP - 1
        drawn.append(
            f'<path class="none" data-n="{empty}" d="{_block(0, width, height, 0.85, 1)}">'
            "<title>no data</title></path>"
        )
    for index, day in enumerate(days[empty:], empty):
        blocks = "".join(_block(index * _STEP, 4, height, *b) for b in _SHAPES[day.state])
        drawn.append(
            f'<path class="{day.state}" d="{blocks}"><title>{escape(tooltip(day))}</title></path>'
        )
    width = len(days) * _STEP - 1
    return (
        f'<div class="strip"><svg class="bars" viewBox="0 0 {width} {height}"'
        f' preserveAspectRatio="none" role="img" aria-label="{escape(what)}">'
        f"{''.join(drawn)}</svg></div>"
    )


def _block(x: int, width: int, height: int, top: float, bottom: float) -> str:
    tall = height * (bottom - top)
    return f"M{x} {height * top:g}h{width}v{tall:g}h-{width}z"


def tooltip(day: DayBar) -> str:
    """Say in words what a bar shows."""
    date = f"{day.day:%a} {day.day.day} {day.day:%b %Y}"
    if day.uptime is None:
        return f"{date}: no data"
    text = f"{date}: {good_share(day.uptime)} up"
    if day.failed:
        text += f", {day.failed:,} of {day.polls:,} polls failed"
    if day.mean_ms is not None:
        text += f", {humanize(day.mean_ms, Unit.MILLISECONDS)} on average"
    return text


def curve(latencies: Sequence[int | None], what: str) -> str:
    """Draw the latencies of the last polls; a gap where there was no answer."""
    known = [ms for ms in latencies if ms is not None]
    if len(known) < 2:
        return ""
    top = max(known) * 1.15 or 1.0
    step = _CURVE_WIDTH / (len(latencies) - 1)

    def point(index: int, ms: int) -> str:
        return f"{index * step:.1f} {_CURVE_HEIGHT * (1 - ms / top):.1f}"

    drawn = []
    for run in _runs(latencies):
        line = "L".join(point(i, ms) for i, ms in run)
        if len(run) == 1:  # alone between two gaps
            line += "h.1"
        else:
            first, last = run[0][0] * step, run[-1][0] * step
            drawn.append(
                f'<path class="area" d="M{line}L{last:.1f} {_CURVE_HEIGHT}'
                f'L{first:.1f} {_CURVE_HEIGHT}z"/>'
            )
        drawn.append(f'<path class="line" d="M{line}"/>')
    return (
        f'<svg class="curve" viewBox="0 0 {_CURVE_WIDTH} {_CURVE_HEIGHT}"'
        f' preserveAspectRatio="none" role="img" aria-label="{escape(what)}">{"".join(drawn)}</svg>'
    )


def _runs(latencies: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    runs: list[list[tuple[int, int]]] = [[]]
    for index, ms in enumerate(latencies):
        if ms is None:
            runs.append([])
        else:
            runs[-1].append((index, ms))
    return [run for run in runs if run]
