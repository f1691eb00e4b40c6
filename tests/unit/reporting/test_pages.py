"""Pages are valid HTML whatever was read, nothing in them is markup, and no cell is a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from typing import Any

import html5lib
import pytest
from hypothesis import Phase, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from avatarwatch.units import lasting
from fakes import reporting_scenes as scenes
from fakes.reporting import SETTINGS, ReportWorld
from reporting.page.files import FORMULAS

HOSTILE = "<script>alert(1)</script>\"&'</title><img src=x onerror=alert(1)>"
AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)


def pages(world: ReportWorld) -> dict[str, str]:
    return {n: each.text for n, each in world.kept.items() if n.endswith(".html")}


def parsed(text: str) -> Any:
    """Parse a page as browsers do; raises where a browser would have to mend it."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


@pytest.mark.parametrize("scene", [scenes.rich, scenes.sparse, scenes.empty])
@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_each_page_is_valid_and_whole(scene: Any, kind: str) -> None:
    world = scene()
    world.run({"report": kind, "date": "2026-11-29"}, scenes.later(24 * 8))
    assert len(pages(world)) == 2
    for text in pages(world).values():
        tree = parsed(text)
        assert tree.find(".//script") is None
        loaded = [e for e in tree.iter() if e.get("src") or e.tag in {"link", "iframe", "object"}]
        assert loaded == []
        ids = [each.get("id") for each in tree.iter() if each.get("id")]
        assert len(ids) == len(set(ids))
        levels = [int(each.tag[1]) for each in tree.iter() if each.tag in {"h1", "h2", "h3"}]
        assert levels[0] == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def hostile(text: str) -> ReportWorld:
    world = scenes.sparse()
    world.settings = replace(SETTINGS, system_name=f"sys {text}", buckets=(f"b {text}",))
    world.answers["s3"] = dict.fromkeys(world.answers["s3"], "AccessDenied")
    world.answers["backup"] = {"ListRecoveryPointsByResource": "AccessDenied"}
    world.episode("ErrorRateCritical", AT, 5.0, sentence=f"said {text}", name=f"n {text}",
                  alert_id=None)  # fmt: skip
    world.cost_run(AT.date(), {"level": text, "buckets": {text: {"line": text, "outcome": text}}})
    return world


def test_markup_in_names_is_text() -> None:
    world = hostile(HOSTILE)
    world.settings = replace(world.settings, buckets=())
    for kind in ("daily", "weekly", "monthly"):
        world.run({"report": kind, "date": "2026-11-30"}, scenes.later(24 * 8))
    for name, text in pages(world).items():
        assert "<script" not in text
        assert "<img" not in text
        assert parsed(text) is not None, name
    daily = "".join(parsed(pages(world)["daily/2026-11-30/index.html"]).itertext())
    assert f"said {HOSTILE}" in daily
    assert f"n {HOSTILE}" in daily


@given(texts)
@budget(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_any_text_stays_text(text: str) -> None:
    world = hostile(text)
    world.settings = replace(world.settings, buckets=())
    world.run({"report": "daily", "date": "2026-11-30"}, scenes.later(24 * 8))
    for page in pages(world).values():
        assert {each.tag.split("}")[-1] for each in parsed(page).iter()} <= ELEMENTS
    for name, file in world.kept.items():
        if name.endswith(".csv"):
            for row in csv.reader(StringIO(file.text, newline="")):
                for cell in row:
                    is_number = cell.removeprefix("-").replace(".", "").replace("e-", "").isdigit()
                    assert is_number or not cell.lstrip(" ").startswith(FORMULAS), cell


ELEMENTS = set(
    "html head meta title style body main header p a h1 h2 h3 ul ol li b span section div table"
    " thead tbody tr th td details summary figure figcaption svg rect line path circle text footer"
    .split()
)  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", " =1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\uff1d1"])
def test_a_formula_is_a_text(text: str) -> None:
    world = scenes.sparse()
    world.episode("X", AT, 5.0, sentence=text, alert_id=None, name=text)
    world.run({"report": "daily", "date": "2026-11-30"}, scenes.later(7))
    table = world.kept["daily/2026-11-30/incidents.csv"].text
    [row] = list(csv.DictReader(StringIO(table, newline="")))
    assert row["said"] == f"'{text}"
    assert row["name"] == f"'{text}"


def test_durations() -> None:
    assert [lasting(each * 60) for each in (0.2, 1, 119.6, 150, 3000)] == [
        "12 s", "1 min", "120 min", "2.5 h", "50 h"
    ]  # fmt: skip
