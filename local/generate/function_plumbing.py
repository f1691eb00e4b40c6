"""What every function has: a log group, and a role that begins with the rights that all of it says.

They are read off the function's own section of the template: what it logs to, whether it is traced,
which topics its environment names, where what it could not handle goes. Rights that are a
function's own stand below the second mark, by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_UNTRACED = "PassThrough"
_ENCRYPTED = """\
              - !If
                - HasTopicKey
                - Sid: PublishEncrypted
                  Effect: Allow
                  Action: [kms:Decrypt, kms:GenerateDataKey*]
                  Resource: !If
                    - MakesTopicKey
                    - !GetAtt AlertsKey.Arn
                    - !Sub arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${TopicKey}
                - !Ref AWS::NoValue
"""  # noqa: E501 - as it stands in the template


def blocks(resources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each function's marks, and what stands between them."""
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            stem = name.removesuffix("Function")
            yield f"logs and role of {stem}", _block(stem, resource, resources)


def _block(stem: str, function: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
    condition = f"    Condition: {function['Condition']}\n" if "Condition" in function else ""
    folder = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", stem).lower()
    return f"""\

  {stem}Logs:
    Type: AWS::Logs::LogGroup
{condition}    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      LogGroupName: !Sub /avatar-watch/${{AWS::StackName}}/{folder}
      RetentionInDays: !If [IsProd, 90, 14]

  {stem}Role:
    Type: AWS::IAM::Role
{condition}    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{ Service: lambda.amazonaws.com }}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
{"".join(_rights(stem, function["Properties"], resources))}"""


def _rights(stem: str, function: Mapping[str, Any], resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield the statements that follow from what a function's section says."""
    yield _allowed("Logs", "[logs:CreateLogStream, logs:PutLogEvents]", f"!GetAtt {stem}Logs.Arn")
    if function.get("Tracing") != _UNTRACED:
        yield _allowed(
            "Tracing # X-Ray's write actions cannot be narrowed to resources",
            "[xray:PutTraceSegments, xray:PutTelemetryRecords]",
            '"*"',
        )
    topics = [f"!Ref {each}" for _, each in _named(function, resources, "AWS::SNS::Topic")]
    if topics:
        yield _allowed("Tell", "sns:Publish", topics[0] if len(topics) == 1 else _listed(topics))
        yield _ENCRYPTED
    for queue, sid in _set_aside_in(function, resources).items():
        yield _allowed(sid, "sqs:SendMessage", f"!GetAtt {queue}.Arn")


def _set_aside_in(function: Mapping[str, Any], resources: Mapping[str, Any]) -> dict[str, str]:
    """Return the queues of what could not be handled, with what their statement is called.

    The code sets aside what it cannot read, Lambda asynchronous calls that failed to the end.
    """
    queues = {}
    if "EventInvokeConfig" in function:
        destination = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
        queues[destination["Fn::GetAtt"][0]] = "SetAsideFailures"
    for variable, queue in _named(function, resources, "AWS::SQS::Queue"):
        if variable.endswith("DEAD_LETTER_QUEUE_URL"):
            queues[queue] = "SetAsideUnreadable"
    return queues


def _named(
    function: Mapping[str, Any], resources: Mapping[str, Any], kind: str
) -> Iterator[tuple[str, str]]:
    """Yield the variables of a function's environment that name a resource of a kind, and it."""
    for variable, value in function["Environment"]["Variables"].items():
        name = str(value.get("Ref")) if isinstance(value, dict) else ""
        if name in resources and resources[name]["Type"] == kind:
            yield variable, name


def _listed(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


def _allowed(sid: str, actions: str, on: str) -> str:
    return f"""\
              - Sid: {sid}
                Effect: Allow
                Action: {actions}
                Resource: {on}
"""
