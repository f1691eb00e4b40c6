"""The stack with its parameters, as far as a rehearsal needs it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from alarm_evaluator import EvaluatorError, MetricAlarm, metric_alarm
from avatarwatch.namespaces import Own
from kpi_aggregation.settings import FunctionSettings
from local.cloudformation import Deployment
from local.rehearsal.recording import RecordingError

ON_AWS = {"Emulated": "false"}


@dataclass(frozen=True, slots=True)
class Stack:
    """Alarms as deployed, by their alert's id, and why others are not rehearsed."""

    alarms: Mapping[str, MetricAlarm]
    left_out: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    thresholds: Mapping[str, str]
    time_zone: str = "UTC"
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, template: Mapping[str, Any], given: Mapping[str, str], region: str) -> Stack:
        """Read the template; RecordingError for a parameter that it does not know or refuses."""
        unknown = sorted(set(given) - set(template["Parameters"]))
        if unknown:
            raise RecordingError(f"the template has no parameter {', '.join(unknown)}")
        parameters = {**ON_AWS, **given, "AWS::Region": region}
        deployment = Deployment(template, parameters)
        if refused := deployment.refusals():
            raise RecordingError("; ".join(refused))
        resources = deployment.resources()
        environments = {
            name: each["Properties"].get("Environment", {}).get("Variables", {})
            for name, each in resources.items()
            if each["Type"] == "AWS::Serverless::Function"
        }
        common = deployment.value(
            template["Globals"]["Function"].get("Environment", {}).get("Variables", {})
        )
        alarms: dict[str, MetricAlarm] = {}
        left_out: dict[str, str] = {}
        for name, each in resources.items():
            if each["Type"] == "AWS::CloudWatch::CompositeAlarm":
                left_out[name] = "a composite: simulated by alarm_evaluator, not rehearsed yet"
            if each["Type"] == "AWS::CloudWatch::Alarm":
                found = _alarm(each["Properties"])
                if isinstance(found, MetricAlarm):
                    alarms[name] = found
                else:
                    left_out[name] = found
        return cls(
            alarms, left_out, {name: {**common, **own} for name, own in environments.items()},
            {name: str(deployment.reference(f"{name}Threshold")) for name in alarms
             if f"{name}Threshold" in template["Parameters"]},
            str(deployment.reference("ReportTimeZone")), given,
        )  # fmt: skip

    @contextmanager
    def environment(self, function: str, region: str) -> Iterator[None]:
        """Let what reads the environment find that of a function of this stack."""
        own = {name: str(value) for name, value in self.environments[function].items()}
        before = dict(os.environ)
        os.environ.update({**own, "AWS_REGION": region})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def kpi_settings(self, region: str) -> FunctionSettings:
        """Return KpiAggregation's settings, as it reads them."""
        with self.environment("KpiAggregationFunction", region):
            return FunctionSettings.from_env()


def _alarm(properties: Mapping[str, Any]) -> MetricAlarm | str:
    """Return an alarm, or why it is not rehearsed."""
    try:
        alarm = metric_alarm(properties)
    except EvaluatorError as error:
        return str(error)
    spaces = {query.metric.namespace for query in alarm.queries if query.metric}
    if any(not space.endswith(f"/{Own.KPI.value}") for space in spaces):
        return "watches the suite itself, which has no history before it is deployed"
    return alarm
