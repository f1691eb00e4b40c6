"""Read every source of a report; what cannot be read says why, and stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch import access_days, left_out
from avatarwatch.kpi_inputs import DOWN
from avatarwatch.left_out import LeftOut
from avatarwatch.namespaces import Own
from avatarwatch.partitions import partition_of
from avatarwatch.state_table.documents import DocumentStore, UnreadableError
from reporting.asking import buckets, findings
from reporting.asking.kept import read_cost_runs, read_episodes
from reporting.asking.metrics import Metric, read_days
from reporting.asking.replication import lag
from reporting.compose import read_from
from reporting.found import Check, Found, Snapshot, State, Topic
from reporting.judging.figures import of_reports
from reporting.settings import FunctionSettings
from reporting.spans import Span

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_s3 import S3Client

BESIDES = (Metric(Own.CUSTOM, "DeduplicationSavings"), Metric(Own.HEALTH, DOWN.metric))
"""What is read beside the KPIs: saved bytes, and the minutes whose polls were judged."""
LEAST_SECONDS = 45.0
"""What must be left of a run to look at another bucket."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The clients of all sources. ``owner`` is the account."""

    settings: FunctionSettings
    store: DocumentStore
    cloudwatch: CloudWatchClient
    s3: S3Client
    backup: Any
    guardduty: Any
    security_hub: Any
    owner: str
    now: datetime
    seconds_left: Callable[[], float]

    def gather(self, span: Span, snapshot: Snapshot) -> Found:
        """Return what is known of a span."""
        metrics = [Metric(Own.KPI, kpi.metric) for kpi in of_reports()]
        unread: dict[str, str] = {}

        def tried[T](source: str, read: Callable[[], T]) -> T | None:
            try:
                return read()
            except (ClientError, BotoCoreError) as error:
                unread[source] = buckets.why(error)
            except (RuntimeError, UnreadableError) as error:
                unread[source] = str(error)
            return None

        wanted, start = [*metrics, *BESIDES], read_from(span)
        days = tried("metrics", lambda: read_days(self.cloudwatch, wanted, start, span.end))
        episodes = tried("incidents", lambda: tuple(read_episodes(self.store, span)))
        runs = tried("cost control", lambda: read_cost_runs(self.store, span))
        access = tried("access logs", lambda: access_days.read_days(self.store, span.days))
        maintenance = tried("maintenance", lambda: left_out.read(self.store))
        return Found(
            days or {}, episodes or (), runs or {}, unread, snapshot, access or {},
            maintenance or LeftOut(),
        )  # fmt: skip

    def look(self, span: Span) -> Iterator[Check]:
        """Yield what stands now: the buckets, their backups, and what watches over them."""
        region = self.settings.region
        partition = partition_of(region)
        for bucket in self.settings.buckets:
            if self.seconds_left() < LEAST_SECONDS:
                for topic in Topic:
                    yield Check(topic, bucket, "all", State.NO_DATA, "no time was left")
                continue
            yield from buckets.look_at(self.s3, bucket, self.owner)
            if found := lag(self.cloudwatch, bucket, span):
                yield found
            yield buckets.newest_recovery_point(self.backup, bucket, partition, self.now)
        yield findings.guardduty(self.guardduty, span, region)
        yield findings.security_hub(self.security_hub, region)
