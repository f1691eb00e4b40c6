"""Whatever arrives goes all the way: told within every channel's limits, or set aside.

The fakes refuse what AWS, Slack and PagerDuty would refuse, and the World raises what a channel
should never raise, so that running is asserting. StateTable is checked by the AWS contract.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aws_contract
from alarm_fanout.queue import RedeliverError
from avatarwatch.environment import SettingsError
from avatarwatch.state_table.memory import MemoryDocumentStore
from aws_contract.core import Breach
from aws_contract.dynamodb import batch_get, put
from examples import examples
from fakes.alarms import arn, notification
from fakes.clock import MORNING
from fakes.world import World

# the long texts are the point; nobody reads them in a report
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
FEW = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
_MARKUP = st.sampled_from([
    "<!channel>", "<@U012>", "&lt;", "`code`", "*b*", "\u202eevas\u202c", "\U0001f525" * 40,
    "אזעקה", "&" * 3000, "é" * 5000, "x" * 100_000, "\n\n\n", "\x00\x1b[31m", "\ud83d", "٣" * 300,
    "~(a~'", "https://evil.example/?q=<>|", "", " ", "{", "[]", "null", "-- \r\nBcc: a@b.c",
    "ﷺ" * 200,
])  # fmt: skip
TEXT = st.lists(_MARKUP | st.text(max_size=20), max_size=4).map("".join)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=15,
)


class CheckedStore(MemoryDocumentStore):
    """The twin in memory, which also takes nothing that DynamoDB would refuse."""

    def put(self, document: Any, expires_at: Any) -> Any:
        item = {"pk": {"S": document.key[0]}, "sk": {"S": document.key[1]},
                "body": {"S": json.dumps(document.body, ensure_ascii=False)}}  # fmt: skip
        check(put({"Item": item}))
        return super().put(document, expires_at)

    def get_many(self, keys: Any) -> Any:
        listed = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in dict.fromkeys(keys)]
        for start in range(0, len(listed), 100):
            check(batch_get({"RequestItems": {"table": {"Keys": listed[start : start + 100]}}}))
        return super().get_many([(each["pk"]["S"], each["sk"]["S"]) for each in listed])


def check(breaches: Any) -> None:
    found: list[Breach] = list(breaches)
    assert not found, found


def run(*bodies: str) -> World:
    """Tell bodies in one batch and then let time pass; everything reaches its end."""
    world = World(documents=CheckedStore())
    with world.running():
        world.tell(*bodies)
        world.clock.advance(minutes=61)
        world.tick()
        assert not world.queue.messages
    return world


@given(st.lists(TEXT, min_size=9, max_size=9), st.sampled_from(["ALARM", "OK"]))
@FEW
def test_any_text_in_an_alarm(texts: list[str], state: str) -> None:
    name, description, reason, namespace, metric, dimension, value, account, child = texts
    body = {
        "AlarmName": name,
        "AlarmDescription": description,
        "AWSAccountId": account,
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": "2026-11-23T10:15:00.000+0000",
        "Region": "EU (Stockholm)",
        "AlarmArn": arn(name),
        "OldStateValue": "OK" if state == "ALARM" else "ALARM",
        "TriggeringChildren": [{"Arn": child, "State": {"Value": "ALARM"}}],
        "Trigger": {
            "MetricName": metric,
            "Namespace": namespace,
            "Statistic": "MAXIMUM",
            "Dimensions": [{"name": dimension, "value": value}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 10.0,
        },
    }
    world = run(notification(json.dumps(body), subject=name[:100]))
    assert len(world.sns.emails) >= 1


@given(TEXT, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=4))
@FEW
def test_any_text_in_an_alert_of_ours(
    name: str, summary: str, reason: str, facts: dict[str, str]
) -> None:
    body = {
        "source": "avatarwatch",
        "alert": name[:200],
        "state": "ALARM",
        "summary": summary,
        "reason": reason,
        "facts": facts,
        "links": {label: f"https://example.com/{text}" for label, text in facts.items()},
        "time": MORNING.isoformat(),
        "key": name[:255],
    }
    world = run(notification(json.dumps(body)))
    assert world.sns.emails or world.queue.dead_letters


@given(st.lists(TEXT | JSON.map(json.dumps), min_size=1, max_size=6))
@FEW
def test_any_bodies_in_a_batch(bodies: list[str]) -> None:
    world = run(*bodies)
    assert world.sns.emails or world.queue.dead_letters


@given(JSON)
@FEW
def test_any_direct_event(event: Any) -> None:
    world = World(documents=CheckedStore())
    with world.running(), contextlib.suppress(SettingsError, RedeliverError):
        world.invoke(event)


@pytest.mark.parametrize("character", ["\U0001f525", "&", "\u202e"])
def test_the_longest_names_of_one_character(character: str) -> None:
    aws_contract.clear_violations()
    name = character * 255
    bodies = [
        notification(
            json.dumps({
                "AlarmName": f"{name[:-1]}{number}",
                "AWSAccountId": "123456789012",
                "AlarmDescription": character * 1024,
                "NewStateValue": "ALARM",
                "NewStateReason": character * 1023,
                "StateChangeTime": "2026-11-23T10:15:00.000+0000",
                "AlarmArn": arn(f"{name[:-1]}{number}"),
                "OldStateValue": "OK",
                "Trigger": {
                    "MetricName": name,
                    "Namespace": name,
                    "Dimensions": [{"name": name, "value": character * 1024}] * 10,
                    "Period": 300,
                    "EvaluationPeriods": 1,
                    "ComparisonOperator": "GreaterThanThreshold",
                    "Threshold": 10.0,
                },
            })
        )
        for number in range(2)
    ]  # fmt: skip
    run(bodies[0])
    run(*bodies)
