"""The doctor finds nothing on a sound stack, and every mistake that is planted, with its mend."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from e2e.doctor_mistakes import (
    ENDPOINTS,
    GROUP,
    HERE,
    PLANTED,
    SETTINGS,
    STACK,
    SYSTEM,
    alarm,
    distribution,
    plant,
    write,
)
from local.doctor.beliefs import BELIEFS
from local.doctor.checks import by_hand, examine
from local.doctor.deployment import Deployment, on_emulator
from local.doctor.finding import Finding, Kind
from local.doctor.looking import LOOKS
from local.doctor.questions import Verdict
from local.doctor.resources import resources_of
from local.doctor.verify import answer_of, verify
from local.scene import notification_settings
from local.stack import deploy

if TYPE_CHECKING:
    from local.emulator import Emulator
    from local.scene import Scene

pytestmark = pytest.mark.e2e


def mistakes(deployment: Deployment) -> list[Finding]:
    findings = examine(deployment)
    assert not [each for each in findings if each.kind is Kind.UNASKED]
    return [each for each in findings if each.kind is Kind.MISTAKE]


@pytest.fixture(scope="module")
def patient(deployed: Scene) -> Iterator[Deployment]:
    """Deploy a stack of its own in which all is well."""
    emulator = deployed.emulator
    s3, sns = emulator.client("s3"), emulator.client("sns")
    s3.create_bucket(Bucket="patient-avatars", CreateBucketConfiguration=HERE)
    emulator.client("logs").create_log_group(logGroupName=GROUP)
    write(emulator, SETTINGS, notification_settings(deployed.inbox_url), "SecureString")
    write(emulator, ENDPOINTS, [{"name": "api", "url": deployed.health_url}], "String")
    emulator.client("cloudwatch").put_metric_alarm(**alarm("orders-late"))
    stack = deploy(emulator, given(emulator), STACK)
    # others may have emptied the inbox, which forgets those of before
    before = sum(each.confirmed for each in deployed.inbox.snapshot().subscriptions)
    for topic in ("EmailTopicArn", "SmsTopicArn"):
        kind = topic.removesuffix("TopicArn").lower()
        sns.subscribe(
            TopicArn=stack.outputs[topic],
            Protocol="http",
            Endpoint=f"{deployed.inbox_url}/sns/{kind}",
        )
    deployed.inbox.wait_for(
        lambda kept: sum(s.confirmed for s in kept.subscriptions) >= before + 2, 30
    )
    yield on_emulator(emulator.url, STACK)
    emulator.client("cloudformation").delete_stack(StackName=STACK)


def given(emulator: Emulator) -> dict[str, str]:
    return {
        "SystemName": SYSTEM,
        # its own root of metrics: a second stack with the first one's is refused
        "MetricNamespace": "Patient",
        "Environment": "dev",
        "NotificationSettingsParameter": SETTINGS,
        "HealthEndpointsParameter": ENDPOINTS,
        "AllowPrivateEndpoints": "true",
        "AvatarBucketNames": "patient-avatars",
        "ApiLogGroupName": GROUP,
        "WatchedAlarmPrefix": "orders-",
        "DistributionIds": distribution(emulator, measured=True),
    }


def test_a_sound_stack_has_nothing_to_mend(patient: Deployment) -> None:
    assert mistakes(patient) == []


def test_each_property_of_the_template_is_looked_at(patient: Deployment) -> None:
    """Or stands aside with its reason: what nobody reads may be changed by anybody, unseen."""
    unread: dict[str, str] = {}
    for wanted in resources_of(patient):
        look = LOOKS[wanted.kind]
        found = by_hand.read(look, patient, wanted)
        assert found is not None
        if not look.only_there:
            names = wanted.properties.keys() - found.keys() - look.aside.keys()
            unread |= {f"{wanted.kind} {name}": wanted.logical for name in names}
    assert unread == {}


def test_every_belief_can_be_asked_of_a_live_stack(patient: Deployment) -> None:
    answers = {each.claim: answer_of(each, patient) for each in BELIEFS}
    unanswered = [a.seen for a in answers.values() if a.seen.startswith("AWS does not answer")]
    assert not unanswered
    assert all(answer.seen for answer in answers.values())
    kept = answers["Each topic takes its policy as the template has it."]
    assert kept.verdict is Verdict.HOLDS
    # the emulator knows no warm-up: a question whose answer would be no on AWS is seen to be one
    warm = answers["CloudFormation hands the alarms on silence their warm-up."]
    assert warm.verdict is Verdict.REFUTED


def test_what_the_emulator_answers_is_told_as_not_known(patient: Deployment) -> None:
    console = Console(file=io.StringIO(), width=300)
    assert verify(patient, console) == 0
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert told.count("not known: the emulator says: ") == len(BELIEFS)
    assert told.count("    → aws ") == len(BELIEFS)
    assert not re.search(r"[✓✗]", told)


def test_every_planted_mistake_is_named_with_its_mend(patient: Deployment, deployed: Scene) -> None:
    plant(patient, deployed)
    found = mistakes(on_emulator(deployed.emulator.url, STACK))
    told = [f"{each.where}: {each.what} → {each.mend}" for each in found]
    for name, parts in PLANTED.items():
        wanted = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
        assert sum(bool(wanted.match(line)) for line in told) == 1, (name, told)
    assert len(found) == len(PLANTED)


def test_the_tick_asks_who_has_not_confirmed(patient: Deployment) -> None:
    """The address that was planted: nobody answers there."""
    answer = patient.client("lambda").invoke(
        FunctionName=patient.outputs["AlarmFanoutFunction"], Payload='{"action": "remind"}'
    )
    told = json.load(answer["Payload"])
    assert told["mail"].startswith("an e-mail address has not confirmed"), told


def test_a_queue_that_is_gone_is_told_once(patient: Deployment) -> None:
    before = set(mistakes(on_emulator_again(patient)))
    patient.client("sqs").delete_queue(QueueUrl=patient.outputs["AlertsQueueUrl"])
    [gone] = set(mistakes(on_emulator_again(patient))) - before
    assert (gone.where, gone.what) == ("queue AlertsQueue", "is not there any more")


def on_emulator_again(patient: Deployment) -> Deployment:
    return on_emulator(patient.client("sqs").meta.endpoint_url, STACK)
