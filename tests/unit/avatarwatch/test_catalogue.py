"""The catalogue of alerts, held to the guide's actions and to the runbook."""

from __future__ import annotations

import re

import pytest

from avatarwatch.catalogue import CATALOGUE, ChannelName, Severity, rule_of_alarm
from local.paths import ROOT

SLACK, PAGERDUTY = ChannelName.SLACK, ChannelName.PAGERDUTY
EMAIL, SMS = ChannelName.EMAIL, ChannelName.SMS

# typed from the guide's matrix; Slack besides for all but info
GUIDE = {
    "StorageCritical": (Severity.CRITICAL, {EMAIL, SMS, SLACK}),
    "ErrorRateCritical": (Severity.CRITICAL, {EMAIL, PAGERDUTY, SLACK}),
    "CdnLatencyCritical": (Severity.CRITICAL, {EMAIL, SLACK}),
    "UploadFailuresCritical": (Severity.CRITICAL, {EMAIL, SMS, SLACK}),
    "StorageWarning": (Severity.WARNING, {EMAIL, SLACK}),
    "BandwidthWarning": (Severity.WARNING, {EMAIL, SLACK}),
    "CacheHitRateWarning": (Severity.WARNING, {EMAIL, SLACK}),
    "RequestRateWarning": (Severity.WARNING, {EMAIL, SLACK}),
    "DailyUploadsInfo": (Severity.INFO, set()),
    "StorageGrowthInfo": (Severity.INFO, set()),
    "CostIncreaseInfo": (Severity.INFO, set()),
    "UserAdoptionInfo": (Severity.INFO, set()),
}


@pytest.mark.parametrize("alert_id", GUIDE)
def test_the_guides_actions_exactly(alert_id: str) -> None:
    severity, channels = GUIDE[alert_id]
    assert CATALOGUE[alert_id].severity is severity
    assert set(CATALOGUE[alert_id].channels) == channels


def test_every_alert_has_its_heading_in_the_runbook() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert {rule.runbook for rule in CATALOGUE.values()} <= anchors


def test_only_our_own_alarms_have_a_rule() -> None:
    assert rule_of_alarm("avatar-system-StorageCritical", "avatar-system") is not None
    assert rule_of_alarm("other-system-StorageCritical", "avatar-system") is None
    assert rule_of_alarm("avatar-system-Unheard", "avatar-system") is None
