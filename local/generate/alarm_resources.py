"""The alarms of the alert catalogue, as they stand in the template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from avatarwatch.catalogue import CATALOGUE, AlertRule, Severity
from avatarwatch.catalogue.alarm import (
    Alarm,
    Composite,
    Metric,
    Threshold,
)
from avatarwatch.catalogue.budgets import BUDGETS
from avatarwatch.catalogue.matrix import MATRIX
from avatarwatch.catalogue.own import OWN
from avatarwatch.namespaces import Own
from local.generate.alarm_parameters import parameter
from local.generate.composite_rules import composite

_LINE = 121  # how far a heading's line goes in the template
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9%,;.()'/-]*( [A-Za-z0-9%,;.()'/-]+)+")


def block() -> str:
    """Return every alarm, each section below its heading."""
    return "\n" + "".join(
        f"{_heading(title)}{''.join(_resource(*each) for each in entries)}"
        for title, entries in _sections()
        if entries
    )


type Entry = tuple[str, Alarm | Composite, AlertRule]


def _sections() -> Iterator[tuple[str, list[Entry]]]:
    ours = {rule.alert_id for rule in (*MATRIX, *BUDGETS, *OWN)}
    yield "The guide's matrix, in its order", _entries(rule.alert_id for rule in MATRIX)
    yield "The team's own", _entries(name for name in CATALOGUE if name not in ours)
    yield "The suite's own: the watchman is watched", _entries(rule.alert_id for rule in OWN)


def _entries(names: Iterable[str]) -> list[Entry]:
    rules = (CATALOGUE[name] for name in names)
    return [(rule.alert_id, rule.alarm, rule) for rule in rules if rule.alarm]


def _heading(title: str) -> str:
    return f"  # ---- {title} {'-' * (_LINE - 10 - len(title))}\n\n"


def _resource(name: str, alarm: Alarm | Composite, rule: AlertRule) -> str:
    text = f"{alarm.text} Runbook: ${{RunbookBaseUrl}}#{rule.runbook}"
    filled = text.replace("{system}", "${SystemName}")
    if rule.threshold:
        filled = filled.replace("{threshold}", f"${{{parameter(name)}}}")
    told = rule.severity is not Severity.INFO
    lines = [
        *_head(alarm, is_told=told),
        "Properties:",
        f"  AlarmName: !Sub ${{SystemName}}-{name}",
        *_description(filled),
        *(
            composite(alarm)
            if isinstance(alarm, Composite)
            else _metric_alarm(name, alarm, rule.threshold)
        ),
        *(_actions(alarm) if told else ()),
    ]
    return f"  {name}:\n" + "".join(f"    {line}\n" for line in lines) + "\n"


def _head(alarm: Alarm | Composite, *, is_told: bool) -> Iterator[str]:
    kind = "CompositeAlarm" if isinstance(alarm, Composite) else "Alarm"
    yield f"Type: AWS::CloudWatch::{kind}"
    if alarm.condition:
        yield f"Condition: {alarm.condition}"
    if first := [*_first(alarm, is_told=is_told)]:
        yield f"DependsOn: [{', '.join(first)}]"
    if isinstance(alarm, Alarm):
        yield "Metadata:"
        if alarm.points.why:
            yield f"  Evaluation: {scalar(alarm.points.why)}"
        yield f"  MissingData: {scalar(alarm.no_data[1])}"
        if alarm.metric.means:
            yield f"  Metric: {scalar(alarm.metric.means)}"


def _first(alarm: Alarm | Composite, *, is_told: bool) -> Iterator[str]:
    """Yield what must be there before it: its first message needs the policies of the topics."""
    if is_told:
        yield "AlertsTopicPolicy"
    if isinstance(alarm, Alarm):
        if alarm.past_queue:
            yield "EmailTopicPolicy"
        if alarm.after:
            yield alarm.after


def _description(text: str) -> Iterator[str]:
    if "${" not in text:
        yield f"  AlarmDescription: {scalar(text)}"
        return
    yield "  AlarmDescription: !Sub |-"
    yield f"    {text}"


def _metric_alarm(name: str, alarm: Alarm, threshold: Threshold | None) -> Iterator[str]:
    yield from _plain(alarm.metric)
    yield f"  Period: {alarm.points.period}"
    yield f"  EvaluationPeriods: {alarm.points.of}"
    if alarm.points.of > 1:
        yield f"  DatapointsToAlarm: {alarm.points.needed}"
    yield f"  ComparisonOperator: {alarm.operator}"
    yield f"  Threshold: {_threshold(name, alarm, threshold)}"
    yield f"  TreatMissingData: {alarm.no_data[0]}"
    if alarm.warm_up:
        yield f"  WarmUpConfiguration: {{ WarmUpPeriodDurationInMinutes: {alarm.warm_up} }}"


def _threshold(name: str, alarm: Alarm, threshold: Threshold | None) -> str:
    if alarm.limit is not None:
        return f"{alarm.limit:g}"
    if threshold and threshold.scale:
        zeros = "0" * threshold.scale.zeros
        why = f"{threshold.scale.why}; CloudFormation cannot multiply"
        return f"!Sub ${{{parameter(name)}}}{zeros} # {why}"
    return f"!Ref {parameter(name)}"


def _plain(metric: Metric) -> Iterator[str]:
    yield f"  Namespace: {_namespace(metric.namespace)}"
    yield f"  MetricName: {metric.name}"
    if metric.dimensions:
        listed = ", ".join(
            f"{{ Name: {key}, Value: {_value(value)} }}" for key, value in metric.dimensions
        )
        yield f"  Dimensions: [{listed}]"
    yield f"  Statistic: {metric.statistic}"


def _namespace(namespace: Own | str) -> str:
    return f"!Sub ${{MetricNamespace}}/{namespace}" if isinstance(namespace, Own) else namespace


def _value(resource: str) -> str:
    return f"!GetAtt {resource}" if "." in resource else f"!Ref {resource}"


def _actions(alarm: Alarm | Composite) -> Iterator[str]:
    straight = isinstance(alarm, Alarm) and alarm.past_queue
    topics = "!Ref AlertsTopic, !Ref EmailTopic" if straight else "!Ref AlertsTopic"
    yield f"  AlarmActions: [{topics}]"
    yield "  OKActions: [!Ref AlertsTopic]"


def scalar(text: str) -> str:
    """Return a text as YAML takes it on one line: in quotes unless it is words."""
    return text if _WORDS.fullmatch(text) else json.dumps(text, ensure_ascii=False)
