"""KPIs of minutes that ended just now, for what the emulator cannot wait for.

An alarm of the emulator looks at the real clock: what is to leave its window within seconds must
be stamped almost a window ago, while the windows of KpiAggregation begin every five minutes. The
demo's minutes are therefore computed by the function's own formulas and put by its own publisher,
but over a span of any beginning. The demo's step on KPIs and the end-to-end tests run the
deployed function itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from avatarwatch import metrics
from avatarwatch.kpi.readings import Measure, Readings, Series, Window
from avatarwatch.kpi_inputs import FAILED_UPLOADS, STORAGE, UPLOADS
from avatarwatch.kpis import KPIS
from kpi_aggregation.compute import changes, evaluate
from kpi_aggregation.publisher import NAMESPACE, data
from local.backend.ledger import Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient

    from local.backend.traffic import MinuteOfTraffic

_SHOWN = (KPIS["UploadFailureRate"], KPIS["StorageBytes"])


def publish_upload_kpis(
    client: CloudWatchClient, minutes: Sequence[MinuteOfTraffic], at: datetime
) -> None:
    """Put UploadFailureRate, its counts and StorageBytes of these minutes, stamped ``at``."""
    if not minutes:
        return
    totals = Totals.sum(Totals.of(minute) for minute in minutes)
    window = Window(minutes[0].start, minutes[-1].start + timedelta(minutes=1))
    numbers: dict[Measure, float] = {STORAGE: minutes[-1].storage.total_bytes}
    # as in CloudWatch, an event that did not occur has no point
    numbers |= {UPLOADS.plus[0]: totals.uploads} if totals.uploads else {}
    numbers |= {FAILED_UPLOADS.plus[0]: totals.failures} if totals.failures else {}
    readings = Readings(
        {measure: {"": Series((window.start,), (number,))} for measure, number in numbers.items()}
    )
    decided = changes(evaluate(_SHOWN, readings, window, None), {})
    metrics.put(client, NAMESPACE, data(decided.put, at))
