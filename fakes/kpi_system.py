"""KpiAggregation on fakes: two regions of CloudWatch, StateTable in memory, Logs Insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from avatarwatch.alerts import AlertMessage
from avatarwatch.kpis import Cadence, Kpi, of_cadence
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes import wire
from fakes.cloudwatch import FakeCloudWatch
from fakes.cost_explorer import FakeCostExplorer
from fakes.store import WatchedStore
from kpi_aggregation import burn
from kpi_aggregation.aggregation import Aggregation
from kpi_aggregation.budget_watch import BudgetWatch
from kpi_aggregation.claims import Claims
from kpi_aggregation.cost_explorer import CostExplorer
from kpi_aggregation.insights import QUERY, Insights
from kpi_aggregation.publisher import Publisher
from kpi_aggregation.reader import Reader
from kpi_aggregation.resources import Resources
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_logs import CloudWatchLogsClient

HOME, GLOBAL = "eu-north-1", "us-east-1"
MINUTE = timedelta(minutes=1)
SETTINGS = FunctionSettings(
    state_table="state", region=HOME, bucket_names=("avatars",), distribution_ids=("E1", "E2"),
    api_log_group="/avatar/api", thresholds={
        "StorageWarning": 50e9, "StorageCritical": 100e9, "BandwidthWarning": 100e9,
        "UploadFailuresCritical": 10.0, "ErrorRateCritical": 5.0, "CacheHitRateWarning": 90.0,
    },
)  # fmt: skip


class KilledError(BaseException):
    """The function's process is gone; no handler of ordinary errors may catch it."""


@dataclass(slots=True)
class Fuse:
    """Ends the process at the n-th effect on the outside, before or after it took place.

    With ``then`` the process is only held up there, for what others do in the meantime.
    """

    left: int | None = None
    is_after: bool = False
    then: Callable[[], object] | None = None
    burnt: int = 0  # effects so far

    def around(self, store: DocumentStore) -> DocumentStore:
        """Return the store with every write an effect."""
        return WatchedStore(
            store,
            writing=lambda _: self.burn(is_after=False),
            written=lambda _: self.burn(is_after=True),
        )

    def burn(self, *, is_after: bool) -> None:
        """Count one effect."""
        self.burnt += not is_after
        if self.left is None or is_after is not self.is_after:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            if self.then is None:
                raise KilledError
            self.then()


@dataclass(slots=True)
class FakeLogs:
    """Logs Insights with a script: the statuses that its queries go through, and the count.

    ``failing`` are the errors of the looks at a query that come before those, ``refusing`` what
    becomes of the queries that are begun before any other.
    """

    statuses: list[str] = field(default_factory=lambda: ["Running", "Complete"])
    failing: list[str] = field(default_factory=list)
    refusing: list[Exception] = field(default_factory=list)
    uploaders: int | None = 0
    started: list[Mapping[str, Any]] = field(default_factory=list)

    def client(self) -> CloudWatchLogsClient:
        """Return a boto3 client whose requests end here."""
        client: CloudWatchLogsClient = wire.client("logs", HOME, self._answer)
        return client

    def _answer(self, operation: str, params: wire.Params) -> dict[str, Any]:
        match operation:
            case "StartQuery":
                if params["queryString"] != QUERY:
                    raise NotImplementedError(params["queryString"])
                if self.refusing:
                    raise self.refusing.pop(0)
                self.started.append(params)
                return {"queryId": f"query-{len(self.started)}"}
            case "GetQueryResults" if self.failing:
                raise wire.RefusedError(self.failing.pop(0), "as the script has it")
            case "GetQueryResults":
                return self._results()
            case _:
                raise NotImplementedError(operation)

    def _results(self) -> dict[str, Any]:
        status = self.statuses.pop(0)
        if status != "Complete":
            return {"status": status, "results": []}
        row = [{"field": "uploaders", "value": str(self.uploaders)}]
        rows = [] if self.uploaders is None else [row]
        return {"status": status, "results": rows, "statistics": {"bytesScanned": 2e9}}


@dataclass(slots=True)
class KpiSystem:
    """The function's surroundings; ``at`` gives the work of one run."""

    settings: FunctionSettings = SETTINGS
    fuse: Fuse = field(default_factory=Fuse)
    regions: dict[str, FakeCloudWatch] = field(
        default_factory=lambda: {region: FakeCloudWatch(region) for region in (HOME, GLOBAL)}
    )
    logs: FakeLogs = field(default_factory=FakeLogs)
    costs: FakeCostExplorer = field(default_factory=FakeCostExplorer)
    usage: Usage = field(default_factory=Usage)
    told: list[AlertMessage] = field(default_factory=list)
    seconds_left: float = 60.0
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    store: DocumentStore = field(init=False)
    _clients: dict[str, CloudWatchClient] = field(default_factory=dict)
    _logs_client: CloudWatchLogsClient = field(init=False)
    _costs_client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.store = self.fuse.around(self.documents)
        self._clients = {name: fake.client() for name, fake in self.regions.items()}
        self._logs_client = self.logs.client()
        self._costs_client = self.costs.client()
        events = self._clients[HOME].meta.events
        events.register_first(
            "before-call.cloudwatch.PutMetricData", lambda **_: self.fuse.burn(is_after=False)
        )
        events.register("after-call.cloudwatch.PutMetricData",
                        lambda **_: self.fuse.burn(is_after=True))  # fmt: skip

    @property
    def home(self) -> FakeCloudWatch:
        """Return the stack's region."""
        return self.regions[HOME]

    @property
    def everywhere(self) -> FakeCloudWatch:
        """Return us-east-1."""
        return self.regions[GLOBAL]

    def reset(self) -> None:
        """Forget what was published and recorded; what others have put stays."""
        self.documents.items.clear()
        self.fuse.left = None
        for key in [key for key in self.home.points if key[0] == "AvatarSystem/KPI"]:
            del self.home.points[key]

    def at(
        self, now: datetime, cadence: Cadence = Cadence.FIVE_MINUTES,
        kpis: Sequence[Kpi] | None = None,
    ) -> Aggregation:  # fmt: skip
        """Return the work of a run at some time, on the catalogue's KPIs unless told others."""
        resources = Resources(self.settings, self._clients.__getitem__, self.usage)
        return Aggregation(
            claims=Claims(self.store, cadence),
            reader=Reader(resources, self._clients.__getitem__, self.usage,
                          self.settings.thresholds, self._cost_explorer(now)),
            insights=Insights(lambda: self._logs_client, self.settings.api_log_group,
                              self.settings.max_scan_bytes, self.usage,
                              lambda: self.seconds_left, sleep=lambda _: None),
            publisher=Publisher(self._clients[HOME], cadence, self.usage),
            kpis=of_cadence(cadence) if kpis is None else kpis,
            now=now,
            more=burn.measures() if cadence is Cadence.FIVE_MINUTES else {},
            seconds_left=lambda: self.seconds_left,
        )  # fmt: skip

    def watch(self, now: datetime) -> BudgetWatch:
        """Return who looks at error budgets after a run; what is told is in ``told``."""
        reader = Reader(
            Resources(self.settings, self._clients.__getitem__, self.usage),
            self._clients.__getitem__, self.usage, {},
        )  # fmt: skip
        return BudgetWatch(
            self.store, "avatar-system", {}, reader.budget, reader.down, self.told.append, now
        )

    def _cost_explorer(self, now: datetime) -> CostExplorer | None:
        if not self.settings.asks_cost_explorer:
            return None
        tag = self.settings.cost_tag
        return CostExplorer(lambda: self._costs_client, self.store, self.usage, now, tag)


def traffic(system: KpiSystem, start: datetime, minutes: int, failures: int = 1) -> None:
    """Put minutes of traffic: 12 uploads each, 200 requests, and now and then a failure."""
    start = start.astimezone(UTC)
    for n in range(minutes):
        at = start + n * MINUTE
        home, cdn = system.home, system.everywhere
        home.put("AvatarSystem/Custom", "AvatarUploads", {at: [1.0] * 12})
        if n % 3 == 0:
            home.put("AvatarSystem/Custom", "UploadFailures", {at: [1.0] * failures})
        home.put(
            "AvatarSystem/Custom",
            "UploadDuration",
            {at: [800.0 + n, 1200.0 + n]},
            unit="Milliseconds",
        )
        home.put("AvatarSystem/Health", "EndpointUp", {at: float(n % 50 != 0)})
        for number, share in (("E1", 96.0), ("E2", 90.0)):
            dimensions = {"DistributionId": number, "Region": "Global"}
            cdn.put("AWS/CloudFront", "Requests", {at: 100.0 + n}, dimensions)
            cdn.put("AWS/CloudFront", "CacheHitRate", {at: share}, dimensions)
            cdn.put("AWS/CloudFront", "TotalErrorRate", {at: 1.0}, dimensions)
            cdn.put("AWS/CloudFront", "BytesDownloaded", {at: 1e6}, dimensions)  # fmt: skip
