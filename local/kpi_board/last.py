"""A day's KPIs over its last five minutes: the same formulas on the same sources, asked for once.

Nobody publishes them at that pace (docs/decisions/0042); beside a day's number they say how it is
now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import Source, Value, Window
from avatarwatch.kpis import Cadence, Kpi, of_cadence
from kpi_aggregation.compute import evaluate, too_few
from kpi_aggregation.reader import Reader
from kpi_aggregation.resources import Resources
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LAST = timedelta(minutes=5)


def last_windows(
    client: Callable[[str], CloudWatchClient], settings: FunctionSettings, end: datetime,
    basis: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    """Return the KPIs of the day over the last five minutes before ``end``, as people read them.

    Those that look back, or that are counted in log lines, have nothing to say of five minutes;
    nor has a ratio of too few events. ``client`` returns a region's, ``basis`` says of some what
    the day's number comes from: the last minutes are of the same source.
    """
    kpis = [kpi for kpi in of_cadence(Cadence.DAY) if _is_of_any_span(kpi)]
    window, usage = Window(end - LAST, end), Usage()
    reader = Reader(Resources(settings, client, usage), client, usage, settings.thresholds)
    outcomes = evaluate(kpis, reader.read(kpis, {}, window, LAST), window, None, _sources(basis))
    return {
        kpi.metric: kpi.written(outcome.value)
        for kpi, outcome in outcomes.items()
        if isinstance(outcome, Value) and not too_few(kpi, outcome)
    }


def _sources(basis: Mapping[str, str]) -> dict[str, str]:
    """Return the sources of those that could have another, from how the answer names them."""
    return {
        kpi.metric: source.value
        for kpi in of_cadence(Cadence.DAY)
        if isinstance(kpi.formula, Preferred)
        for source in kpi.formula.ratios
        if basis.get(kpi.metric, "").endswith(source.spoken)
    }


def _is_of_any_span(kpi: Kpi) -> bool:
    """Whether a KPI is of its window alone, whatever length that has."""
    sources = {measure.source for measure in kpi.inputs}
    return not kpi.formula.lookback and not sources & {Source.LOGS, Source.BILLING, Source.STORAGE}
