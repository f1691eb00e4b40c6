"""A pytest plugin: run the tests that a file names, in its order and no others, within a limit."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from local.mutants.bounds import bound, end_with_parent


def pytest_configure() -> None:
    """Take no more of a processor than `MUTANTS_LIMIT` seconds."""
    end_with_parent()
    bound(float(os.environ["MUTANTS_LIMIT"]))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what `MUTANTS_CHOSEN` names."""
    named: list[str] = json.loads(Path(os.environ["MUTANTS_CHOSEN"]).read_text())
    found = {item.nodeid: item for item in items}
    items[:] = [found[each] for each in named if each in found]
