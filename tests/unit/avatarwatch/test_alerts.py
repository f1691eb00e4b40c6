"""The alert that our own functions publish."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage, AlertMessageError, publish
from avatarwatch.catalogue import CATALOGUE, ChannelKind, Severity, rule_of_alarm
from fakes.quick_moto import mock_aws

MESSAGE: dict[str, Any] = {
    "alert": "EndpointDown",
    "state": AlertState.ALARM,
    "summary": "api does not answer",
    "time": datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
    "key": "endpoint:https://api.example.com",
}


def test_it_is_published_as_the_parser_reads_it() -> None:
    with mock_aws():
        sns, sqs = boto3.client("sns"), boto3.client("sqs")
        topic = sns.create_topic(Name="AlertsTopic")["TopicArn"]
        queue = sqs.create_queue(QueueName="AlertsQueue")["QueueUrl"]
        arn = "arn:aws:sqs:eu-north-1:123456789012:AlertsQueue"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        publish(sns, topic, AlertMessage(**MESSAGE))
        [received] = sqs.receive_message(QueueUrl=queue)["Messages"]
        sent = json.loads(json.loads(received["Body"])["Message"])
    assert sent["source"] == "avatarwatch"
    assert AlertMessage.read(sent) == AlertMessage(**MESSAGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("alert", ""),
        ("state", "INSUFFICIENT_DATA"),
        ("summary", ""),
        ("time", datetime(2026, 11, 23, 10, 15)),  # noqa: DTZ001 - the mistake in question
        ("key", "k" * 256),
        ("key", ""),
        ("alert", "a" * 201),
        ("reason", None),
        ("links", [("a", "b")]),
        ("facts", {3: "days"}),
        ("time", 5),
        ("time", "0001-01-01T00:00:00+23:00"),
        ("state", None),
        ("summary", None),
        ("facts", {"Days": 3}),
        ("time", "yesterday"),
        ("source", "elsewhere"),
    ],
)
def test_a_mistake_is_refused_by_its_field(field: str, value: Any) -> None:
    for make in (lambda body: AlertMessage(**body), AlertMessage.read):
        with pytest.raises(AlertMessageError) as refused:
            make(MESSAGE | {field: value})
        assert [name for name, _ in refused.value.problems] == [field]


def test_what_a_message_has_room_for_and_need_not_have() -> None:
    body = {name: MESSAGE[name] for name in ("state", "summary")}
    body |= {"alert": "a" * 200, "key": "k" * 255, "time": "2026-11-23T11:15:00+01:00"}
    message = AlertMessage.read(body)
    assert (message.source, message.reason) == ("avatarwatch", "")
    assert (message.facts, message.links) == ({}, {})
    assert message.as_json() == body | {
        "time": "2026-11-23T10:15:00Z", "source": "avatarwatch", "reason": "", "facts": {},
        "links": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("alert", "a" * 201, "is longer than 200 characters"), ("summary", "", "is empty"),
        ("facts", [], "is no object of texts"), ("state", "X", "has a value that we do not know"),
        ("source", "x", "has a value that we do not know"), ("time", "x", "is no time of ISO 8601"),
        ("time", "2026-11-23T10:15:00", "needs an offset from UTC"),
        ("time", "0001-01-01T00:00:00+23:00", "is out of range"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(field: str, value: Any, why: str) -> None:
    with pytest.raises(AlertMessageError) as refused:
        AlertMessage.read(MESSAGE | {field: value})
    assert refused.value.problems == ((field, why),)
    assert str(refused.value) == f"{field} {why}"


def test_what_is_read_says_all_that_is_wrong_with_it() -> None:
    with pytest.raises(AlertMessageError) as refused:
        AlertMessage.read({"alert": 7, "state": "OK", "summary": "s", "key": "k", "sumary": "x"})
    assert refused.value.problems == (
        ("alert", "is no text"), ("time", "is missing"), ("sumary", "is no field of ours"),
    )  # fmt: skip


GUIDE = {
    "StorageCritical": {"mail", "text"},
    "ErrorRateCritical": {"mail", "page"},
    "CdnLatencyCritical": {"mail"},
    "UploadFailuresCritical": {"mail", "text"},
    "StorageWarning": {"mail"},
    "BandwidthWarning": {"mail"},
    "CacheHitRateWarning": {"mail"},
    "RequestRateWarning": {"mail"},
    "DailyUploadsInfo": set(),
    "StorageGrowthInfo": set(),
    "CostIncreaseInfo": set(),
    "UserAdoptionInfo": set(),
}


@pytest.mark.parametrize("alert_id", GUIDE)
def test_the_guide_s_actions_exactly_and_chat_for_all_but_info(alert_id: str) -> None:
    rule = CATALOGUE[alert_id]
    chat = {ChannelKind.CHAT} if rule.severity is not Severity.INFO else set()
    assert rule.channels == {ChannelKind(name) for name in GUIDE[alert_id]} | chat
    assert rule.severity is Severity(
        next(each for each in Severity if alert_id.lower().endswith(each))
    )


def test_every_rule_stands_under_its_own_id() -> None:
    assert all(rule.alert_id == alert_id for alert_id, rule in CATALOGUE.items())
    assert list(CATALOGUE)[: len(GUIDE)] == list(GUIDE)


@pytest.mark.parametrize(
    ("name", "alert_id"),
    [
        ("avatar-system-StorageCritical", "StorageCritical"),
        ("avatar-system-storagecritical", None),
        ("avatar-system-", None),
        ("StorageCritical", None),
        ("other-avatar-system-StorageCritical", None),
    ],
)
def test_only_alarms_named_as_the_template_names_them_are_ours(
    name: str, alert_id: str | None
) -> None:
    rule = rule_of_alarm(name, "avatar-system")
    assert (rule.alert_id if rule else None) == alert_id
