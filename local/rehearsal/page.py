"""A rehearsal as JSON, and as one HTML file that needs nothing from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alarm_fanout.channels.registry import load
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.units import Unit, humanize
from local.paths import STYLE
from local.rehearsal.rehearse import NIGHT, Line, Rehearsal, missed

WIDTH, HEIGHT = 300, 60
MINUTE = timedelta(minutes=1)


def as_json(found: Rehearsal) -> dict[str, Any]:
    """Return everything, as other programs read it."""
    return {
        "from": found.start.isoformat(), "to": found.end.isoformat(),
        "parameters": dict(found.parameters), "time_zone": found.time_zone,
        "messages": found.by_channel,
        "woken_at_night": [{"at": each.at.isoformat(), "text": each.text}
                           for each in found.at_night],
        "flapped": [each.text for each in found.flapped],
        "muted": [[each.alarms, each.since.isoformat(), each.until.isoformat()]
                  for each in found.mutes],
        "acknowledged_after_minutes": found.acknowledges and found.acknowledges / MINUTE,
        "told": [[each.at.isoformat(), each.channel, each.text] for each in found.told],
        "alerts": {
            line.alert_id: {
                "threshold": line.threshold,
                "rang": [[a.isoformat(), b.isoformat() if b else None] for a, b in line.rang],
                "no_data": line.no_data or None,
                "data_since": line.since.isoformat() if line.since else None,
                "rule": line.rule or None,
                "curve": [[step.threshold, round(step.a_week, 2)] for step in line.curve],
                f"at_most_{found.at_most:g}_a_week": line.fits,
            }
            for line in found.lines
        },
        "left_out": dict(found.left_out),
    }  # fmt: skip


def html(found: Rehearsal, other: Rehearsal | None = None) -> str:
    """Return the page; ``other`` is the same time with other parameters, beside it."""
    templates = Environment(
        loader=FileSystemLoader([Path(__file__).parent / "templates", STYLE]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return templates.get_template("rehearsal.html").render(
        found=found, other=other, pairs=pairs(found, other), shown=shown,
        bars=lambda line: bars(found, line), curve=curve, mark=mark, times=times, missed=missed,
        label=lambda channel: load(channel).label,
        width=WIDTH, height=HEIGHT, night=NIGHT,
    )  # fmt: skip


def pairs(found: Rehearsal, other: Rehearsal | None) -> list[tuple[Line, Line]]:
    """Return each alert's lines with both settings, those that rang first.

    Where one has none, it never rang there.
    """
    ours = {line.alert_id: line for line in found.lines}
    others = {line.alert_id: line for line in other.lines} if other else ours
    both = [
        (ours.get(name) or others[name].without(), others.get(name) or ours[name].without())
        for name in {**ours, **others}
    ]
    return sorted(both, key=lambda pair: (not (pair[0].rang or pair[1].rang), pair[0].no_data > ""))


def times(count: int) -> str:
    """Write how often."""
    return {0: "Never", 1: "Once", 2: "Twice"}.get(count, f"{count} times")


def shown(line: Line, value: float | None) -> str:
    """Write a threshold in the alert's unit."""
    unit = CATALOGUE[line.alert_id].unit if line.alert_id in CATALOGUE else Unit.NONE
    return "none" if value is None else humanize(value, unit)


def bars(found: Rehearsal, line: Line) -> list[tuple[float, float]]:
    """Return where the alert rang, as shares of the time: beginning and width."""
    span = found.end - found.start
    return [
        ((start - found.start) / span, max(0.004, ((end or found.end) - start) / span))
        for start, end in line.rang
    ]


def comparison(found: Rehearsal, other: Rehearsal) -> dict[str, Any]:
    """Return two settings side by side, and what the other one would miss of this one's alerts."""
    gone = {line.alert_id: missed(line, theirs) for line, theirs in pairs(found, other)}
    return {
        "this": as_json(found), "other": as_json(other),
        "missed_by_other": {name: [at.isoformat() for at in each] for name, each in gone.items()
                            if each},
    }  # fmt: skip


def curve(line: Line) -> str:
    """Return an SVG path of alerts a week by the threshold."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _points(line)) if line.curve[1:] else ""


def mark(line: Line, value: float | None) -> tuple[float, float] | None:
    """Return where on the curve a threshold stands, None where it is not on it."""
    values = [step.threshold for step in line.curve]
    return _points(line)[values.index(value)] if value in values else None


def _points(line: Line) -> list[tuple[float, float]]:
    most = max(step.a_week for step in line.curve) or 1.0
    last = max(1, len(line.curve) - 1)
    return [
        (WIDTH * place / last, HEIGHT * (1 - step.a_week / most))
        for place, step in enumerate(line.curve)
    ]
