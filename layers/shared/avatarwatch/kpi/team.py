"""The team's own KPIs, beside the guide's, and the metrics that its backend puts for them.

An entry in each, and a worked example in tests/unit/avatarwatch/test_kpi_examples.py; `make docs`
writes the rest: both dashboards, docs/kpis.md, docs/price.md. `kpis.py`, `kpi_inputs.py` and
`custom_metrics.py` have entries of every kind to copy; one that is counted from the API's log lines
has a filter in the template besides, and its row in docs/integration.md.
"""

from __future__ import annotations

from avatarwatch.kpi.backend_metric import CustomMetric
from avatarwatch.kpi.entry import Kpi

METRICS: tuple[CustomMetric, ...] = ()

KPIS: tuple[Kpi, ...] = ()
