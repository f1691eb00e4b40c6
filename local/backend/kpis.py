"""KPIs of minutes that ended just now, for what the emulator cannot wait for.

An alarm of the emulator looks at the real clock: what is to leave its window within seconds must
be stamped almost a window ago, while the windows of KpiAggregation begin every five minutes. The
demo's minutes are therefore computed by the function's own formulas and put by its own publisher,
but over a span of any beginning. The demo's step on KPIs and the end-to-end tests run the
deployed function itself.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from avatarwatch import metrics
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.kpi.readings import Measure, Readings, Series, Window
from avatarwatch.kpi_inputs import (
    CACHE_HITS,
    CACHEABLE,
    FAILED_REQUESTS,
    FAILED_UPLOADS,
    ORIGIN_P95,
    RATED_REQUESTS,
    REQUESTS,
    STORAGE,
    UPLOADS,
)
from avatarwatch.kpis import KPIS
from avatarwatch.namespaces import Own
from kpi_aggregation.compute import changes, evaluate
from kpi_aggregation.publisher import data
from local.backend.ledger import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient

    from local.backend.traffic import MinuteOfTraffic


def publish_upload_kpis(
    client: CloudWatchClient, minutes: Sequence[MinuteOfTraffic], at: datetime
) -> None:
    """Put UploadFailureRate of these minutes, stamped ``at``."""
    publish_kpis(client, minutes, {"UploadFailureRate": at})


def publish_kpis(
    client: CloudWatchClient, minutes: Sequence[MinuteOfTraffic], stamps: Mapping[str, datetime]
) -> None:
    """Put KPIs of these minutes with the counts behind them, each stamped as ``stamps`` says.

    Sums over a day are over these minutes alone: nothing else was played.
    """
    if not minutes:
        return
    window = Window(minutes[0].start, minutes[-1].start + timedelta(minutes=1))
    readings = Readings(
        {measure: {"": series} for measure, series in _series(minutes).items()},
        thresholds={
            name: rule.threshold.default for name, rule in CATALOGUE.items() if rule.threshold
        },
    )
    for metric, at in stamps.items():
        decided = changes(evaluate((KPIS[metric],), readings, window, None), {})
        metrics.put(client, Own.KPI.full, data(decided.put, at))


def _series(minutes: Sequence[MinuteOfTraffic]) -> dict[Measure, Series]:
    """Return a point a minute of each measure, as CloudWatch has them."""
    points: dict[Measure, list[tuple[datetime, float]]] = defaultdict(list)
    for minute in minutes:
        for measure, number in _numbers((minute,)).items():
            points[measure].append((minute.start, number))
    return {
        measure: Series(tuple(at for at, _ in found), tuple(number for _, number in found))
        for measure, found in points.items()
    }


def _numbers(minutes: Sequence[MinuteOfTraffic]) -> dict[Measure, float]:
    """Return what the function would have read; as in CloudWatch, what did not occur is absent.

    A distribution's shares are 0 in a minute with requests of which none failed or hit, and absent
    in one without.
    """
    totals = Totals.sum(Totals.of(minute) for minute in minutes)
    counted: dict[Measure, float] = {
        UPLOADS.plus[0]: totals.uploads,
        FAILED_UPLOADS.plus[0]: totals.failures,
        REQUESTS.plus[0]: totals.requests,
    }
    numbers = {measure: float(count) for measure, count in counted.items() if count}
    if totals.requests:
        numbers[RATED_REQUESTS.plus[0]] = numbers[CACHEABLE.plus[0]] = float(totals.requests)
        numbers[FAILED_REQUESTS.plus[0]] = float(totals.errors_4xx + totals.errors_5xx)
        numbers[CACHE_HITS.plus[0]] = float(totals.cache_hits)
    latencies = sorted(chain.from_iterable(m.cdn.origin_latencies_ms for m in minutes))
    if latencies:
        numbers[ORIGIN_P95] = float(latencies[int(len(latencies) * 0.95)])
    return {STORAGE: float(minutes[-1].storage.total_bytes), **numbers}
