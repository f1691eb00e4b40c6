"""What holds for every resource: encryption, retention, dead-letter queues, least privilege."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from fakes.parameters import KEY, load
from local.cloudformation import Deployment
from local.paths import ROOT, TEMPLATES

type Resources = dict[str, dict[str, Any]]

EVERYTHING = {
    "OpsEmail": "ops@example.com", "OpsPhone": "+46701234567", "WatchedAlarmPrefix": "other-",
    "MakeAccessLogBucket": "true",
}  # fmt: skip
"""All who send to a queue by its policy are there."""

# AWS offers no narrower resource for these (Service Authorization Reference), or a condition
# narrows what the resource cannot.
UNNARROWABLE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "backup:ListRecoveryPointsByResource",
    "ce:GetCostAndUsage",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricWidgetImage",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",  # narrowed by the condition cloudwatch:namespace
    "guardduty:GetFindingsStatistics",
    "guardduty:ListDetectors",
    "logs:GetQueryResults",
    "pricing:GetProducts",
}


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: r for name, r in resources.items() if r["Type"] == kind}


def statements(resources: Resources) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for policy in role["Properties"].get("Policies", []):
            found += [(name, _chosen(s)) for s in policy["PolicyDocument"]["Statement"]]
    for name, policy in of_type(resources, "AWS::IAM::Policy").items():
        found += [(name, _chosen(s)) for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    return found


def _chosen(statement: dict[str, Any]) -> dict[str, Any]:
    # under a condition it is the first branch that gives rights, the second is none
    chosen: dict[str, Any] = statement.get("Fn::If", [None, statement])[1]
    return chosen


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_statement_reaches_further_than_it_must(resources: Resources) -> None:
    checked = 0
    for role, statement in statements(resources):
        actions = listed(statement["Action"])
        assert not any(action.endswith(":*") or action == "*" for action in actions), role
        if "*" in listed(statement["Resource"]):
            assert set(actions) <= UNNARROWABLE, (role, statement["Sid"])
        if "cloudwatch:PutMetricData" in actions:
            assert statement["Condition"]["StringEquals"]["cloudwatch:namespace"], role
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_statement_on_everything_says_why(name: str) -> None:
    written = (ROOT / name).read_text().split("- Sid: ")[1:]
    for statement in written:
        if 'Resource: "*"' in statement:
            first, *_ = statement.splitlines()
            [everything] = [line for line in statement.splitlines() if 'Resource: "*"' in line]
            assert "#" in first or "#" in everything, first


def test_no_managed_policy_is_attached(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        assert not role["Properties"].get("ManagedPolicyArns"), name


def test_functions_have_what_the_checklist_asks(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert functions
    for name, function in functions.items():
        properties = function["Properties"]
        assert properties["Runtime"] == "python3.13", name
        mode = "PassThrough" if name == "HealthPollingFunction" else "Active"  # it runs each minute
        assert properties["TracingConfig"] == {"Mode": mode}, name
        assert properties["LoggingConfig"]["LogFormat"] == "JSON", name
        group = properties["LoggingConfig"]["LogGroup"]["Ref"]
        assert "RetentionInDays" in resources[group]["Properties"], name
        assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"], name


def test_an_asynchronous_invocation_that_fails_has_a_place_to_go(
    resources: Resources, waited_for: set[str]
) -> None:
    configured = {
        json.dumps(config["Properties"]["FunctionName"])
        for config in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if config["Properties"]["DestinationConfig"]["OnFailure"]
    }
    for name in of_type(resources, "AWS::Lambda::Function").keys() - waited_for:
        assert json.dumps({"Ref": name}) in configured, name


def test_who_is_waited_for_is_called_by_its_url_alone(
    resources: Resources, waited_for: set[str]
) -> None:
    assert waited_for
    assert waited_for <= of_type(resources, "AWS::Lambda::Function").keys()
    fed = [
        *of_type(resources, "AWS::Scheduler::Schedule").values(),
        *of_type(resources, "AWS::Lambda::EventSourceMapping").values(),
    ]
    assert not [each for each in fed if any(name in json.dumps(each) for name in waited_for)]


def test_schedules_retry_and_have_a_dead_letter_queue(resources: Resources) -> None:
    schedules = of_type(resources, "AWS::Scheduler::Schedule")
    assert schedules
    for name, schedule in schedules.items():
        target = schedule["Properties"]["Target"]
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"], name
        assert target["DeadLetterConfig"]["Arn"], name


def sent(found: Resources) -> Iterator[tuple[str, Any, str]]:
    """Yield who sends by a queue's policy: the service, its resource's ARN, the queue's."""
    for name, rule in of_type(found, "AWS::Events::Rule").items():
        for target in rule["Properties"]["Targets"]:
            for queue in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
                yield "events.amazonaws.com", f"<{name}.Arn>", queue
    for subscription in of_type(found, "AWS::SNS::Subscription").values():
        properties = subscription["Properties"]
        dead = properties["RedrivePolicy"]["deadLetterTargetArn"]
        yield "sns.amazonaws.com", properties["TopicArn"], dead
        if properties["Protocol"] == "sqs":
            yield "sns.amazonaws.com", properties["TopicArn"], properties["Endpoint"]


@pytest.mark.parametrize("given", [{}, EVERYTHING], ids=["by default", "with all there is"])
def test_who_names_a_queue_may_send_there(given: dict[str, str]) -> None:
    """EventBridge and SNS drop in silence what a queue's policy does not let in."""
    found = Deployment(load("template.yaml"), given).resources()
    let_in = {
        (each["Principal"]["Service"], source, each["Resource"])
        for policy in of_type(found, "AWS::SQS::QueuePolicy").values()
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow" and "Service" in each["Principal"]
        for source in listed(each["Condition"]["ArnEquals"]["aws:SourceArn"])
    }
    senders = {*sent(found)}
    assert senders
    assert senders == let_in if given else senders <= let_in


# what takes its name from the template alone cannot be deployed twice to an account
NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName", "AWS::CloudWatch::CompositeAlarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName", "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::QueryDefinition": "Name", "AWS::Scheduler::Schedule": "Name",
}  # fmt: skip


def test_two_stacks_for_two_systems_do_not_share_a_name(resources: Resources) -> None:
    for name, resource in resources.items():
        for key, value in resource["Properties"].items():
            if key != NAMES.get(resource["Type"]) and key not in {
                "BucketName", "FunctionName", "QueueName", "RoleName", "TableName", "TopicName",
            }:  # fmt: skip
                continue
            if resource["Type"] in {
                "AWS::Lambda::EventInvokeConfig",
                "AWS::Lambda::EventSourceMapping",
            }:
                continue  # there it says whose
            if resource["Type"] == "AWS::Lambda::Permission" or name == "ApiLogGroup":
                continue  # the API's own, of which each system names another
            assert isinstance(value, dict), (name, value)
            assert re.search(r"\$\{(SystemName|AWS::StackName)\}", value["Fn::Sub"]), name
    assert of_type(resources, "AWS::Scheduler::Schedule")


def test_queues_are_encrypted_and_take_nothing_without_tls(resources: Resources) -> None:
    guarded = {
        queue["Ref"]
        for policy in of_type(resources, "AWS::SQS::QueuePolicy").values()
        if any(
            _chosen(s)["Effect"] == "Deny"
            for s in policy["Properties"]["PolicyDocument"]["Statement"]
        )
        for queue in policy["Properties"]["Queues"]
    }
    for name, queue in of_type(resources, "AWS::SQS::Queue").items():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        assert name in guarded


@pytest.mark.parametrize(
    ("kind", "key"), [("AWS::SNS::TopicPolicy", "Topics"), ("AWS::SQS::QueuePolicy", "Queues")]
)
def test_a_policy_is_of_one_topic_or_queue(resources: Resources, kind: str, key: str) -> None:
    policies = of_type(resources, kind)
    assert policies
    for name, policy in policies.items():
        [owner] = policy["Properties"][key]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert _chosen(statement)["Resource"] in (
                owner,
                {"Fn::GetAtt": [owner["Ref"], "Arn"]},
            ), name


@pytest.mark.parametrize("name", ["template.yaml", "global.yaml"])
@pytest.mark.parametrize("given", ["none", "own", KEY])
def test_no_topic_has_a_key_that_locks_cloudwatch_out(name: str, given: str) -> None:
    """SNS's own key (alias/aws/sns) would: nobody can let a service in there."""
    costs = {
        "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts",
        "MonthlyBudgetUsd": "9",
    }
    found = Deployment(load(name), {**costs, "TopicKey": given}).resources()
    topics = of_type(found, "AWS::SNS::Topic")
    keys = {each["Properties"].get("KmsMasterKeyId") for each in topics.values()}
    made = of_type(found, "AWS::KMS::Key")
    arns = {f"<{key}.Arn>" for key in made}
    assert keys == arns if made else keys == {None if given == "none" else given}
    assert bool(made) == (given == "own")
    for key in made.values():
        policy = key["Properties"]["KeyPolicy"]["Statement"]
        services = [s for s in policy if "cloudwatch.amazonaws.com" in json.dumps(s["Principal"])]
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(services[0]["Action"])
        # what SNS itself says of a request: a service that names no account is let in as well
        [[asked, _]] = [pair for test in services[0]["Condition"].values() for pair in test.items()]
        assert asked == "kms:EncryptionContext:aws:sns:topicArn"


@pytest.mark.parametrize("given", ["none", "own", KEY])
def test_who_publishes_may_use_the_key_that_there_is(given: str) -> None:
    found = Deployment(load("template.yaml"), {"TopicKey": given}).resources()
    arn = (
        "<AlertsKey.Arn>" if given == "own" else f"arn:aws:kms:eu-north-1:123456789012:key/{given}"
    )
    publishers = 0
    for name, role in of_type(found, "AWS::IAM::Role").items():
        statements = [
            each for policy in role["Properties"]["Policies"]
            for each in policy["PolicyDocument"]["Statement"]
        ]  # fmt: skip
        keys = [each["Resource"] for each in statements if "kms:GenerateDataKey*" in each["Action"]]
        publishes = any("sns:Publish" in each["Action"] for each in statements)
        assert keys == ([arn] if publishes and given != "none" else []), name
        publishers += publishes
    assert publishers == 5


def test_the_queue_hides_a_message_six_times_as_long_as_the_function_may_run(
    resources: Resources,
) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert mappings
    for mapping in mappings.values():
        properties = mapping["Properties"]
        source = resources[properties["EventSourceArn"]["Fn::GetAtt"][0]]
        if source["Type"] != "AWS::SQS::Queue":
            continue
        queue = source["Properties"]
        function = resources[properties["FunctionName"]["Ref"]]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert properties["ScalingConfig"]["MaximumConcurrency"] >= 2


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket"])
def test_what_keeps_data_says_what_becomes_of_it(resources: Resources, kind: str) -> None:
    for name, resource in of_type(resources, kind).items():
        assert resource.get("DeletionPolicy"), name
        assert resource.get("UpdateReplacePolicy"), name


def test_parameters_say_what_they_are_and_have_a_default(source: dict[str, Any]) -> None:
    grouped = {
        name
        for group in source["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    }
    for name, parameter in source["Parameters"].items():
        assert parameter["Description"], name
        assert "Default" in parameter, name
        assert name in grouped, name
        if parameter["Type"] == "String" and "AllowedValues" not in parameter:
            assert parameter["AllowedPattern"], name
            assert parameter["ConstraintDescription"], name


def test_every_deployment_tags_its_stack() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    environments = {name: each for name, each in config.items() if isinstance(each, dict)}
    assert {"default", "local", "dev", "prod"} == environments.keys()
    for name, each in environments.items():
        assert "application=avatar-watch" in each["deploy"]["parameters"]["tags"], name
