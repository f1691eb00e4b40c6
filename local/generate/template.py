"""Read template.yaml's alarms as data, with the parameters' values filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.cloudformation import Deployment
from local.paths import ROOT
from local.templates import parsed

TEMPLATE = ROOT / "template.yaml"
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9:]+)\}")


class TemplateError(Exception):
    """The template has something that this reading does not know; the message names it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One metric alarm as a deployment with these parameters has it; periods in seconds.

    ``metric`` and ``statistic`` are of what it watches; of several metrics that are added up, what
    they share. ``dimensions`` has each metric's. ``notes`` are the resource's Metadata: why it
    looks at data and at its lack as it does.
    ``actions`` and ``ok_actions`` are the logical ids of the topics.
    """

    alert_id: str
    name: str
    description: str
    namespace: str
    metric: str
    statistic: str
    dimensions: tuple[Mapping[str, Any], ...]
    period: int
    periods: int
    datapoints: int
    operator: str
    threshold: float
    missing: str
    actions: tuple[str, ...]
    ok_actions: tuple[str, ...]
    condition: str | None
    notes: Mapping[str, str]

    @property
    def window(self) -> int:
        """The seconds that it looks back."""
        return self.period * self.periods


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite alarm; ``rule`` has the logical ids of its children as ``ALARM("${Id}")``."""

    alert_id: str
    name: str
    description: str
    rule: str
    suppressor: str | None
    actions: tuple[str, ...]
    condition: str | None

    @property
    def children(self) -> tuple[str, ...]:
        """The logical ids of the alarms that it looks at."""
        return tuple(_PLACEHOLDER.findall(self.rule))


def load() -> dict[str, Any]:
    """Return template.yaml, intrinsics in their long form."""
    return parsed(TEMPLATE.read_text())


def defaults(template: Mapping[str, Any]) -> dict[str, str]:
    """Return each parameter's default."""
    return {name: str(each["Default"]) for name, each in template["Parameters"].items()}


def alarms(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Alarm]:
    """Return the metric alarms by their alert's id, in the template's order."""
    deployed = Deployment(template, parameters)
    return {
        name: _alarm(name, resource, deployed)
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }


def composites(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Composite]:
    """Return the composite alarms by their alert's id, in the template's order."""
    deployed = Deployment(template, parameters)
    return {
        name: Composite(
            alert_id=name,
            name=deployed.value(resource["Properties"]["AlarmName"]),
            description=deployed.value(resource["Properties"]["AlarmDescription"]),
            rule=_alarm_rule(resource["Properties"]["AlarmRule"]),
            suppressor=_suppressor(resource["Properties"]),
            actions=_topics(resource["Properties"].get("AlarmActions", [])),
            condition=resource.get("Condition"),
        )
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::CompositeAlarm"
    }


def _alarm(alert_id: str, resource: Mapping[str, Any], deployed: Deployment) -> Alarm:
    properties = resource["Properties"]
    watched = [*_watched(alert_id, properties, deployed)]
    first = watched[0]
    return Alarm(
        alert_id=alert_id,
        name=deployed.value(properties["AlarmName"]),
        description=deployed.value(properties["AlarmDescription"]),
        namespace=deployed.value(first["Namespace"]),
        metric=first["MetricName"],
        statistic=first["Statistic"],
        dimensions=tuple(
            {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
            for metric in watched
        ),
        period=first["Period"],
        periods=properties["EvaluationPeriods"],
        datapoints=properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
        operator=properties["ComparisonOperator"],
        threshold=float(deployed.value(properties["Threshold"])),
        missing=properties["TreatMissingData"],
        actions=_topics(properties.get("AlarmActions", [])),
        ok_actions=_topics(properties.get("OKActions", [])),
        condition=resource.get("Condition"),
        notes={name: str(text) for name, text in resource.get("Metadata", {}).items()},
    )


def _watched(
    alert_id: str, properties: Mapping[str, Any], deployed: Deployment
) -> list[Mapping[str, Any]]:
    """Return the metrics of an alarm in the form of a plain one's properties."""
    if "Metrics" not in properties:
        return [properties]
    there = _there(properties["Metrics"], deployed)
    stats = [each["MetricStat"] for each in there if "MetricStat" in each]
    found: list[Mapping[str, Any]] = [
        {**stat["Metric"], "Statistic": stat["Stat"], "Period": stat["Period"]} for stat in stats
    ]
    shared = {(str(f["Namespace"]), f["MetricName"], f["Statistic"], f["Period"]) for f in found}
    if len(shared) != 1:
        raise TemplateError(f"{alert_id} adds up metrics that are not alike: {shared}")
    return found


def _there(
    metrics: Sequence[Mapping[str, Any]], deployed: Deployment
) -> Iterator[Mapping[str, Any]]:
    """Yield those of some metrics that are there, as they are written."""
    for each in metrics:
        if "Fn::If" not in each:
            yield each
            continue
        condition, then, otherwise = each["Fn::If"]
        chosen = then if deployed.holds(condition) else otherwise
        if chosen != {"Ref": "AWS::NoValue"}:
            yield chosen


def _alarm_rule(written: Mapping[str, Any]) -> str:
    """Return a composite's rule; of two, the one where all that can be watched is."""
    chosen = written["Fn::If"][1] if "Fn::If" in written else written
    return str(chosen["Fn::Sub"]).strip()


def _suppressor(properties: Mapping[str, Any]) -> str | None:
    found = properties.get("ActionsSuppressor", {}).get("Fn::GetAtt")
    return str(found[0]) if found else None


def _topics(actions: list[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(action["Ref"] for action in actions)
