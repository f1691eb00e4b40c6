"""A value on a half circle, as SVG."""

from __future__ import annotations

import math
from html import escape

from local.charts.svg import sized
from local.dashboards.panels import (
    Gauge,
)

_TRACK, _STROKE = "#d5dbdb", 14


def gauge_svg(gauge: Gauge, width: int, height: int) -> str:
    """Return a gauge as an SVG element of so many pixels."""
    radius = min(width / 2 - 16, height - 46)
    x, y = width / 2, height - 30
    share = 0.0
    if gauge.value is not None:
        share = min(max((gauge.value - gauge.low) / (gauge.high - gauge.low), 0.0), 1.0)

    def arc(part: float, color: str) -> str:
        angle = math.pi * (1 - part)
        end = (x + radius * math.cos(angle), y - radius * math.sin(angle))
        return (
            f'<path d="M{x - radius:.1f},{y:.1f} A{radius:.1f},{radius:.1f} 0 0 1'
            f' {end[0]:.1f},{end[1]:.1f}" fill="none" stroke="{color}" stroke-width="{_STROKE}"/>'
        )

    filled = arc(share, gauge.number.color) if share > 0 else ""
    text = escape(gauge.number.text or "no data")
    return (
        f"<svg {sized(width, height)}>{arc(1.0, _TRACK)}{filled}"
        f'<text x="{x:.1f}" y="{y - 6:.1f}" class="big mid" fill="{gauge.number.color}">{text}'
        f'</text><text x="{x:.1f}" y="{y + 18:.1f}" class="tick mid">'
        f"{escape(gauge.number.label)}</text></svg>"
    )
