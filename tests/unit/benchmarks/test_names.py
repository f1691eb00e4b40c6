"""`make bench` offers what there is."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import NAMES, main

FOLDER = Path(benchmarks.__file__).parent


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_a_measurement(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert callable(module.run)
    assert callable(module.key_figures)


def test_every_measurement_has_a_name() -> None:
    found = {path.stem for path in FOLDER.glob("*.py") if "\ndef run(" in path.read_text("utf-8")}
    assert found == set(NAMES)
    assert not [
        path for path in FOLDER.glob("parts/*.py") if "\ndef run(" in path.read_text("utf-8")
    ]


def test_the_names_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out.split() == NAMES
    assert main(["nonsense"]) == 2
    assert "there are: access_logs, alarms, chat, coldstart" in capsys.readouterr().err
