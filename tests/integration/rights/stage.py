"""A stack on moto, in which one function runs under its own role of the expanded template.

Two judge each request. `fakes.rights` looks at actions, resources and conditions as IAM does.
moto's IAM mode looks at the request on the wire, but for most services takes "*" for the resource
and knows no condition: its copy of the role has both widened, so that it judges actions.
"""

from __future__ import annotations

import contextlib
import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from moto.core import set_initial_no_auth_action_count

from avatarwatch import clients
from aws_contract.policies import listed
from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.physical import ACCOUNT, REGION, physical_name, references
from fakes.quick_moto import mock_aws
from fakes.rights import ACTIONS, Rights
from fakes.stack_requests import requests
from local.cloudformation import Deployment

MADE = {"AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::S3::Bucket"}
# moto names an action after the name that its service signs with, so that it would deny
# cloudwatch:ListMetrics, which it takes for monitoring:ListMetrics
SIGNED_AS = {"cloudwatch": "monitoring"}


@dataclass(slots=True)
class Stage:
    """Everything that one function meets; use within ``staged``."""

    function: str
    environment: Mapping[str, str]
    rights: Rights
    unplayed: Mapping[str, tuple[str, bytes]]
    made: Mapping[str, str]
    broken: set[str] = field(default_factory=set)
    """Operations that get no answer."""

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client of somebody who may do everything."""
        return cast("Any", boto3.client)(service, region_name=region)

    def invoke(self, event: Any) -> dict[str, Any]:
        """Invoke the function under its role, in an execution environment of its own."""
        package = self.environment["POWERTOOLS_SERVICE_NAME"]
        handler = importlib.import_module(f"{package}.handler").handler
        credentials = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{self.function}", RoleSessionName="function"
        )["Credentials"]
        own = {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function}"
        context = SimpleNamespace(
            aws_request_id="5c1b6b66-6f1c-5c2e-9a8b-1d2c3b4a5f60", invoked_function_arn=arn,
            get_remaining_time_in_millis=lambda: 600_000,
        )  # fmt: skip
        with mock.patch.dict("os.environ", {**self.environment, **own}):
            _forget()
            self._watch()
            try:
                answer: dict[str, Any] = set_initial_no_auth_action_count(0)(handler)(
                    event, context
                )
            finally:
                _forget()
        return answer

    def _watch(self) -> None:
        """Let every request of the session that is made now be judged."""
        emitter = clients._session().get_component("event_emitter")
        emitter.register_last("provide-client-params", self._check)
        for operation in self.unplayed:
            emitter.register_first(f"before-send.{operation}", self._play)
        for operation in self.broken:
            emitter.register_first(f"before-send.{operation}", self._break)

    def _check(self, params: Any, model: Any, context: Any, **_: Any) -> None:
        region = context["client_region"]
        self.rights.check(model.service_model.service_name, model.name, params, region)

    def _play(self, event_name: str, request: Any, **_: Any) -> AWSResponse:
        """Answer for what moto has not; it is asked all the same, and knows no such host."""
        request.url = "https://played.example/"
        kind, body = self.unplayed[event_name.removeprefix("before-send.")]
        return AWSResponse(
            request.url, 200, HTTPHeaders.from_pairs([("content-type", kind)]), _Raw(body)
        )

    @staticmethod
    def _break(request: Any, **_: Any) -> AWSResponse:
        raise ReadTimeoutError(endpoint_url=request.url)


def _forget() -> None:
    """Drop what one execution environment keeps, and the session: nobody else is judged here."""
    clients._client.cache_clear()
    clients._session.cache_clear()
    for module in (
        "access_logs.wiring", "alarm_fanout.wiring", "chat_actions.wiring",
        "health_polling.wiring",
    ):  # fmt: skip
        loaded = importlib.import_module(module)
        for kept in vars(loaded).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


@contextlib.contextmanager
def staged(
    function: str, unplayed: Mapping[str, tuple[str, bytes]], **changes: str
) -> Iterator[Stage]:
    """Yield a stack with every parameter at another value, except for the changes."""
    template = expanded_file("template.yaml")
    given = another_of_each(template) | {"Emulated": "false", "ScalingGroupName": ""} | changes
    named = references(Deployment(template, given).resources(), REGION)
    resources = Deployment(template, {**given, **named}).resources()
    made = {name for name, each in resources.items() if each["Type"] in MADE}
    variables = resources[function]["Properties"]["Environment"]["Variables"]
    environment = {name: str(value) for name, value in variables.items()} | {
        "AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": function,
    }  # fmt: skip
    role = resources[function]["Properties"]["Role"].rsplit("/", 1)[-1]
    rights = Rights(statements_of(resources, role), keys_of(resources, named))
    with mock_aws():
        for each in requests(template, given):
            if each.resource in made:
                client = cast("Any", boto3.client)(each.service, region_name=REGION)
                client._make_api_call(each.operation, each.sent)
        _copy_role(function, rights.statements)
        yield Stage(function, environment, rights, unplayed, named)


def statements_of(resources: Mapping[str, Any], role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's inline policies, those in resources of their own too."""
    found: list[dict[str, Any]] = []
    for name, each in resources.items():
        properties = each["Properties"]
        if each["Type"] == "AWS::IAM::Role" and role == physical_name(name, each):
            for policy in properties["Policies"]:
                found += policy["PolicyDocument"]["Statement"]
        if each["Type"] == "AWS::IAM::Policy" and role in properties["Roles"]:
            found += properties["PolicyDocument"]["Statement"]
    return found


def keys_of(resources: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, str]:
    """Return the KMS key of each topic by the topic's ARN."""
    return {
        named[name]: each["Properties"]["KmsMasterKeyId"]
        for name, each in resources.items()
        if each["Type"] == "AWS::SNS::Topic"
    }


def _copy_role(name: str, statements: list[dict[str, Any]]) -> None:
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    actions = [action for each in statements for action in listed(each["Action"])]
    # and a batch after its operation, which IAM names as the single one
    actions += [operation for operation, action in ACTIONS.items() if action in actions]
    for service, signed in SIGNED_AS.items():
        actions += [each.replace(f"{service}:", f"{signed}:", 1) for each in actions]
    wide = {"Effect": "Allow", "Action": sorted({*actions}), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [wide]})
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=policy)
