"""How the contract is switched on, what it raises and what it records."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

import aws_contract
from aws_contract.core import Breach, rule
from fakes.quick_moto import mock_aws

ELEVEN = [{"Id": str(number), "MessageBody": "x"} for number in range(11)]
QUEUE = "https://sqs.eu-north-1.amazonaws.com/123456789012/alerts"
RULE = {"ID": "guide", "Status": "Enabled", "Filter": {"Prefix": ""}}
EMERGENCY = {**RULE, "Transitions": [{"Days": 1, "StorageClass": "STANDARD_IA"}]}


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Clients of a new session each, with the contract off until the test puts it on."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    was_on = aws_contract.enabled()
    aws_contract.disable()
    yield lambda service: boto3.Session(region_name="eu-north-1").client(service)  # type: ignore[call-overload]
    (aws_contract.enable if was_on else aws_contract.disable)()


def send_eleven(client: Any) -> None:
    client.send_message_batch(QueueUrl=QUEUE, Entries=ELEVEN)


@mock_aws
def test_moto_accepts_what_the_contract_refuses(new: Callable[[str], Any]) -> None:
    unchecked = new("s3")
    location = {"LocationConstraint": "eu-north-1"}
    unchecked.create_bucket(Bucket="avatars", CreateBucketConfiguration=location)
    configuration = {"Bucket": "avatars", "LifecycleConfiguration": {"Rules": [EMERGENCY]}}
    unchecked.put_bucket_lifecycle_configuration(**configuration)
    aws_contract.enable()
    with pytest.raises(ClientError, match="greater than or equal to 30"):
        new("s3").put_bucket_lifecycle_configuration(**configuration)


@mock_aws
def test_a_legal_request_is_answered_as_ever(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    sqs = new("sqs")
    url = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "{}"
    assert aws_contract.violations() == ()


def test_the_error_is_the_one_that_the_client_would_raise(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    sqs = new("sqs")
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest) as caught:
        send_eleven(sqs)
    error = caught.value
    assert error.operation_name == "SendMessageBatch"
    assert error.response["Error"] == {
        "Code": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "QueryErrorCode": "TooManyEntriesInBatchRequest",
        "Message": "Maximum number of entries per request are 10. You have sent 11.",
        "Type": "Sender",
    }
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.__notes__ == ["refused before it was sent, by aws_contract.sqs.batch_entries"]


def test_a_code_without_a_modelled_exception_is_a_plain_client_error(
    new: Callable[[str], Any],
) -> None:
    aws_contract.enable()
    with pytest.raises(ClientError) as caught:
        new("s3").put_object(Bucket="b", Key="k" * 1_025)
    assert type(caught.value) is ClientError
    assert caught.value.response["Error"]["Code"] == "KeyTooLongError"


def test_the_status_is_that_of_the_service(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    client = new("lambda")
    with pytest.raises(client.exceptions.RequestTooLargeException) as caught:
        client.invoke(FunctionName="f", Payload=b'"' + b"x" * 6_291_456 + b'"')
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_stubbed_client_is_checked_too(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    sqs = new("sqs")
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", {"Successful": [], "Failed": []})
        with pytest.raises(ClientError):
            send_eleven(sqs)


def test_the_resource_interface_is_checked_after_its_conversion(new: Callable[[str], Any]) -> None:
    del new  # the environment is all that is needed
    aws_contract.enable()
    table = boto3.Session(region_name="eu-north-1").resource("dynamodb").Table("state")
    with pytest.raises(ClientError, match="Item size has exceeded"):
        table.put_item(Item={"pk": "k", "data": "x" * 410_000})


def test_enabling_twice_checks_once_and_disabling_ends_it(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    aws_contract.enable()
    sqs = new("sqs")
    with pytest.raises(ClientError):
        send_eleven(sqs)
    assert len(aws_contract.violations()) == 1
    aws_contract.disable()
    for client in (sqs, new("sqs")):
        with Stubber(client) as stub:
            stub.add_response("send_message_batch", {"Successful": [], "Failed": []})
            send_eleven(client)


def test_attaching_to_a_client_or_a_session_alone(new: Callable[[str], Any]) -> None:
    sqs = new("sqs")
    aws_contract.attach(sqs)
    aws_contract.attach(sqs)
    core_session = botocore.session.Session()
    aws_contract.attach(core_session)
    session = boto3.Session(region_name="eu-north-1")
    aws_contract.attach(session)
    clients = (
        sqs,
        core_session.create_client("sqs", region_name="eu-north-1"),
        session.client("sqs"),
    )
    for client in clients:
        with pytest.raises(ClientError):
            send_eleven(client)
    assert len(aws_contract.violations()) == 3


def test_what_botocore_refuses_stays_its_own_error(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    with pytest.raises(botocore.exceptions.ParamValidationError):
        new("sqs").send_message(QueueUrl=QUEUE, MessageBody=1)
    assert aws_contract.violations() == ()


def test_an_operation_without_rules_passes(new: Callable[[str], Any]) -> None:
    aws_contract.enable()
    sts = new("sts")
    with Stubber(sts) as stub:
        stub.add_response("get_caller_identity", {"Account": "123456789012"})
        assert sts.get_caller_identity()["Account"] == "123456789012"


def test_the_log_tells_another_process(
    new: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONTRACT_LOG", str(tmp_path / "contract.jsonl"))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "AlarmFanout")
    aws_contract.enable()
    for _ in range(2):
        with pytest.raises(ClientError):
            send_eleven(new("sqs"))
    lines = [json.loads(line) for line in (tmp_path / "contract.jsonl").read_text().splitlines()]
    assert [line["function"] for line in lines] == ["AlarmFanout"] * 2
    assert {name: lines[0][name] for name in ("service", "operation", "rule", "status")} == {
        "service": "sqs",
        "operation": "SendMessageBatch",
        "rule": "aws_contract.sqs.batch_entries",
        "status": 400,
    }


def test_a_new_rule_is_one_function(
    new: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aws_contract.core._RULES", {})

    @rule("sts", "GetCallerIdentity")
    def nobody(_: Any) -> Iterator[Breach]:
        yield Breach("AccessDenied", "Nobody is anybody.", 403)

    aws_contract.enable()
    with pytest.raises(ClientError, match="Nobody is anybody"):
        new("sts").get_caller_identity()
    assert aws_contract.violations()[0].status == 403
