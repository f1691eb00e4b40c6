"""The metric filters over the API's lines, and the saved queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.metric_filter import matcher
from local.backend.driver import Backend
from local.backend.ledger import Totals
from local.backend.scenarios import SCENARIOS
from local.backend.writers import log_line

type Resources = dict[str, dict[str, Any]]


def filters(source: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return each metric's filter pattern and transformation."""
    found = {}
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Logs::MetricFilter":
            properties = resource["Properties"]
            [transformation] = properties["MetricTransformations"]
            found[transformation["MetricName"]] = (properties["FilterPattern"], transformation)
    return found


def counted(source: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, float]:
    """Return each metric's sum over some lines."""
    sums = {}
    for metric, (pattern, transformation) in filters(source).items():
        matches = matcher(pattern)
        value = transformation["MetricValue"]
        sums[metric] = sum(
            float(line[value.removeprefix("$.")]) if value.startswith("$.") else float(value)
            for line in lines
            if matches(line)
        )
    return sums


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_the_lines_count_to_what_the_backend_did(source: dict[str, Any], scenario: str) -> None:
    played = Backend([]).play(scenario, 20, datetime(2026, 11, 23, 10, tzinfo=UTC))
    lines = [log_line(upload) for minute in played for upload in minute.uploads]
    totals = Totals.sum(Totals.of(minute) for minute in played)
    assert lines
    assert counted(source, lines) == {
        "AvatarUploads": totals.uploads,
        "UploadFailures": totals.failures,
        "UploadDuration": totals.duration_sum_ms,
        "UploadBytes": totals.upload_bytes,
        "DuplicateUploads": totals.duplicates,
        "DeduplicationSavings": totals.dedup_savings_bytes,
    }


def test_other_lines_count_nothing(source: dict[str, Any]) -> None:
    lines: list[dict[str, Any]] = [
        {"message": "avatar_operation", "operation": "avatar_delete", "success": True},
        {"message": "started", "duration": 12},
        {"operation": "avatar_upload", "success": "true", "duration": "12", "fileSize": 1},
    ]
    assert set(counted(source, lines).values()) == {0}


def test_no_line_is_no_data(source: dict[str, Any]) -> None:
    for metric, (_, transformation) in filters(source).items():
        assert transformation["MetricNamespace"] == {"Fn::Sub": "${MetricNamespace}/Custom"}
        assert "DefaultValue" not in transformation, metric


def test_the_guides_queries_are_saved_in_a_form_that_insights_takes(
    source: dict[str, Any],
) -> None:
    queries = {
        name: resource["Properties"]["QueryString"]
        for name, resource in source["Resources"].items()
        if resource["Type"] == "AWS::Logs::QueryDefinition"
    }
    assert {"UploadSuccessQuery", "UploadTimeQuery", "DeduplicationQuery"} <= queries.keys()
    for name, query in queries.items():
        assert len(query) <= 10_000, name  # PutQueryDefinition, API reference
        assert "success=true" not in query  # JSON's booleans are 1 and 0 in Insights
        assert "bin(fileSize" not in query  # bin() takes time only


def test_logs_are_left_alone_when_there_are_none(source: dict[str, Any]) -> None:
    kinds = {
        "AWS::Logs::MetricFilter": "CountsApiLogs",
        "AWS::Logs::QueryDefinition": "SavesQueries",
    }
    for resource in source["Resources"].values():
        if condition := kinds.get(resource["Type"]):
            assert resource["Condition"] == condition
