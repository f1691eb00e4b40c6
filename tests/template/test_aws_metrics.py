"""An alarm on a metric of AWS' own says beside it what AWS counts there, and the runbook does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Alarm
from avatarwatch.namespaces import Own
from fakes.expanded import expanded_file
from local.paths import ROOT, TEMPLATES

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()


def on_aws() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each alarm of the templates on a namespace that is not one of ours."""
    for template in TEMPLATES:
        for name, resource in expanded_file(template)["Resources"].items():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                namespace = resource["Properties"]["Namespace"]
                if isinstance(namespace, str):  # ours begin with a parameter
                    assert namespace.startswith("AWS/"), name
                    yield name, resource


FOUND = dict(on_aws())


def test_there_are_some_in_each_template_that_has_alarms() -> None:
    assert {"DeadLetters", "RunsFailed", "FunctionErrors", "CostDeadLetters"} <= FOUND.keys()


@pytest.mark.parametrize("name", FOUND)
def test_what_it_counts_stands_beside_it_and_in_the_runbook(name: str) -> None:
    means = FOUND[name].get("Metadata", {}).get("Metric", "")
    assert len(means.split()) > 8, name
    metric = FOUND[name]["Properties"]
    assert f"| `{metric['MetricName']}` ({metric['Namespace']}) | {means} |" in RUNBOOK


def test_a_metric_means_the_same_everywhere() -> None:
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for resource in FOUND.values():
        metric = resource["Properties"]
        said[metric["Namespace"], metric["MetricName"]].add(resource["Metadata"]["Metric"])
    assert [metric for metric, texts in said.items() if len(texts) > 1] == []


@pytest.mark.parametrize("name", [n for n, r in CATALOGUE.items() if isinstance(r.alarm, Alarm)])
def test_an_entry_says_what_is_not_ours(name: str) -> None:
    """A team's own alert, too: its alarm on AWS' metric is refused here until it says so."""
    alarm = CATALOGUE[name].alarm
    assert isinstance(alarm, Alarm)
    assert bool(alarm.metric.means) is not isinstance(alarm.metric.namespace, Own)
