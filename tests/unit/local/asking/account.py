"""A deployment's functions, alarms and ledger, as `make mute` and its kin ask them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.incident import Incident
from avatarwatch.alert_state import AlertState
from avatarwatch.state_table.codec import encode
from local.doctor.deployment import Deployment

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


@dataclass
class Account:
    """A stack whose functions answer as they are told to."""

    answer: dict[str, Any] = field(default_factory=lambda: {"done": True})
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    alarms: tuple[str, ...] = ("avatar-system-StorageCritical", "orders-db-cpu")

    def client(self, service: str, region: str) -> Any:
        assert region == "eu-north-1"
        assert service in {"lambda", "cloudwatch", "dynamodb"}
        return self

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.sent.append((FunctionName, json.loads(Payload)))
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())}

    def get_paginator(self, name: str) -> Any:
        assert name == "describe_alarms"
        return self

    def paginate(self, AlarmTypes: list[str]) -> Iterator[Mapping[str, Any]]:  # noqa: N803
        assert AlarmTypes == ["MetricAlarm", "CompositeAlarm"]
        yield {"MetricAlarms": [{"AlarmName": name} for name in self.alarms]}
        yield {"CompositeAlarms": [{"AlarmName": "whole-site"}]}

    def query(self, **request: Any) -> dict[str, Any]:
        assert request["ExpressionAttributeValues"] == {":pk": {"S": "incident"}}
        alert = Alert(Kind.EVENT, "told-of-elsewhere", "k", AlertState.INFO, NOW)
        body = json.dumps(encode(Incident("k", alert, NOW)))
        item = {"pk": {"S": "incident"}, "sk": {"S": "k"}, "version": {"N": "1"},
                "body": {"S": body}}  # fmt: skip
        return {"Items": [item]}

    @property
    def deployment(self) -> Deployment:
        outputs = {
            "AlarmFanoutFunction": "fanout", "CostControlFunction": "cost", "StateTableName": "t",
        }  # fmt: skip
        return Deployment("s", "eu-north-1", "CREATE_COMPLETE", {}, outputs, {}, self.client)
