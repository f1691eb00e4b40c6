"""What each report says, from beginning to end, of rich, sparse and empty data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import html5lib
import pytest

from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld
from reporting.spans import Kind

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

NOW = scenes.later(6)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("scene", [scenes.rich, scenes.sparse, scenes.empty])
def test_a_report(
    snapshot: SnapshotAssertion, scene: Callable[[], ReportWorld], kind: Kind
) -> None:
    world = scene()
    world.run({"report": kind, "date": "2026-11-30"}, scenes.later(24 * 8))
    [page] = [each.text for name, each in world.kept.items() if name.endswith("/index.html")]
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    said = [" ".join(text.split()) for text in tree.find(".//main").itertext()]
    assert "\n".join(filter(None, said)) == snapshot


@pytest.mark.parametrize("scene", [scenes.rich, scenes.sparse, scenes.empty])
def test_a_message(snapshot: SnapshotAssertion, scene: Callable[[], ReportWorld]) -> None:
    world = scene()
    world.run({"report": "daily"}, NOW)
    [told] = world.told
    assert json.dumps(told.as_json(), indent=1, ensure_ascii=False) == snapshot
