"""What CloudFormation makes of a template: its intrinsic functions, conditions and rules.

Those that our templates use; KeyError for any other. No library's will do: moto's passes over what
it doesn't know, the SAM translator's fills in parameters alone, and cfn-lint's tries every value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PSEUDO = {
    "AWS::Partition": "aws", "AWS::Region": "eu-north-1", "AWS::AccountId": "123456789012",
    "AWS::StackName": "avatar-watch", "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackId": "arn:aws:cloudformation:eu-north-1:123456789012:stack/avatar-watch/"
                    "51af3dc0-da77-11e4-872e-1234567db123",
}  # fmt: skip
NO_VALUE = object()
_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A template with parameters given; attributes of its resources come out as ``<Id.Attr>``."""

    template: Mapping[str, Any]
    given: Mapping[str, str] = field(default_factory=dict)

    def reference(self, name: str) -> Any:
        """Return what Ref returns; KeyError for a resource that is not made."""
        if name == "AWS::NoValue":
            return NO_VALUE
        pseudo = {**PSEUDO, **self.given}
        if name in pseudo:
            return pseudo[name]
        if name in self.template["Parameters"]:
            return str(self.template["Parameters"][name]["Default"])
        resource = self.template["Resources"][name.split(".", maxsplit=1)[0]]
        if "Condition" in resource and not self.holds(resource["Condition"]):
            raise KeyError(f"{name} is not there with these parameters")
        return f"<{name}>"

    def holds(self, condition: str | Mapping[str, Any]) -> bool:
        """Tell whether a condition, by its name or as it is written, is true."""
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        [(name, argument)] = condition.items()
        match name:
            case "Condition":
                return self.holds(argument)
            case "Fn::Equals":
                left, right = (str(self.value(each)) for each in argument)
                return left == right
            case "Fn::Not":
                return not self.holds(argument[0])
            case "Fn::And":
                return all(map(self.holds, argument))
            case "Fn::Or":
                return any(map(self.holds, argument))
        raise KeyError(name)

    def value(self, written: Any) -> Any:
        """Return a value with every intrinsic function in it carried out."""
        if isinstance(written, list):
            return [item for item in map(self.value, written) if item is not NO_VALUE]
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            [(name, argument)] = written.items()
            if name == "Ref":
                return self.reference(argument)
            if name.startswith("Fn::"):
                return self._carried_out(name, argument)
        items = {key: self.value(each) for key, each in written.items()}
        return {key: each for key, each in items.items() if each is not NO_VALUE}

    def refusals(self) -> list[str]:
        """Return what the template's rules say against these parameters."""
        return [
            each["AssertDescription"]
            for rule in self.template.get("Rules", {}).values()
            if "RuleCondition" not in rule or self.holds(rule["RuleCondition"])
            for each in rule["Assertions"]
            if not self.holds(each["Assert"])
        ]

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the resources that are there, with their properties' values."""
        return {
            name: {**resource, "Properties": self.value(resource.get("Properties", {}))}
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }

    def _carried_out(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "Fn::GetAtt", [str(resource), str(attribute)]:
                return self.reference(f"{resource}.{attribute}")
            case "Fn::If", [str(condition), yes, no]:
                return self.value(yes if self.holds(condition) else no)
            case (("Fn::Join" | "Fn::Select" | "Fn::Split"), [first, of]):
                return _of_list(name, first, self.value(of))
            case "Fn::Sub", [str(text), dict(extra)]:
                return self._filled(text, {key: self.value(each) for key, each in extra.items()})
            case "Fn::Sub", str(text):
                return self._filled(text, {})
        raise KeyError(name)

    def _filled(self, text: str, extra: Mapping[str, str]) -> str:
        def found(match: re.Match[str]) -> str:
            is_escaped, name = match.groups()
            if is_escaped:  # how Fn::Sub writes a ${...} of others
                return f"${{{name}}}"
            return extra[name] if name in extra else str(self.reference(name))

        return _PLACEHOLDER.sub(found, text)


def _of_list(name: str, first: Any, of: Any) -> Any:
    """Make a text of a list, a list of a text, or take one of a list."""
    match name:
        case "Fn::Join":
            return first.join(of)
        case "Fn::Split":
            return of.split(first)
    return of[first]
