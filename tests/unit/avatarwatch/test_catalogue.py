"""The catalogue of alerts, held to the guide's actions and to the runbook."""

from __future__ import annotations

import re

import pytest

from avatarwatch.catalogue import CATALOGUE, ChannelKind, Severity, rule_of_alarm
from local.paths import ROOT

CHAT, PAGE = ChannelKind.CHAT, ChannelKind.PAGE
MAIL, TEXT = ChannelKind.MAIL, ChannelKind.TEXT

# typed from the guide's matrix; Slack besides for all but info
GUIDE = {
    "StorageCritical": (Severity.CRITICAL, {MAIL, TEXT, CHAT}),
    "ErrorRateCritical": (Severity.CRITICAL, {MAIL, PAGE, CHAT}),
    "CdnLatencyCritical": (Severity.CRITICAL, {MAIL, CHAT}),
    "UploadFailuresCritical": (Severity.CRITICAL, {MAIL, TEXT, CHAT}),
    "StorageWarning": (Severity.WARNING, {MAIL, CHAT}),
    "BandwidthWarning": (Severity.WARNING, {MAIL, CHAT}),
    "CacheHitRateWarning": (Severity.WARNING, {MAIL, CHAT}),
    "RequestRateWarning": (Severity.WARNING, {MAIL, CHAT}),
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
