"""The stack with its parameters, as far as a rehearsal needs it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from alarm_evaluator import (
    CompositeAlarm,
    MetricAlarm,
    MetricRef,
    Series,
    metric_alarm,
)
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.budgets import BUDGETS
from avatarwatch.catalogue.own import TESTS
from avatarwatch.namespaces import Own
from kpi_aggregation.settings import FunctionSettings
from local.parameters import checked
from local.rehearsal.account import Deployed

ON_AWS = {"Emulated": "false"}
NO_HISTORY = "watches the suite itself, which has no history before it is deployed"
TOLD_BY_POLLS = ("EndpointDown", "ComponentDown")
_BY_POLLS = "HealthPolling tells it by itself: give the status page's history.json by --health"
_OF_ITSELF = (
    "a function of the suite tells it by itself, and keeps no history that says when it would"
)
_NOT_DEPLOYED = "is not deployed with these parameters"
_WHY_NOT = {
    **dict.fromkeys(TOLD_BY_POLLS, _BY_POLLS),
    "TlsExpiry": "HealthPolling tells it by itself, and how long a certificate was good is kept"
    " nowhere",
}


def _without_alarm(alarms: Collection[str]) -> dict[str, str]:
    """Return why alerts have no alarm to rehearse; budgets are rehearsed, tests need not be."""
    others = {rule.alert_id for rule in (*BUDGETS, *TESTS)}
    return {
        name: _NOT_DEPLOYED if rule.alarm else _WHY_NOT.get(name, _OF_ITSELF)
        for name, rule in CATALOGUE.items()
        if name not in others and name not in alarms
    }


@dataclass(frozen=True, slots=True)
class Stack:
    """Alarms as deployed, by their alert's id, and why others are not rehearsed.

    ``others`` are alarms that are not ours, by their names, and ``composites`` those on them;
    those are told whose names begin with ``watched``. ``data`` is what they look at, and our alarms
    on the suite itself.
    """

    alarms: Mapping[str, MetricAlarm]
    left_out: Mapping[str, str]
    environments: Mapping[str, Mapping[str, str]]
    thresholds: Mapping[str, str]
    time_zone: str = "UTC"
    parameters: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, MetricAlarm] = field(default_factory=dict)
    others: Mapping[str, MetricAlarm] = field(default_factory=dict)
    composites: Mapping[str, CompositeAlarm] = field(default_factory=dict)
    data: Mapping[MetricRef, Series] = field(default_factory=dict)
    system: str = ""
    watched: str = ""

    @classmethod
    def of(cls, template: Mapping[str, Any], given: Mapping[str, str], region: str) -> Stack:
        """Read the template; ParameterError for a parameter that it does not know or refuses."""
        deployment = checked(template, {**ON_AWS, **given, "AWS::Region": region})
        resources = deployment.resources()
        environments = {
            name: each["Properties"].get("Environment", {}).get("Variables", {})
            for name, each in resources.items()
            if each["Type"] == "AWS::Serverless::Function"
        }
        common = deployment.value(
            template["Globals"]["Function"].get("Environment", {}).get("Variables", {})
        )
        alarms = {
            name: metric_alarm(each["Properties"])
            for name, each in resources.items()
            if each["Type"] == "AWS::CloudWatch::Alarm"
        }
        own = {name: alarm for name, alarm in alarms.items() if not _is_on_kpis(alarm)}
        return cls(
            {name: alarm for name, alarm in alarms.items() if name not in own},
            {**dict.fromkeys(own, NO_HISTORY), **_without_alarm(alarms)},
            {name: {**common, **each} for name, each in environments.items()},
            {name: str(deployment.reference(f"{name}Threshold")) for name in alarms
             if f"{name}Threshold" in template["Parameters"]},
            str(deployment.reference("ReportTimeZone")), given, own=own,
            system=str(deployment.reference("SystemName")),
            watched=str(deployment.reference("WatchedAlarmPrefix")),
        )  # fmt: skip

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How the names begin of the alarms whose history counts: ours, and the team's."""
        return tuple(filter(None, (f"{self.system}-", self.watched)))

    def joined(self, deployed: Deployed) -> Stack:
        """Return the stack with what an account has: alarms on the suite itself, and the team's."""
        found = {
            name: replace(alarm, queries=there.queries)
            for name, alarm in self.own.items()
            if (there := deployed.alarms.get(alarm.name))
        }
        left_out = {name: why for name, why in self.left_out.items() if name not in found}
        ours = {alarm.name for alarm in (*self.alarms.values(), *self.own.values())}
        return replace(
            self, alarms={**self.alarms, **found},
            others={name: each for name, each in deployed.alarms.items() if name not in ours},
            composites=deployed.composites, data=deployed.data,
            left_out={**left_out, **{n: w for n, w in deployed.left_out.items() if n not in ours}},
        )  # fmt: skip

    def tells(self, name: str) -> bool:
        """Whether EventBridge's rule brings AlarmFanout the changes of an alarm of others."""
        return bool(self.watched) and name.startswith(self.watched)

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


def _is_on_kpis(alarm: MetricAlarm) -> bool:
    spaces = {query.metric.namespace for query in alarm.queries if query.metric}
    return all(space.endswith(f"/{Own.KPI.value}") for space in spaces)
