"""What a resource, a key or a role allows."""

from __future__ import annotations

import json
from typing import Any

from unit.aws_contract.twins import (
    OTHER_TOPIC,
    QUEUE,
    QUEUE_URL,
    ROLE,
    TOPIC,
    Case,
    Params,
    of_each,
)


def policy(**changes: Any) -> dict[str, Any]:
    statement = {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    given = {**statement, **changes}
    statement = {name: value for name, value in given.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [statement]}


def document(*statements: Params, **changes: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **changes})


def of_topic(**changes: Any) -> Params:
    text = json.dumps(policy(**changes))
    return {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": text}


def of_queue(**changes: Any) -> Params:
    given = {"Action": "sqs:SendMessage", "Resource": QUEUE, **changes}
    return {"QueueUrl": QUEUE_URL, "Attributes": {"Policy": json.dumps(policy(**given))}}


def of_bucket(**changes: Any) -> Params:
    given = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*", **changes,
    }  # fmt: skip
    return {"Bucket": "reports", "Policy": json.dumps(policy(**given))}


def of_key(**changes: Any) -> Params:
    given = {
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
        "Resource": "*", "Condition": None, **changes,
    }  # fmt: skip
    return {"Policy": json.dumps(policy(**given))}


def of_role(**changes: Any) -> Params:
    given = {"Principal": None, **changes}
    text = json.dumps(policy(**given))
    return {"RoleName": "work", "PolicyName": "own", "PolicyDocument": text}


def trust(**changes: Any) -> Params:
    given = {
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Resource": None, "Condition": None, **changes,
    }  # fmt: skip
    return {"RoleName": "work", "AssumeRolePolicyDocument": json.dumps(policy(**given))}


INVALID, MALFORMED = "InvalidParameter", "MalformedPolicyDocument"
KMS, LAMBDA = "MalformedPolicyDocumentException", "InvalidParameterValueException"

CASES = [
    Case("two topics in a statement", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Resource=[TOPIC, OTHER_TOPIC]), INVALID),
    Case("another topic", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Resource=OTHER_TOPIC), INVALID),
    Case("sns:*", "sns", "SetTopicAttributes", of_topic(), of_topic(Action="sns:*"), INVALID),
    Case("an action of no topic", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Action="sns:CreateTopic"), INVALID),
    Case("a topic's policy of 30 KB", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringEquals": {"aws:SourceArn": ["x" * 1_000] * 31}}), INVALID),
    Case("a misspelt condition key", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringEquals": {"aws:SourceAcount": "1"}}), INVALID),
    Case("nobody", "sns", "SetTopicAttributes", of_topic(), of_topic(Principal=None), INVALID),
    Case("no service of AWS", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Principal={"Service": "cloudwatch.amazon.com"}), INVALID),
    Case("a condition operator that is none", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringMatches": {"aws:SourceAccount": "1"}}), INVALID),
    Case("another queue", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Resource=QUEUE + "-dead"), "InvalidAttributeValue"),
    Case("two queues", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Resource=[QUEUE, QUEUE + "-dead"]), "InvalidAttributeValue"),
    Case("eight actions on a queue", "sqs", "SetQueueAttributes", of_queue(Action="sqs:*"),
         of_queue(Action=[f"sqs:Action{n}" for n in range(8)]), "OverLimit"),
    Case("actions of another service", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Action="sns:Publish"), "InvalidAttributeValue"),
    Case("another bucket", "s3", "PutBucketPolicy", of_bucket(),
         of_bucket(Resource="arn:aws:s3:::avatars/*"), "MalformedPolicy"),
    Case("an object's action on the bucket", "s3", "PutBucketPolicy", of_bucket(),
         of_bucket(Resource="arn:aws:s3:::reports"), "MalformedPolicy"),
    Case("a bucket's action on its objects", "s3", "PutBucketPolicy",
         of_bucket(Action="s3:ListBucket", Resource="arn:aws:s3:::reports"),
         of_bucket(Action="s3:ListBucket"), "MalformedPolicy"),
    Case("a key that nobody may change", "kms", "CreateKey", of_key(),
         of_key(Action="kms:Decrypt"), KMS),
    Case("a key for services alone", "kms", "CreateKey", of_key(),
         of_key(Principal={"Service": "sns.amazonaws.com"}), KMS),
    Case("a principal in an inline policy", "iam", "PutRolePolicy", of_role(),
         of_role(Principal="*"), MALFORMED),
    Case("a family of actions in the simulator", "iam", "SimulatePrincipalPolicy",
         {"PolicySourceArn": ROLE, "ActionNames": ["sqs:CreateQueue"]},
         {"PolicySourceArn": ROLE, "ActionNames": ["sqs:Create*"]}, "InvalidInput"),
    Case("a name instead of an ARN", "iam", "PutRolePolicy", of_role(),
         of_role(Resource="alerts"), MALFORMED),
    Case("an action without its service", "iam", "PutRolePolicy", of_role(),
         of_role(Action="Publish"), MALFORMED),
    Case("a Sid with a blank", "iam", "PutRolePolicy", of_role(), of_role(Sid="May publish"),
         MALFORMED),
    Case("a Sid twice", "iam", "PutRolePolicy", of_role(),
         {**of_role(), "PolicyDocument": document(*policy(Principal=None)["Statement"] * 2)},
         MALFORMED),
    Case("a version that is none", "iam", "PutRolePolicy", of_role(),
         {**of_role(), "PolicyDocument": document(
             *policy(Principal=None)["Statement"], Version="2024-01-01")}, MALFORMED),
    Case("an effect that is none", "iam", "PutRolePolicy", of_role(), of_role(Effect="allow"),
         MALFORMED),
    Case("a region in a bucket's ARN", "iam", "PutRolePolicy",
         of_role(Action="s3:GetObject", Resource="arn:aws:s3:::reports/*"),
         of_role(Action="s3:GetObject", Resource="arn:aws:s3:eu-north-1::reports/*"), MALFORMED),
    Case("an inline policy of 10,241 characters", "iam", "PutRolePolicy",
         of_role(Resource=[TOPIC + "x" * 64] * 80), of_role(Resource=[TOPIC + "x" * 64] * 100),
         "LimitExceeded"),
    Case("a resource in a trust policy", "iam", "CreateRole", trust(), trust(Resource="*"),
         MALFORMED),
    Case("a trust policy for another action", "iam", "CreateRole", trust(),
         trust(Action="lambda:InvokeFunction"), MALFORMED),
    Case("a trust policy over 2,048 characters", "iam", "CreateRole", trust(),
         trust(Condition={"StringEquals": {"aws:SourceArn": ["x" * 100] * 20}}),
         "LimitExceeded"),
]  # fmt: skip


@of_each(CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert case.verdicts(verdict) == case.right
