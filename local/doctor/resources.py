"""What the stack's own template asks of each resource, with names instead of references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from samcli.yamlhelper import yaml_parse

from local import cloudformation

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment

# How an ARN is made of what Ref returns (CloudFormation's user guide, return values of each type).
_ARNS = {
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{name}",
    "AWS::Kinesis::Stream": "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}
_UNKNOWN = re.compile(r"<\w+\.\w+>")  # an attribute that CloudFormation alone knows
_SUBSTITUTED = re.compile(r"\$\{(\w+)[.}]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource as the template has it: ``name`` is its physical id.

    ``properties`` are what CloudFormation asked for; ``written`` the same with references in it.
    ``parameters`` are the names of the template's.
    """

    logical: str
    kind: str
    name: str
    properties: Mapping[str, Any]
    written: Mapping[str, Any] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()

    def refers(self, *properties: str) -> frozenset[str]:
        """Return what these properties refer to: parameters and logical ids."""
        return frozenset(name for each in properties for name in _referred(self.written.get(each)))


def resources_of(deployment: Deployment) -> list[Wanted]:
    """Return the resources of a stack by its deployed template; botocore's errors pass."""
    template = deployed_template(deployment)
    physical = {
        logical: name for logical, name in deployment.resources.items()
        if logical in template["Resources"]
    }  # fmt: skip
    asked = _AsDeployed(template, {**_pseudo(deployment), **deployment.parameters}, physical)
    return [
        Wanted(
            logical,
            template["Resources"][logical]["Type"],
            name,
            asked.value(template["Resources"][logical].get("Properties", {})),
            template["Resources"][logical].get("Properties", {}),
            frozenset(template.get("Parameters", ())),
        )
        for logical, name in physical.items()
    ]


def deployed_template(deployment: Deployment) -> dict[str, Any]:
    """Return the template that the stack was made from, after SAM."""
    client = deployment.client("cloudformation")
    body = client.get_template(StackName=deployment.stack, TemplateStage="Processed")[
        "TemplateBody"
    ]
    read: dict[str, Any] = yaml_parse(body) if isinstance(body, str) else body
    return read


def is_known(value: Any) -> bool:
    """Whether a property's value can be told without asking CloudFormation."""
    return not _UNKNOWN.search(json.dumps(value, default=str))


def _pseudo(deployment: Deployment) -> dict[str, str]:
    _, partition, _, region, account, *_ = deployment.stack_id.split(":")
    return {
        "AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": account,
        "AWS::StackName": deployment.stack, "AWS::StackId": deployment.stack_id,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _AsDeployed(cloudformation.Deployment):
    physical: Mapping[str, str] = field(default_factory=dict)

    def reference(self, name: str) -> Any:
        """Return a resource's name or ARN, any other attribute as ``<Id.Attr>``."""
        logical, _, attribute = name.partition(".")
        if logical not in self.physical:
            return cloudformation.Deployment.reference(self, name)
        physical = self.physical[logical]
        if not attribute:
            return physical
        if attribute in {"QueueName", "TopicName"}:
            return re.split("[/:]", physical)[-1]
        form = _ARNS.get(self.template["Resources"][logical]["Type"])
        if attribute != "Arn" or form is None:
            return f"<{name}>"
        return form.format(
            partition=self.given["AWS::Partition"],
            region=self.given["AWS::Region"],
            account=self.given["AWS::AccountId"],
            name=physical.rsplit("/", 1)[-1] if "://" in physical else physical,
        )


def _referred(written: Any) -> Iterator[str]:
    if isinstance(written, list):
        for each in written:
            yield from _referred(each)
    elif isinstance(written, dict):
        for key, value in written.items():
            yield from _referred_by(key, value)


def _referred_by(key: str, value: Any) -> Iterator[str]:
    match key, value:
        case (("Ref" | "Fn::GetAtt"), str()):
            yield value.split(".")[0]
        case "Fn::GetAtt", [str(logical), *_]:
            yield logical
        case "Fn::Sub", str():
            yield from _SUBSTITUTED.findall(value)
        case "Fn::Sub", [str(text), dict(more)]:
            yield from _SUBSTITUTED.findall(text)
            yield from _referred(more)
        case "Fn::If", [_, *branches]:
            yield from _referred(branches)
        case _:
            yield from _referred(value)
