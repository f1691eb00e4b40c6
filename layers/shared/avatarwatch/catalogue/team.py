"""The team's own alerts, beside the guide's twelve: an entry here, a heading in docs/runbook.md.

`make docs` writes the rest: parameter, alarm, its place on both dashboards, the runbook's table.
`matrix.py` has entries of every kind to copy.
"""

from __future__ import annotations

from avatarwatch.catalogue.model import AlertRule

TEAM: tuple[AlertRule, ...] = ()
