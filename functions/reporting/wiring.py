"""Make what an invocation needs, from the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from avatarwatch.alerts import publish
from avatarwatch.clients import client
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from reporting.books import Books
from reporting.gathering import Sources
from reporting.page.files import File
from reporting.settings import FunctionSettings
from reporting.work import Work

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

FOLDER = "reports"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def work(settings: FunctionSettings, context: LambdaContext, now: datetime) -> Work:
    """Return the work of one invocation."""
    store = DynamoDocumentStore(client("dynamodb"), settings.state_table)
    owner = context.invoked_function_arn.split(":")[4]

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    sources = Sources(
        settings=settings, store=store, cloudwatch=client("cloudwatch"), s3=client("s3"),
        backup=client("backup"), guardduty=client("guardduty"),
        security_hub=client("securityhub"), owner=owner, now=now, seconds_left=seconds_left,
    )  # fmt: skip

    def put(name: str, file: File) -> None:
        client("s3").put_object(
            Bucket=settings.reports_bucket, Key=f"{FOLDER}/{name}", Body=file.text.encode(),
            ContentType=file.kind, CacheControl="no-cache", ExpectedBucketOwner=owner,
        )  # fmt: skip

    return Work(
        books=Books(store, now),
        settings=settings,
        gather=sources.gather,
        look=sources.look,
        put=put,
        publish=lambda alert: publish(client("sns"), settings.alerts_topic_arn, alert),
        address=lambda name: address(settings, name),
        seconds_left=seconds_left,
        now=now,
    )


def address(settings: FunctionSettings, name: str) -> str:
    """Return where people open a file of the reports.

    Without an address of the team's own it is S3's console, which asks who one is and works as
    long as the file is there: a presigned address dies with the role's credentials, within hours
    (docs/decisions/0137).
    """
    if settings.reports_url:
        return f"{settings.reports_url.rstrip('/')}/{name}"
    key = quote(f"{FOLDER}/{name}", safe="")
    place = f"{settings.reports_bucket}?region={settings.region}&prefix={key}"
    return f"https://{settings.region}.console.aws.amazon.com/s3/object/{place}"


def counts(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what of an answer is logged."""
    return {key: value for key, value in answer.items() if key != "to_do"}
