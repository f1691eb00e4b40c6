"""The page of KPIs says what the catalogue says."""

from __future__ import annotations

from avatarwatch.kpis import KPIS
from local.kpi_page import PAGE, page


def test_the_page_is_that_of_the_catalogue() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m local.kpi_page"


def test_every_kpi_is_on_it() -> None:
    written = page()
    assert all(f"**{metric}**" in written for metric in KPIS)
