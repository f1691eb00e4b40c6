"""Reporting on fakes: CloudWatch and StateTable in memory, and strict stand-ins for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from avatarwatch.alerts import AlertMessage
from avatarwatch.episodes import Episode, keep
from avatarwatch.namespaces import Own
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.memory import MemoryDocumentStore
from avatarwatch.state_table.partition import Partition
from fakes import wire
from fakes.cloudwatch import FakeCloudWatch, Point
from reporting.asking.kept import COST_DAYS
from reporting.books import Books
from reporting.gathering import Sources
from reporting.page.files import File
from reporting.payload import read_order
from reporting.settings import FunctionSettings
from reporting.wiring import address
from reporting.work import Work

REGION, OWNER = "eu-north-1", "123456789012"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
SETTINGS = FunctionSettings(
    system_name="avatar-system", state_table="state", alerts_topic_arn="arn:aws:sns:topic",
    reports_bucket="reports", region=REGION, zone=STOCKHOLM, buckets=("avatars",),
    plan_reviewed=date(2026, 6, 30), own_usd_month=14.0,
    runbook_url="https://wiki.example.com/runbook",
)  # fmt: skip

type Answers = dict[str, dict[str, Any] | str]

IN_ORDER: Mapping[str, Answers] = {
    "s3": {
        "GetBucketVersioning": {"Status": "Enabled"},
        "GetBucketReplication": "ReplicationConfigurationNotFoundError",
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True, "BlockPublicPolicy": True,
            "IgnorePublicAcls": True, "RestrictPublicBuckets": True}},
        "GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": False}},
        "GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}},
    },
    "backup": {"ListRecoveryPointsByResource": {"RecoveryPoints": []}},
    "guardduty": {
        "ListDetectors": {"DetectorIds": ["0a1b2c"]},
        "GetFindingsStatistics": {"FindingStatistics": {"GroupedBySeverity": []}},
    },
    "securityhub": {"GetFindings": {"Findings": []}},
}  # fmt: skip


class KilledError(BaseException):
    """The function's process is gone; no handler of ordinary errors may catch it."""


@dataclass(slots=True)
class Answering:
    """A service that answers each operation with what is given: an answer, or an error's code."""

    service: str
    answers: Answers
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def client(self) -> Any:
        """Return a boto3 client whose requests end here."""
        return wire.client(self.service, REGION, self._answer)

    def _answer(self, operation: str, params: wire.Params) -> dict[str, Any]:
        self.asked.append((operation, params))
        if operation not in self.answers:
            raise NotImplementedError(operation)
        found = self.answers[operation]
        if isinstance(found, str):
            raise wire.RefusedError(found, "by the fake")
        return found


@dataclass(slots=True)
class ReportWorld:
    """Everything around Reporting. ``kept`` are the files; ``before_put`` may end the process."""

    settings: FunctionSettings = SETTINGS
    store: DocumentStore = field(default_factory=MemoryDocumentStore)
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)
    answers: dict[str, Answers] = field(
        default_factory=lambda: {name: dict(each) for name, each in IN_ORDER.items()}
    )
    kept: dict[str, File] = field(default_factory=dict)
    told: list[AlertMessage] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    before_put: Callable[[str], None] | None = None
    before_tell: Callable[[], None] | None = None
    seconds: float = 170.0

    def run(self, event: Any, now: datetime) -> dict[str, Any]:
        """Do what the handler does with an event."""
        return self.work(now).run(read_order(event, now))

    def work(self, now: datetime) -> Work:
        """Return the work of one invocation."""
        clients = {name: Answering(name, each, self.asked) for name, each in self.answers.items()}
        sources = Sources(
            settings=self.settings, store=self.store, cloudwatch=self.cloudwatch.client(),
            s3=clients["s3"].client(), backup=clients["backup"].client(),
            guardduty=clients["guardduty"].client(),
            security_hub=clients["securityhub"].client(), owner=OWNER, now=now,
            seconds_left=lambda: self.seconds,
        )  # fmt: skip
        return Work(
            books=Books(self.store, now), settings=self.settings, gather=sources.gather,
            look=sources.look, put=self._put, publish=self._tell,
            address=lambda name: address(self.settings, name),
            seconds_left=lambda: self.seconds, now=now,
        )  # fmt: skip

    def _put(self, name: str, file: File) -> None:
        if self.before_put:
            self.before_put(name)
        self.kept[name] = file

    def _tell(self, message: AlertMessage) -> None:
        if self.before_tell:
            self.before_tell()
        self.told.append(message)

    def kpi(self, metric: str, day: date, total: float, count: float = 1.0) -> None:
        """Publish a KPI's set of a day, stamped as KpiAggregation does."""
        self.metric(Own.KPI, metric, day, total, count)

    def metric(self, space: Own, metric: str, day: date, total: float, count: float = 1.0) -> None:
        """Publish a metric's set of a day."""
        at = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        point = Point(at, total / count, count, "None", is_set=True)
        self.cloudwatch.points[space.full, metric, frozenset()].append(point)

    def episode(
        self, alert: str, opened: datetime, minutes: float | None, **more: Any
    ) -> None:  # fmt: skip
        """Leave an episode as AlarmFanout does; ``minutes`` None is an event."""
        name = more.pop("name", f"avatar-system-{alert}")
        closed = None if minutes is None else opened + timedelta(minutes=minutes)
        more.setdefault("is_event", minutes is None)
        given = {"kind": "metric alarm", "alert_id": alert, **more}
        episode = Episode(key=f"arn:{name}", name=name, opened_at=opened, closed_at=closed, **given)
        keep(self.store, episode, closed or opened)

    def cost_run(self, day: date, body: Mapping[str, Any]) -> None:
        """Leave a day's lines as cost control does."""
        now = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
        Partition(self.store, COST_DAYS, dict, 400 * DAY).set(f"{day:%Y-%m-%d}", dict(body), now)
