"""Both dashboards drawn from what the emulator holds after a deployment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.dashboards.preview import write_pages

if TYPE_CHECKING:
    from pathlib import Path

    from local.scene import Scene

pytestmark = pytest.mark.e2e


def test_a_value_that_was_put_is_on_both_pages(scene: Scene, tmp_path: Path) -> None:
    end = datetime.now(UTC) - timedelta(days=9)  # nobody else plays then
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace="AvatarSystem/KPI",
        MetricData=[
            {"MetricName": "UserSatisfactionScore", "Value": 4.321,
             "Timestamp": end - timedelta(hours=2)}
        ],
    )  # fmt: skip
    pages = write_pages(scene.emulator, "avatar-system-eu-north-1", tmp_path, end)
    for page, written in zip(pages, ("4.321", "4.32"), strict=True):
        assert written in page.path.read_text()
        assert page.panels > 60
        assert "User satisfaction (of 5)" not in page.empty
        assert "Time to first byte" in page.empty


def test_a_dashboard_that_is_not_deployed_is_told(scene: Scene, tmp_path: Path) -> None:
    client = scene.emulator.client("cloudwatch")
    with pytest.raises(client.exceptions.ResourceNotFound):
        write_pages(scene.emulator, "nobodys", tmp_path, datetime.now(UTC))
