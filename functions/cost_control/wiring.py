"""Make what an invocation needs, from the environment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from avatarwatch.alerts import publish
from avatarwatch.clients import Patience, client
from avatarwatch.namespaces import Own
from avatarwatch.observability import logger
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from cost_control.changing.backups import Backups
from cost_control.changing.store import BucketStore
from cost_control.control import Control
from cost_control.measuring.calls import Calls
from cost_control.measuring.cloudwatch import Measuring
from cost_control.measuring.inventory.reading import InventoryReader
from cost_control.measuring.listing import Listing
from cost_control.measuring.pricing import Pricing
from cost_control.measuring.sizing import Sample, learn
from cost_control.measuring.usage import Usage, Versioning
from cost_control.memory import Memory
from cost_control.planning.given import Policy
from cost_control.report import Report
from cost_control.settings import FunctionSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

INVENTORY_SECONDS = 60
"""For the inventory of one bucket; what was learnt is remembered, so that it is not every day."""
RESERVED_SECONDS = 240
"""For the listings of a hundred buckets, and for writing rules: no inventory is read then."""
PRICE_LIST_REGION = "us-east-1"  # one of the three that answer (Price List API's endpoints)


@dataclass(frozen=True, slots=True)
class AwsReader:
    """Measurements from CloudWatch and S3. ``remaining`` are the milliseconds of the invocation."""

    owner: str
    now: datetime
    remaining: Callable[[], int]

    def usages(self, buckets: tuple[str, ...]) -> dict[str, Usage]:
        """Return each bucket's usage."""
        return Measuring(client("cloudwatch"), self.now).usages(buckets)

    def sample(self, bucket: str, usage: Usage, versioning: Versioning, calls: Calls) -> Sample:
        """Return the sizes of its objects; each run draws other files and places."""
        rng = random.SystemRandom()
        until = time.monotonic() + INVENTORY_SECONDS
        inventories = InventoryReader(
            client("s3"),
            self.owner,
            self.now,
            rng,
            lambda: time.monotonic() < until and self.remaining() > RESERVED_SECONDS * 1000,
        )
        listing = Listing(client("s3"), self.owner, rng, bucket, calls)
        return learn(inventories, listing, usage, versioning)


def control(settings: FunctionSettings, context: LambdaContext) -> Control:
    """Return the work of one invocation."""
    now, owner = datetime.now(UTC), context.invoked_function_arn.split(":")[4]
    documents = DynamoDocumentStore(client("dynamodb"), settings.state_table)
    memory = Memory(documents, now)
    prices = Pricing(
        client("pricing", PRICE_LIST_REGION), documents, now, lambda text: logger().info(text)
    )
    who = f"{settings.function_name} {context.aws_request_id}"
    return Control(
        settings=settings,
        policy=Policy(
            assumed_reads=settings.assumed_reads,
            assumed_replaced=settings.assumed_replaced,
            allow_one_zone=settings.allow_one_zone,
            ia_minimum_days=settings.ia_minimum_days,
        ),
        reader=AwsReader(owner, now, context.get_remaining_time_in_millis),
        prices=prices.of(settings.region),
        memory=memory,
        backups=Backups(client("s3"), settings.reports_bucket, owner, who, now),
        store=lambda name: BucketStore(
            client("s3"), client("s3", patience=Patience.ONCE), name, owner
        ),
        sleep=time.sleep,
        publish=lambda alert: publish(client("sns"), settings.alerts_topic_arn, alert),
        now=now,
    )


def log_report(report: Report) -> None:
    """Write one structured line."""
    logger().info("cost control", report=report.daily())


def publish_savings(report: Report, work: Control) -> None:
    """Publish the figures of a run over all buckets for the KPIs, and leave them for the report."""
    answer = report.daily()
    work.memory.set_daily(answer | {"time": work.now.isoformat(timespec="seconds")})
    found = {
        "LifecycleSavingExpected": answer["expected_saving_usd_month"],
        "LifecycleSavingRealised": answer["realised_saving_usd_month"],
    }
    data: list[MetricDatumTypeDef] = [
        {"MetricName": name, "Value": value, "Unit": "None", "Timestamp": work.now}
        for name, value in found.items()
        if value is not None  # what is unknown is no zero
    ]
    if data:
        client("cloudwatch").put_metric_data(Namespace=Own.OPERATIONS.full, MetricData=data)
