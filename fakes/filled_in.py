"""A value of the template as CloudFormation fills it in when a stack is deployed."""

from __future__ import annotations

import re
from typing import Any

from local.generate.template import defaults

REGION = "eu-north-1"
PSEUDO = {
    "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::AccountId": "123456789012",
    "AWS::StackName": "avatar-watch",
}  # fmt: skip


class Stack:
    """Fills in the functions that the dashboard uses; raises KeyError for any other."""

    def __init__(self, source: dict[str, Any], given: dict[str, str]) -> None:
        self.values = defaults(source) | PSEUDO | given
        self.resources = source["Resources"]
        self.conditions = {
            "HasBuckets": bool(self.values["AvatarBucketNames"]),
            "HasDistributions": bool(self.values["DistributionIds"]),
            "PollsHealth": bool(
                self.values["HealthEndpoints"] or self.values["HealthEndpointsParameter"]
            ),
            "HasApiLogs": bool(self.values["ApiLogGroupName"]),
            "WatchesDependencies": any(
                self.values[name]
                for name in ("DatabaseInstanceIds", "CacheClusterIds", "WorkerQueueNames")
            ),
            "MakesScalingGroup": bool(self.values["ScalingLaunchTemplateId"]),
        }
        self.conditions["Scales"] = self.conditions["MakesScalingGroup"] or bool(
            self.values["ScalingGroupName"]
        )

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        [(name, argument)] = value.items()
        match name:
            case "Ref":
                return self.reference(argument)
            case "Fn::If":
                return self.fill(argument[1 if self.conditions[argument[0]] else 2])
            case "Fn::Join":
                return argument[0].join(self.fill(argument[1]))
            case "Fn::Split":
                return self.fill(argument[1]).split(argument[0])
            case "Fn::Sub":
                text, extra = argument if isinstance(argument, list) else (argument, {})
                more: dict[str, str] = {key: self.fill(each) for key, each in extra.items()}
                return re.sub(r"\$\{([^}]+)\}", lambda m: self.placed(m[1], more), text)
        raise KeyError(name)

    def placed(self, name: str, more: dict[str, str]) -> str:
        if name.startswith("!"):  # Fn::Sub's way to write a ${...} of others
            return f"${{{name[1:]}}}"
        return more[name] if name in more else self.reference(name)

    def reference(self, name: str) -> str:
        if name in self.values:
            return self.values[name]
        resource = name.split(".", maxsplit=1)[0]
        assert resource in self.resources, name
        assert "Condition" not in self.resources[resource], f"{name} may not be there"
        return f"physical-{name}"
