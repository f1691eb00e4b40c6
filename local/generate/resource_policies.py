"""Who may send to a queue or a topic: whoever the template has send there, over TLS alone.

Each subscription, rule and alarm that names a queue or topic lets itself in. Whom the template
does not know of stands below the second mark, by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any

type Resources = Mapping[str, Mapping[str, Any]]

# Under its first name: were it renamed, CloudFormation would make the new policy and then delete
# the old one, which empties the queue's.
_NAMES = {"AlertsDeadLetterQueue": "DeadLetterQueuePolicy"}


@dataclass(frozen=True, slots=True)
class Way:
    """Who sends: the service, and whose account or which resource it must be for."""

    sid: str
    service: str
    action: str
    condition: str
    only_if: str | None = None

    def statement(self, on: str) -> str:
        """Return the statement that lets it in."""
        text = f"""\
- Sid: {self.sid}
  Effect: Allow
  Principal: {{ Service: {self.service}.amazonaws.com }}
  Action: {self.action}
  Resource: {on}
  Condition: {self.condition}
"""
        if self.only_if:
            inner = indent(f"- {self.only_if}\n{text}- !Ref AWS::NoValue\n", "    ")
            text = f"- !If\n{inner}"
        return indent(text, " " * 10)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource that has a policy: how the policy names it, and what it keeps shut."""

    policy: str
    owner: str
    actions: str
    on: str
    ways: Callable[[str, Resources], Iterator[Way]]


def _to_queue(queue: str, resources: Resources) -> Iterator[Way]:
    arn = {"Fn::GetAtt": [queue, "Arn"]}
    subscriptions = _of_type(resources, "AWS::SNS::Subscription").values()
    for each in subscriptions:
        if each["Endpoint"] == arn:
            topic = each["TopicArn"]["Ref"]
            yield _sends(f"{topic}Sends", "sns", f"!Ref {topic}")
    failing = {
        f"!Ref {each['TopicArn']['Ref']}"
        for each in subscriptions
        if each["RedrivePolicy"]["deadLetterTargetArn"] == arn
    }
    if failing:
        yield _sends("DeliveriesThatFailed", "sns", f"[{', '.join(sorted(failing))}]")
    for rule, properties in _of_type(resources, "AWS::Events::Rule").items():
        only_if = resources[rule].get("Condition")
        if only_if == resources[queue].get("Condition"):
            only_if = None
        for target in properties["Targets"]:
            for word, to in (
                ("Sends", target["Arn"]),
                ("Failed", target["DeadLetterConfig"]["Arn"]),
            ):
                if to == arn:
                    yield _sends(f"{rule}{word}", "events", f"!GetAtt {rule}.Arn", only_if)


def _of_type(resources: Resources, kind: str) -> Resources:
    """Return the properties of the resources of a type, by their names."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def _sends(sid: str, service: str, source: str, only_if: str | None = None) -> Way:
    condition = f"{{ ArnEquals: {{ aws:SourceArn: {source} }} }}"
    return Way(sid, service, "sqs:SendMessage", condition, only_if)


def _to_topic(topic: str, resources: Resources) -> Iterator[Way]:
    alarms = _of_type(resources, "AWS::CloudWatch::Alarm").values()
    if any({"Ref": topic} in each.get("AlarmActions", ()) for each in alarms):
        condition = "{ StringEquals: { aws:SourceAccount: !Ref AWS::AccountId } }"
        yield Way("AlarmsPublish", "cloudwatch", "sns:Publish", condition)


def _to_bucket(_bucket: str, _resources: Resources) -> Iterator[Way]:
    yield from ()


_KINDS = {
    "AWS::SQS::Queue": Kind(
        "AWS::SQS::QueuePolicy", "Queues: [!Ref {}]", "sqs:*", "!GetAtt {}.Arn", _to_queue
    ),
    "AWS::SNS::Topic": Kind(
        "AWS::SNS::TopicPolicy", "Topics: [!Ref {}]", "sns:Publish", "!Ref {}", _to_topic
    ),
    "AWS::S3::Bucket": Kind(
        "AWS::S3::BucketPolicy", "Bucket: !Ref {}", "s3:*",
        '[!GetAtt {0}.Arn, !Sub "${{{0}.Arn}}/*"]', _to_bucket,
    ),
}  # fmt: skip


def blocks(resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield the name of each policy's marks, and what stands between them."""
    for name, resource in resources.items():
        if kind := _KINDS.get(resource["Type"]):
            yield f"policy of {name}", _block(name, kind, resources)


def _block(name: str, kind: Kind, resources: Resources) -> str:
    condition = resources[name].get("Condition")
    on = kind.on.format(name)
    return f"""\

  {_NAMES.get(name, f"{name}Policy")}:
    Type: {kind.policy}
{f"    Condition: {condition}\n" if condition else ""}    Properties:
      {kind.owner.format(name)}
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: TlsOnly
            Effect: Deny
            Principal: "*"
            Action: {kind.actions}
            Resource: {on}
            Condition: {{ Bool: {{ aws:SecureTransport: "false" }} }}
{"".join(way.statement(on) for way in kind.ways(name, resources))}"""
