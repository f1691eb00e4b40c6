"""Everything on one machine: the emulator, the inbox, the simulated backend, the deployed stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import httpx

import aws_contract
from local.backend.driver import Backend
from local.backend.kpis import publish_upload_kpis
from local.backend.server import BackendServer
from local.backend.writers import CustomMetricsWriter, LogLinesWriter, Writer
from local.emulator import REGION, Emulator
from local.function_url import FunctionUrl
from local.history import BUCKET, DISTRIBUTION
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer
from local.sam import build
from local.stack import Stack, deploy
from local.widget_images.server import WidgetImages

if TYPE_CHECKING:
    from local.backend.traffic import MinuteOfTraffic

SYSTEM = "avatar-system"
API_LOG_GROUP = "/aws/avatar-system/api"
SETTINGS_PARAMETER = "/avatar-watch/notifications"
CHAT_PARAMETER = "/avatar-watch/chat"
CHAT_SECRETS = {  # of this machine alone; the events of events/chat_actions are signed by them
    "slack_signing_secret": "the-inbox-signs-by-this-secret",
    "pagerduty_webhook_secret": "the-events-are-signed-by-this-secret",
}
ENDPOINTS_PARAMETER = "/avatar-watch/endpoints"
AVATAR_BUCKET = "avatar-system-avatars"
SLOW_MS = 1000  # from where on the demo's service is degraded
CHANNELS = {"critical": "#critical", "warning": "#warning", "info": "#info"}


class FunctionError(Exception):
    """An invoked function failed; the message is its own."""


def notification_settings(inbox_url: str) -> dict[str, Any]:
    """Return the settings document of a team whose Slack and PagerDuty are the inbox."""
    return {
        "slack": {
            "bot_token": "xoxb-avatar-watch-demo",
            "channels": CHANNELS,
            "api_url": f"{inbox_url}/slack/api/",
        },
        "pagerduty": {"routing_key": "d" * 32, "events_url": f"{inbox_url}/pagerduty"},
    }


@dataclass(slots=True)
class Scene:
    """What the demo, the end-to-end tests and the benchmarks play on; a context manager.

    ``parameters`` override the template's; ``settings`` the notification settings document;
    ``deploys`` makes the stack of what was built.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] | None = None
    inbox_port: int = 0
    deploys: Callable[[Emulator, Mapping[str, str]], Stack] = deploy
    emulator: Emulator = field(default_factory=Emulator)
    stack: Stack = field(default_factory=lambda: Stack({}, {}))
    _open: ExitStack = field(default_factory=ExitStack)
    _inbox: InboxServer | None = None
    _client: InboxClient | None = None
    _backend: BackendServer | None = None
    backend: Backend = field(default_factory=Backend)

    @property
    def inbox(self) -> InboxClient:
        """Return the inbox's client; RuntimeError before it was started."""
        if self._client is None:
            raise RuntimeError("the inbox was not started")
        return self._client

    @property
    def inbox_url(self) -> str:
        """Return the address of the inbox page."""
        return self.inbox.url

    @property
    def health_url(self) -> str:
        """Return the address of the simulated backend's health document."""
        if self._backend is None:
            raise RuntimeError("the backend was not started")
        return self._backend.health_url

    def start_emulator(self) -> None:
        """Start the emulator, with the AWS contract on in this process as well.

        The functions get the emulator's CloudWatch through what draws its widget images.
        """
        aws_contract.enable()
        images = WidgetImages(
            self.emulator.url, lambda region: self.emulator.client("cloudwatch", region)
        )
        self.emulator.functions_cloudwatch = self._open.enter_context(images).url
        self._open.enter_context(self.emulator)
        for bucket in (BUCKET, AVATAR_BUCKET):  # what the stack watches is there before it
            self.emulator.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )

    def start_inbox(self) -> None:
        """Start the inbox and write the notification settings that point to it."""
        self._inbox = InboxServer.preferring(self.inbox_port)
        self._open.callback(self._inbox.stop)
        self._client = self._open.enter_context(InboxClient(self._inbox.url))
        document = self.settings or notification_settings(self._inbox.url)
        self.emulator.client("ssm").put_parameter(
            Name=SETTINGS_PARAMETER, Type="SecureString", Value=json.dumps(document)
        )
        self.emulator.client("ssm").put_parameter(
            Name=CHAT_PARAMETER, Type="SecureString",
            Value=json.dumps(CHAT_SECRETS),
        )  # fmt: skip

    def deploy(self) -> None:
        """Build and deploy the template, then subscribe the inbox to e-mail and SMS."""
        build()
        # a metric filter can only be put on a log group that is there
        LogLinesWriter(self.emulator.client("logs"), API_LOG_GROUP, datetime.now(UTC)).ensure()
        overrides = {
            "ApiLogGroupName": API_LOG_GROUP,
            "AvatarBucketNames": f"{BUCKET},{AVATAR_BUCKET}",
            "DistributionIds": DISTRIBUTION,
            "HealthEndpointsParameter": ENDPOINTS_PARAMETER,
            "AllowPrivateEndpoints": "true",
            # enforced here, so that the demo and the tests see rules written and taken away again
            "CostControlMode": "enforce",
            "EnforcedBucketNames": AVATAR_BUCKET,
            "AssumedMonthlyReads": "0.02",
            "MakeAccessLogBucket": "true",
            "ChatSecretsParameter": CHAT_PARAMETER,
            **self.parameters,
        }
        self.stack = self.deploys(self.emulator, overrides)
        sns = self.emulator.client("sns")
        for kind, topic in (("email", "EmailTopicArn"), ("sms", "SmsTopicArn")):
            sns.subscribe(
                TopicArn=self.stack.outputs[topic],
                Protocol="http",
                Endpoint=f"{self.inbox_url}/sns/{kind}",
            )
        self.inbox.wait_for(lambda kept: sum(s.confirmed for s in kept.subscriptions) >= 2)
        self._open_chat()

    def _open_chat(self) -> None:
        """Give ChatActions an address, and the inbox's buttons that address."""
        url = self._open.enter_context(FunctionUrl(partial(self.invoke, "ChatActions")))
        # the emulator's first start of a function takes longer than Slack waits
        httpx.get(url.url, timeout=60, trust_env=False)
        self.inbox.set_app(f"{url.url}/slack", CHAT_SECRETS["slack_signing_secret"])

    def start_backend(self) -> None:
        """Start the simulated avatar backend, idle until it is played."""
        cloudwatch, logs = self.emulator.client("cloudwatch"), self.emulator.client("logs")
        writers: list[Writer] = [
            CustomMetricsWriter(cloudwatch),
            LogLinesWriter(logs, API_LOG_GROUP, datetime.now(UTC)),
        ]
        self.backend = Backend(writers)
        self._backend = self._open.enter_context(BackendServer(self.backend))
        self.watch({"name": "avatar-api", "url": self.health_url, "slow_ms": SLOW_MS})

    def watch(self, *endpoints: Mapping[str, Any]) -> None:
        """Write the list of health endpoints; HealthPolling keeps one for up to five minutes."""
        self.emulator.client("ssm").put_parameter(
            Name=ENDPOINTS_PARAMETER, Type="String", Value=json.dumps(endpoints), Overwrite=True
        )

    def poll(self, **order: Any) -> dict[str, Any]:
        """Have HealthPolling poll once and return its answer; RuntimeError when it fails."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.stack.outputs["HealthPollingFunction"], Payload=json.dumps(order)
        )
        read: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RuntimeError(f"HealthPolling failed: {read}")
        return read

    @property
    def status_url(self) -> str:
        """Return the address of the status page; it is written within five minutes."""
        return f"{self.emulator.url}/{self.stack.outputs['ReportsBucketName']}/status/index.html"

    def report(self, key: str) -> str:
        """Return an object of the reports bucket as text."""
        bucket = self.stack.outputs["ReportsBucketName"]
        answer = self.emulator.client("s3").get_object(Bucket=bucket, Key=key)
        return str(answer["Body"].read().decode())

    def play(
        self, scenario: str, minutes: int = 15, *, ended: timedelta = timedelta()
    ) -> tuple[MinuteOfTraffic, ...]:
        """Play minutes of a scenario that ended so long ago, and publish their KPIs there.

        The emulator judges an alarm over the points newer than its window by the real clock: what
        ended almost a window ago leaves it within seconds, so that the next play decides alone.
        """
        end = datetime.now(UTC) - ended
        played = self.backend.play(scenario, minutes, end - timedelta(minutes=minutes))
        publish_upload_kpis(self.emulator.client("cloudwatch"), played, end)
        return played

    def invoke(self, function: str, payload: Mapping[str, Any]) -> Any:
        """Invoke a deployed function (``KpiAggregation``) and return its answer.

        Raises
        ------
        FunctionError
            The function failed; the message is its own.
        """
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.stack.outputs[f"{function}Function"], Payload=json.dumps(payload)
        )
        body = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise FunctionError(f"{function}: {body.get('errorMessage', body)}")
        return body

    def quiet(self) -> None:
        """Forget how busy the Slack channels have been, as after a quiet hour.

        What is told next has a message of its own and joins no group.
        """
        dynamodb, table = self.emulator.client("dynamodb"), self.stack.outputs["StateTableName"]
        lanes = dynamodb.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "lane"}},
        )["Items"]
        for lane in lanes:
            dynamodb.delete_item(TableName=table, Key={"pk": lane["pk"], "sk": lane["sk"]})

    def contract_violations(self) -> list[dict[str, Any]]:
        """Return what AWS would have refused, of this process and of the functions'."""
        log = self.emulator.contract_log
        lines = log.read_text().splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Stop everything that was started, the last first."""
        self._open.close()

    def __enter__(self) -> Self:
        try:
            self.start_emulator()
            self.start_inbox()
            self.deploy()
            self.start_backend()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
