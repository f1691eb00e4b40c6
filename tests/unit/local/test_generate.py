"""What `make docs` makes: from one entry of a catalogue everything that must agree with it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samcli.yamlhelper import yaml_parse

from avatarwatch.catalogue import CATALOGUE, ChannelKind, Severity
from avatarwatch.catalogue.alarm import (
    Alarm,
    Composite,
    Metric,
    Missing,
    Operator,
    Points,
)
from avatarwatch.catalogue.alarm import Threshold as Limit
from avatarwatch.catalogue.model import rule
from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.backend_metric import UPLOAD, CustomMetric, Line
from avatarwatch.kpi.formulas import Statistic
from avatarwatch.kpi.readings import Measure, Source
from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import Unit
from local.cloudformation import Deployment
from local.generate.__main__ import main, outdated, rendered
from local.generate.alarm_resources import scalar
from local.generate.composite_rules import composite
from local.generate.marks import MarksError, replaced
from local.generate.template import TEMPLATE, alarms, defaults
from local.generate.template_blocks import render
from local.paths import ROOT
from local.templates import parsed

GRAFANA = "dashboards/grafana/avatar-watch.json"
MADE_UP = rule(
    "MadeUpAlert", "Cold start", Severity.WARNING, (ChannelKind.CHAT,), Unit.MILLISECONDS,
    timedelta(days=1), "made-up-alert",
    threshold=Limit(3000, "milliseconds that AlarmFanout takes.", 1),
    alarm=Alarm(
        "AlarmFanout of {system} takes over {threshold} ms: slow.",
        Metric("AWS/Lambda", "Duration", dimensions=(("FunctionName", "AlarmFanoutFunction"),)),
        Operator.OVER, Points(300, 2, 3, "one is: no news"), (Missing.NOT_BREACHING, "no call"),
    ),
)  # fmt: skip


def old_files() -> set[str]:
    return {str(path.relative_to(ROOT)) for path in outdated()}


def made(name: str) -> str:
    return rendered()[ROOT / name]


def template() -> dict[str, Any]:
    return parsed(made("template.yaml"))


def test_what_is_committed_is_what_would_be_made() -> None:
    assert old_files() == set()
    assert main(["--check"]) == 0


def test_a_new_alert_is_one_entry_and_a_heading(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CATALOGUE, "MadeUpAlert", MADE_UP)
    assert old_files() == {"template.yaml", "docs/runbook.md", "docs/price.md"}
    assert main(["--check"]) == 1
    assert "docs/runbook.md is not current" in capsys.readouterr().err
    found = template()
    parameter = found["Parameters"]["MadeUpAlertThreshold"]
    assert (parameter["Default"], parameter["MinValue"]) == (3000, 1)
    groups = found["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert any("MadeUpAlertThreshold" in group["Parameters"] for group in groups)
    alarm = alarms(found, defaults(found))["MadeUpAlert"]
    assert alarm.threshold == 3000
    assert (alarm.datapoints, alarm.periods, alarm.missing) == (2, 3, "notBreaching")
    assert alarm.actions == ("AlertsTopic",)
    assert alarm.notes["Evaluation"] == "one is: no news"
    assert alarm.description.startswith("AlarmFanout of avatar-system takes over 3000 ms: slow.")
    assert alarm.description.endswith("#made-up-alert")
    assert alarm.dimensions == ({"FunctionName": {"Ref": "AlarmFanoutFunction"}},)
    assert ":alarm:${SystemName}-MadeUpAlert" in str(found["Resources"]["Dashboard"])
    assert "[MadeUpAlert](#made-up-alert) | `Duration` > 3 s" in made("docs/runbook.md")


@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.INFO])
def test_an_alert_that_not_every_deployment_has_is_shown_where_it_is(
    monkeypatch: pytest.MonkeyPatch, severity: Severity
) -> None:
    assert MADE_UP.alarm
    sometimes = msgspec.structs.replace(MADE_UP.alarm, condition="HasDistributions")
    changed = msgspec.structs.replace(MADE_UP, severity=severity, alarm=sometimes)
    monkeypatch.setitem(CATALOGUE, "MadeUpAlert", changed)
    found = template()

    def shown(**given: str) -> list[bool]:
        body = Deployment(found, given).resources()["Dashboard"]["Properties"]["DashboardBody"]
        lists = [each["properties"]["alarms"] for each in json.loads(body)["widgets"]
                 if each["type"] == "alarm"]  # fmt: skip
        return [any(arn.endswith("-MadeUpAlert") for arn in arns) for arns in lists]

    assert shown() == [False, False]
    is_information = severity is Severity.INFO
    assert shown(DistributionIds="E3SJ7B3QL1F8WH") == [not is_information, is_information]
    actions = alarms(found, defaults(found))["MadeUpAlert"].actions
    assert actions == (() if is_information else ("AlertsTopic",))


NEW_FUNCTION = """\
  MadeUpFunction:
    Type: AWS::Serverless::Function
    Condition: HasBuckets
    Properties:
      Handler: made_up.handler.handler
      Role: !GetAtt MadeUpRole.Arn
      Environment: { Variables: { ALERTS_TOPIC_ARN: !Ref AlertsTopic } }
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: { Type: SQS, Destination: !GetAtt RunsDeadLetterQueue.Arn }

  # >>> logs and role of MadeUp: not made yet
              # <<<
              - Sid: OfItsOwn
                Effect: Allow
                Action: s3:GetObject
                Resource: !Sub ${ReportsBucket.Arn}/made-up/*

  MadeUpQueue:
    Type: AWS::SQS::Queue
    Properties: {}

  # >>> policy of MadeUpQueue: not made yet
  # <<<

  MadeUpRule:
    Type: AWS::Events::Rule
    Properties:
      Targets:
        - Arn: !GetAtt AlertsQueue.Arn
          DeadLetterConfig: { Arn: !GetAtt MadeUpQueue.Arn }

"""


@pytest.fixture(scope="module")
def extended() -> dict[str, dict[str, Any]]:
    """Return the resources of the template with a function, a queue and a rule more."""
    before, mark, after = TEMPLATE.read_text().partition("  AccessLogsDatabase:\n")
    resources: dict[str, dict[str, Any]] = parsed(render(before + NEW_FUNCTION + mark + after))[
        "Resources"
    ]
    return resources


def test_what_every_function_has_follows_from_its_section(
    extended: dict[str, dict[str, Any]],
) -> None:
    logs, role = extended["MadeUpLogs"], extended["MadeUpRole"]
    assert logs["Condition"] == role["Condition"] == "HasBuckets"
    assert logs["Properties"]["LogGroupName"]["Fn::Sub"].endswith("/made-up")
    [policy] = role["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    rights = [each.get("Fn::If", [None, each])[1] for each in statements]
    assert {each["Sid"]: each["Resource"] for each in rights if "Encrypted" not in each["Sid"]} == {
        "Logs": {"Fn::GetAtt": ["MadeUpLogs", "Arn"]},
        "Tracing": "*",
        "Tell": {"Ref": "AlertsTopic"},
        "SetAsideFailures": {"Fn::GetAtt": ["RunsDeadLetterQueue", "Arn"]},
        "OfItsOwn": {"Fn::Sub": "${ReportsBucket.Arn}/made-up/*"},
    }


def test_a_queues_policy_lets_in_who_names_it(extended: dict[str, dict[str, Any]]) -> None:
    def let_in(policy: str) -> set[str]:
        statements = extended[policy]["Properties"]["PolicyDocument"]["Statement"]
        return {each["Sid"] for each in statements if "Sid" in each}

    assert let_in("MadeUpQueuePolicy") == {"TlsOnly", "MadeUpRuleFailed"}
    assert "MadeUpRuleSends" in let_in("AlertsQueuePolicy")
    assert "MadeUpRuleSends" not in let_in("DeadLetterQueuePolicy")


def test_a_parameter_is_asked_for_in_the_group_that_it_stands_in() -> None:
    more = '  MadeUp:\n    Type: String\n    Default: ""\n\n'
    text = TEMPLATE.read_text().replace("  # ---- Who is told", f"{more}  # ---- Who is told", 1)
    groups = parsed(render(text))["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert groups[0]["Label"]["default"] == "What is watched"
    assert groups[0]["Parameters"][-2:] == ["WorkerQueueNames", "MadeUp"]


def test_a_changed_alert_changes_everything_that_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = CATALOGUE["ErrorRateCritical"]
    assert isinstance(before.alarm, Alarm)
    assert before.threshold
    changed = msgspec.structs.replace(
        before,
        channels=frozenset({ChannelKind.PAGE}),
        runbook="elsewhere",
        threshold=msgspec.structs.replace(before.threshold, default=7),
        alarm=msgspec.structs.replace(before.alarm, points=Points(60, 4, 5, "x")),
    )
    monkeypatch.setitem(CATALOGUE, "ErrorRateCritical", changed)
    assert old_files() == {"template.yaml", "docs/runbook.md", GRAFANA}
    found = template()
    alarm = alarms(found, defaults(found))["ErrorRateCritical"]
    assert (alarm.threshold, alarm.period, alarm.datapoints, alarm.periods) == (7, 60, 4, 5)
    assert alarm.description.endswith("#elsewhere")
    assert "`ErrorRate5m` > 7 % | 4 of 5 points of 1 minute" in made("docs/runbook.md")
    assert re.search(r'"value": 7(\.0)?\b', made(GRAFANA))


@pytest.mark.parametrize(
    ("metric", "in_template"),
    [
        (CustomMetric("MadeUpForATest", "Count", "a thumbnail that failed",
                      Line((UPLOAD, "$.thumbnail IS FALSE"))), True),
        (CustomMetric("MadeUpForATest", "Count", "a thumbnail that failed"), False),
    ],
    ids=["counted from lines", "put by the API"],
)  # fmt: skip
def test_a_new_custom_metric_is_one_entry(
    monkeypatch: pytest.MonkeyPatch, metric: CustomMetric, *, in_template: bool
) -> None:
    monkeypatch.setitem(CUSTOM_METRICS, metric.name, metric)
    page = "docs/integration.md" if in_template else "docs/kpis.md"
    files = {"template.yaml", "docs/price.md"} if in_template else set()
    assert old_files() == {page} | files
    assert "| `MadeUpForATest` | Count | a thumbnail that failed |" in made(page)
    resources = template()["Resources"]
    assert ("MadeUpForATestFilter" in resources) == in_template
    if in_template:
        properties = resources["MadeUpForATestFilter"]["Properties"]
        assert properties["FilterPattern"] == (
            '{ ($.operation = "avatar_upload") && ($.thumbnail IS FALSE) }'
        )


def test_a_kpi_is_shown_and_told_of_beside_its_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = Measure(Source.CUSTOM, "StoredBytes")
    kpi = Kpi("storedBytes", "Bytes stored", Unit.BYTES, Cadence.HOUR, None, Statistic(measure))
    monkeypatch.setitem(KPIS, kpi.metric, kpi)
    assert old_files() == {"template.yaml", "docs/kpis.md", "docs/price.md", GRAFANA}
    assert "| CompressionRatio, BandwidthSavings, StoredBytes |" in made("docs/kpis.md")
    assert "**StoredBytes**" in made("docs/kpis.md")


def test_a_composite_looks_only_at_alarms_that_are_there_with_it() -> None:
    two = (("UploadFailuresCritical",), ("HealthPollingSilent",))
    rule = [line.strip() for line in composite(Composite("", two)) if "AlarmRule" not in line]
    assert rule == [
        "- PollsHealth",
        '- !Sub ALARM("${UploadFailuresCritical}") OR ALARM("${HealthPollingSilent}")',
        '- !Sub ALARM("${UploadFailuresCritical}")',
    ]
    with pytest.raises(ValueError, match="several conditions"):
        [*composite(Composite("", (*two, ("FunctionErrors",))))]


def test_every_kpi_is_on_its_page() -> None:
    written = made("docs/kpis.md")
    assert all(f"**{metric}**" in written for metric in KPIS)


@pytest.mark.parametrize(
    "text",
    ["# >>> here: a\n", "# >>> there: a\n# <<<\n", "# >>> here: a\n# <<<\n# >>> here: b\n# <<<\n"],
    ids=["no end", "another name", "twice"],
)
def test_marks_that_are_not_one_pair_are_refused(text: str) -> None:
    with pytest.raises(MarksError, match="here"):
        replaced(text, "here", "x\n")


def test_only_what_is_between_its_marks_is_replaced() -> None:
    text = "a\n<!-- >>> one: x -->\nold\n<!-- <<< -->\n  # >>> two: y\n  old\n  # <<<\nb\n"
    assert replaced(text, "one", "new\n") == text.replace("old\n<", "new\n<")
    assert replaced(text, "two", "") == text.replace("  old\n", "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "),
               min_size=1).map(str.strip).filter(bool))  # fmt: skip
def test_any_line_of_text_is_yaml(text: str) -> None:
    assert yaml_parse(f"a: {scalar(text)}\n") == {"a": text}
