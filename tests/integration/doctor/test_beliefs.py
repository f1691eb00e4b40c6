"""What an account says of each belief: that it holds, that it does not, or nothing yet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from rich.console import Console

from local.doctor.beliefs import BELIEFS, Belief
from local.doctor.deployment import Deployment
from local.doctor.questions import Verdict
from local.doctor.verify import answer_of, verify
from local.paths import ROOT

ARN = "arn:aws:sns:eu-north-1:123456789012:"
OUTPUTS = {
    "AlertsTopicArn": f"{ARN}alerts", "EmailTopicArn": f"{ARN}email", "SmsTopicArn": f"{ARN}sms",
    "KpiAggregationFunction": "kpis",
}  # fmt: skip
type Answers = Mapping[tuple[str, str], list[dict[str, Any]]]


def belief(word: str) -> Belief:
    [found] = [each for each in BELIEFS if word in each.claim]
    return found


def asked(word: str, answers: Answers, **parameters: str) -> Verdict:
    """Return the verdict when AWS gives these answers, by service and operation, and no others."""
    services = dict.fromkeys(service for service, _ in answers)
    make: Any = boto3.client
    clients = {service: make(service) for service in services}
    stubbers = {service: Stubber(client) for service, client in clients.items()}
    for (service, operation), given in answers.items():
        for answer in given:
            stubbers[service].add_response(operation, answer)
    for stubber in stubbers.values():
        stubber.activate()
    deployment = Deployment(
        "stack", "eu-north-1", "CREATE_COMPLETE", {"SystemName": "patient", **parameters},
        OUTPUTS, {"KpiAggregationRole": "role"}, lambda service, _: clients[service],
    )  # fmt: skip
    verdict = answer_of(belief(word), deployment).verdict
    for stubber in stubbers.values():
        stubber.assert_no_pending_responses()
    return verdict


def points(*sums: float | None) -> Answers:
    given = [
        {"Datapoints": [] if each is None else [{"Sum": each, "Timestamp": datetime.now(UTC)}]}
        for each in sums
    ]
    return {("cloudwatch", "get_metric_statistics"): given}


def history(*summaries: str, alarm: str = "patient-QueueAge") -> Answers:
    items = [{"AlarmName": alarm, "HistorySummary": each} for each in summaries]
    return {("cloudwatch", "describe_alarm_history"): [{"AlarmHistoryItems": items}]}


def policies(*texts: str) -> Answers:
    return {("sns", "get_topic_attributes"): [{"Attributes": {"Policy": each}} for each in texts]}


def simulated(decision: str) -> Answers:
    role = {
        "Path": "/", "RoleName": "role", "RoleId": "AROA0123456789ABCDEF", "CreateDate": ANY_TIME,
        "Arn": "arn:aws:iam::123456789012:role/role",
    }  # fmt: skip
    result = {"EvalActionName": "ce:GetCostAndUsage", "EvalDecision": decision}
    return {
        ("iam", "get_role"): [{"Role": role}],
        ("iam", "simulate_principal_policy"): [{"EvaluationResults": [result]}],
    }


ANY_TIME = datetime(2026, 11, 26, tzinfo=UTC)


def stack(age: timedelta) -> Answers:
    made = {"StackName": "stack", "StackStatus": "CREATE_COMPLETE"}
    created = {**made, "CreationTime": datetime.now(UTC) - age}
    return {("cloudformation", "describe_stacks"): [{"Stacks": [created]}]}


def alarms(*found: dict[str, Any]) -> Answers:
    return {("cloudwatch", "describe_alarms"): [{"MetricAlarms": list(found)}]}


def silent(name: str, **more: Any) -> dict[str, Any]:
    return {"AlarmName": f"patient-{name}", "TreatMissingData": "breaching", **more}


KEEPS = {"AlarmName": "patient-BandwidthWarning", "TreatMissingData": "ignore"}
WARM = {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 60}}
RANG, LOST = "Alarm updated from OK to ALARM", "Alarm updated from OK to INSUFFICIENT_DATA"
FIRST = "Alarm updated from INSUFFICIENT_DATA to OK"


def bandwidth(*summaries: str) -> Answers:
    return {**alarms(KEEPS), **history(*summaries, alarm="patient-BandwidthWarning")}


def subscribed(counted: int, *arns: str) -> Answers:
    listed = [{"SubscriptionArn": arn} for arn in arns]
    return {
        ("sns", "get_topic_attributes"): [{"Attributes": {"SubscriptionsPending": str(counted)}}],
        ("sns", "list_subscriptions_by_topic"): [{"Subscriptions": listed}],
    }


def log(*pages: int) -> Answers:
    """Return answers with so many lines each."""
    return {("logs", "filter_log_events"): [{"events": [{"message": "x"}] * n} for n in pages]}


GOOD = '{"Statement": [{"Sid": "TlsOnly"}]}'
HOLDS, REFUTED, OPEN = Verdict.HOLDS, Verdict.REFUTED, Verdict.OPEN


@pytest.mark.parametrize(
    ("word", "answers", "verdict"),
    [
        ("takes its policy", policies(GOOD, GOOD, GOOD), HOLDS),
        ("takes its policy", policies(GOOD, "{}"), REFUTED),
        ("CloudWatch may", history("Successfully executed action x"), HOLDS),
        ("CloudWatch may", history("Successfully executed", "Failed to execute action"), REFUTED),
        ("CloudWatch may", history("Failed to execute", alarm="other-QueueAge"), OPEN),
        ("into the encrypted queue", points(3.0, None), HOLDS),
        ("into the encrypted queue", points(3.0, 1.0), REFUTED),
        ("into the encrypted queue", points(None, None), OPEN),
        ("may call the functions", points(12.0, 0.0), HOLDS),
        ("may call the functions", points(12.0, 1.0), REFUTED),
        ("not confirmed", subscribed(1, "PendingConfirmation", f"{ARN}email:1"), HOLDS),
        ("not confirmed", subscribed(0, "PendingConfirmation"), REFUTED),
        ("not confirmed", subscribed(0, f"{ARN}email:1"), OPEN),
        ("keeps its state", bandwidth(RANG), HOLDS),
        ("keeps its state", bandwidth(RANG, LOST), REFUTED),
        ("keeps its state", bandwidth(FIRST), OPEN),
        ("warm-up", alarms(silent("HealthPollingSilent", **WARM)), HOLDS),
        ("warm-up", alarms(silent("A", **WARM), silent("B")), REFUTED),
        ("warm-up", alarms(KEEPS), OPEN),
        ("less than one sample", log(0, 3), HOLDS),
        ("less than one sample", log(1), REFUTED),
        ("less than one sample", log(0, 0), OPEN),
        ("takes a request of metrics whole", {}, OPEN),
        ("counted with their topic", points(2.0, None, 2.0), HOLDS),
        ("counted with their topic", points(2.0, None, None), REFUTED),
        ("counted with their topic", points(None), OPEN),
    ],
)
def test_what_an_account_says(word: str, answers: Answers, verdict: Verdict) -> None:
    assert asked(word, answers) is verdict


@pytest.mark.parametrize(
    ("age", "verdict"), [(timedelta(hours=1), REFUTED), (timedelta(minutes=5), OPEN)]
)
def test_silence_says_something_once_there_was_time(age: timedelta, verdict: Verdict) -> None:
    silent = {**points(None, None), **stack(age)}
    assert asked("may call the functions", silent) is verdict


@pytest.mark.parametrize(
    ("source", "answers", "verdict"),
    [
        ("cost-explorer", simulated("allowed"), HOLDS),
        ("cost-explorer", simulated("implicitDeny"), REFUTED),
        ("billing-metrics", {}, OPEN),
    ],
)
def test_whether_cost_explorer_may_be_asked(
    source: str, answers: Answers, verdict: Verdict
) -> None:
    assert asked("Cost Explorer", answers, CostSource=source) is verdict


def test_a_question_that_aws_refuses_leaves_it_open() -> None:
    client: Any = boto3.client("sns")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_topic_attributes", "AuthorizationError", "no", 403)
        deployment = one_client(lambda *_: client)
        assert answer_of(belief("takes its policy"), deployment).verdict is OPEN


def one_client(client: Callable[[str, str], Any], **parameters: str) -> Deployment:
    return Deployment("stack", "eu-north-1", "CREATE_COMPLETE", parameters, OUTPUTS, {}, client)


def test_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = boto3.client("sns")
    monkeypatch.setattr("local.doctor.verify.BELIEFS", (belief("takes its policy"),))
    console = Console(file=io.StringIO(), width=200)
    with Stubber(client) as stubber:
        stubber.add_response("get_topic_attributes", {"Attributes": {}})
        assert verify(one_client(lambda *_: client), console) == 1
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "✗ Each topic takes its policy as the template has it. refuted" in told
    assert "→ aws sns get-topic-attributes" in told


def test_what_an_emulator_says_is_never_aws_word(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = boto3.client("sns")
    monkeypatch.setattr("local.doctor.verify.BELIEFS", (belief("takes its policy"),))
    for policy in (GOOD, "{}"):
        console = Console(file=io.StringIO(), width=200)
        with Stubber(client) as stubber:
            for _ in range(3 if policy == GOOD else 1):
                stubber.add_response("get_topic_attributes", {"Attributes": {"Policy": policy}})
            assert verify(one_client(lambda *_: client, Emulated="true"), console) == 0
        told = console.file.getvalue()  # type: ignore[attr-defined]
        assert "not known: the emulator says: " in told
        assert "holds:" not in told


def test_what_is_said_to_be_believed_can_be_asked() -> None:
    """Whatever rests on a belief says so, and the list names where."""
    says = re.compile(r"\b(?:is|are) believed\b(?!,? to be about)")
    places = [
        path for folder, kind in (("docs", "*.md"), ("functions", "*.py"), ("layers", "*.py"),
                                  ("aws_contract", "*.py"))
        for path in (ROOT / folder).rglob(kind)
    ]  # fmt: skip
    found = {str(path.relative_to(ROOT)) for path in places if says.search(path.read_text())} - {
        "docs/first-deploy.md"
    }  # the list itself
    named = {place for each in BELIEFS for place in each.said}
    assert found <= named
    assert all((ROOT / place).exists() for place in named)


def test_each_has_one_command_that_reads_or_says_what_it_does() -> None:
    for each in BELIEFS:
        assert each.command.startswith("aws ")
        assert "\n" not in each.command
        assert each.claim.endswith(".")
        assert each.holds.startswith("It holds when")
