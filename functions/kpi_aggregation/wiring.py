"""Make what an invocation needs, from the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from avatarwatch.alerts import publish
from avatarwatch.clients import Patience, client
from avatarwatch.kpis import Cadence, of_cadence
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from kpi_aggregation import burn
from kpi_aggregation.aggregation import Aggregation
from kpi_aggregation.budget_watch import BudgetWatch
from kpi_aggregation.claims import Claims
from kpi_aggregation.cost_explorer import CostExplorer
from kpi_aggregation.insights import Insights
from kpi_aggregation.publisher import Publisher
from kpi_aggregation.reader import Reader
from kpi_aggregation.resources import GLOBAL_REGION, Resources
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

RESERVE = 15.0  # seconds kept to publish and to write down what was published


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000 - RESERVE


def aggregation(
    cadence: Cadence, context: LambdaContext, settings: FunctionSettings, usage: Usage
) -> Aggregation:
    """Return the work on one cadence."""
    left = partial(_seconds_left, context)
    now = datetime.now(UTC)
    store = DynamoDocumentStore(client("dynamodb"), settings.state_table)
    resources = Resources(settings, partial(client, "cloudwatch"), usage)
    return Aggregation(
        claims=Claims(store, cadence),
        reader=Reader(
            resources, partial(client, "cloudwatch"), usage, settings.thresholds,
            _cost_explorer(settings, store, usage, now),
        ),
        insights=Insights(
            lambda: client("logs"), settings.api_log_group, settings.max_scan_bytes, usage, left
        ),
        # asked once: a put that is repeated unseen would count twice
        publisher=Publisher(
            client("cloudwatch", settings.region, Patience.ONCE), cadence, usage
        ),
        kpis=of_cadence(cadence),
        now=now,
        seconds_left=left,
        more=burn.measures() if cadence is Cadence.FIVE_MINUTES else {},
    )  # fmt: skip


def budget_watch(settings: FunctionSettings, usage: Usage, now: datetime) -> BudgetWatch:
    """Return who tells of burning error budgets."""
    resources = Resources(settings, partial(client, "cloudwatch"), usage)
    reader = Reader(resources, partial(client, "cloudwatch"), usage, {})
    return BudgetWatch(
        store=DynamoDocumentStore(client("dynamodb"), settings.state_table),
        system=settings.system,
        least=settings.least_bad,
        budget=reader.budget,
        down=reader.down,
        tell=lambda message: publish(client("sns"), settings.alerts_topic, message),
        now=now,
    )


def _cost_explorer(
    settings: FunctionSettings, store: DynamoDocumentStore, usage: Usage, now: datetime
) -> CostExplorer | None:
    if not settings.asks_cost_explorer:
        return None
    # asked once: botocore's retries would cost a cent each
    ask = partial(client, "ce", GLOBAL_REGION, Patience.ONCE)
    return CostExplorer(ask, store, usage, now, settings.cost_tag)
