"""SNS, SSM and CloudWatch as far as alarm_fanout uses them; anything else is refused.

Calls have exactly the arguments that are known here: a new one is a TypeError, so that no test
passes on something that nobody has thought about.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from fakes.steps import Steps

EMAIL_TOPIC = "arn:aws:sns:eu-north-1:123456789012:EmailTopic"
SMS_TOPIC = "arn:aws:sns:eu-north-1:123456789012:SmsTopic"
SMS_LIMIT = 160
# GSM 03.38's basic table as far as it is ASCII: what else there is counts twice or is no GSM
GSM = frozenset(
    "@$_ !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n"
)
_TRANSACTIONAL = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


def refusal(operation: str, code: str) -> ClientError:
    """Return AWS's error with a code, as botocore raises it."""
    return ClientError({"Error": {"Code": code, "Message": f"{code} of a test"}}, operation)


@dataclass(frozen=True, slots=True)
class Email:
    """What was published to EmailTopic."""

    subject: str
    body: str


@dataclass(slots=True)
class FakeSns:
    """Keep e-mails and texts; ``errors`` are raised by the next calls, by topic.

    ``confirmed`` and ``pending`` are EmailTopic's subscriptions.
    """

    steps: Steps
    emails: list[Email] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    errors: dict[str, deque[Exception]] = field(default_factory=dict)
    confirmed: int = 1
    pending: int = 0

    def publish(
        self,
        *,
        TopicArn: str,  # noqa: N803 - the API's name
        Message: str,  # noqa: N803
        Subject: str | None = None,  # noqa: N803
        MessageAttributes: dict[str, Any] | None = None,  # noqa: N803
    ) -> dict[str, str]:
        """Publish as SNS does within its documented limits; AssertionError for what breaks them."""
        self.steps.take(f"publish {TopicArn.rsplit(':', 1)[1]}")
        if self.errors.get(TopicArn):
            raise self.errors[TopicArn].popleft()
        match TopicArn:
            case t if t == EMAIL_TOPIC:
                assert MessageAttributes is None
                assert Subject is not None
                assert Subject.isascii()
                assert Subject.isprintable()
                assert 0 < len(Subject) < 100
                assert 0 < len(Message.encode()) <= 262_144
                self.emails.append(Email(Subject, Message))
            case t if t == SMS_TOPIC:
                assert Subject is None
                assert MessageAttributes == _TRANSACTIONAL
                assert 0 < len(Message) <= SMS_LIMIT
                assert set(Message) <= GSM, set(Message) - GSM
                self.texts.append(Message)
            case _:
                raise refusal("Publish", "NotFound")
        return {"MessageId": f"{len(self.emails) + len(self.texts)}"}

    def get_topic_attributes(self, *, TopicArn: str) -> dict[str, Any]:  # noqa: N803
        """Return how many subscriptions EmailTopic has (API reference, GetTopicAttributes)."""
        if self.errors.get(TopicArn):
            raise self.errors[TopicArn].popleft()
        if TopicArn != EMAIL_TOPIC:
            raise refusal("GetTopicAttributes", "NotFound")
        counts = {"Confirmed": self.confirmed, "Pending": self.pending}
        return {"Attributes": {f"Subscriptions{how}": str(each) for how, each in counts.items()}}


@cache
def _ssm_exceptions() -> Any:
    return boto3.client("ssm").exceptions


@dataclass(slots=True)
class FakeSsm:
    """One parameter; ``error`` is raised instead while it is set."""

    parameter: str
    value: str | None
    error: Exception | None = None
    reads: int = 0

    @property
    def exceptions(self) -> Any:
        """Return botocore's exceptions of the service."""
        return _ssm_exceptions()

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803
        """Return the parameter with its value in the clear."""
        self.reads += 1
        assert WithDecryption
        if self.error:
            raise self.error
        if Name != self.parameter or self.value is None:
            answer: Any = {"Error": {"Code": "ParameterNotFound", "Message": Name}}
            raise self.exceptions.ParameterNotFound(answer, "GetParameter")
        return {"Parameter": {"Name": Name, "Type": "SecureString", "Value": self.value}}


@dataclass(slots=True)
class OneCourse:
    """The same points for every metric that is asked for, and a picture of four bytes.

    ``linked`` are the points of the accounts that ours is the monitoring account of.
    """

    points: tuple[tuple[datetime, float], ...] = ()
    linked: Mapping[str, tuple[tuple[datetime, float], ...]] = field(default_factory=dict)
    error: Exception | None = None
    widgets: list[dict[str, Any]] = field(default_factory=list)
    put: list[dict[str, Any]] = field(default_factory=list)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803
        """Take in single values, as the one caller puts them."""
        if self.error:
            raise self.error
        for datum in MetricData:
            assert {"MetricName", "Timestamp", "Value", "Unit"} <= set(datum)
            assert set(datum) <= {"MetricName", "Timestamp", "Value", "Unit", "Dimensions"}
            self.put.append({"Namespace": Namespace, **datum})

    def get_metric_data(
        self,
        *,
        MetricDataQueries: list[dict[str, Any]],  # noqa: N803
        StartTime: datetime,  # noqa: N803
        EndTime: datetime,  # noqa: N803
    ) -> dict[str, Any]:
        """Return the points of the span for each query, the latest first as CloudWatch does."""
        if self.error:
            raise self.error
        assert 0 < len(MetricDataQueries) <= 500
        results = []
        for query in MetricDataQueries:
            account = query.get("AccountId")
            if account is not None and account not in self.linked:
                raise ClientError({"Error": {"Code": "ValidationError"}}, "GetMetricData")
            points = self.points if account is None else self.linked[account]
            inside = sorted((p for p in points if StartTime <= p[0] < EndTime), reverse=True)
            assert set(query) - {"AccountId"} == {"Id", "MetricStat"}
            assert set(query["MetricStat"]) == {"Metric", "Period", "Stat"}
            times, values = [p[0] for p in inside], [p[1] for p in inside]
            results.append({"Id": query["Id"], "Timestamps": times, "Values": values})
        return {"MetricDataResults": results}

    def get_metric_widget_image(self, *, MetricWidget: str, OutputFormat: str) -> dict[str, bytes]:  # noqa: N803
        """Return a picture."""
        if self.error:
            raise self.error
        assert OutputFormat == "png"
        self.widgets.append(json.loads(MetricWidget))
        return {"MetricWidgetImage": b"\x89PNG"}
