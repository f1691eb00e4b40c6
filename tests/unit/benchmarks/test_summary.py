"""What was measured is kept, judged by its goal, and shown; what broke is named."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.__main__ as command
from benchmarks.parts import summary
from benchmarks.parts.summary import Figure, Measured
from local.paths import ROOT


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "FOLDER", tmp_path / "bench")
    monkeypatch.setattr(summary, "PAGE", tmp_path / "results.md")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_goal_is_met_on_its_side(value: float, goal: float) -> None:
    assert Figure("x", value, at_most=goal).is_met is (value <= goal)
    assert Figure("x", value, at_least=goal).is_met is (value >= goal)
    assert Figure("x", value).is_met is None


def test_what_was_measured_stands_on_the_page() -> None:
    figures = [Figure("lines", 1234567.0, "a second", at_least=2.0, beside="csv|split")]
    measured = Measured.now("logs", figures, {"raw": 1})
    text = summary.page([measured], "", ["logs"])
    assert "| logs | lines | 1,234,567 a second | at least 2 | csv\\|split | met |" in text
    assert f"- logs: {measured.at} UTC, {measured.machine}" in text


def test_each_missed_goal_says_why() -> None:
    figures = [
        Figure("speed", 1.0, at_least=2.0, why="one core"),
        Figure("size", 3.0, at_most=2.0),
        Figure("calls", 1.0, at_most=2.0, why="not told, as it is met"),
    ]
    first = summary.page([Measured.now("logs", figures)], "", ["logs", "other"])
    missed = ["- logs, speed: one core", f"- logs, size: {summary.UNEXPLAINED}"]
    assert [line for line in first.splitlines() if line.startswith("- logs, ")] == missed
    then = summary.page([Measured.now("other", [])], first, ["logs", "other"])
    assert [line for line in then.splitlines() if line.startswith("- logs, ")] == missed
    met = [Figure("speed", 3.0, at_least=2.0, why="one core")]
    assert "Missed" not in summary.page([Measured.now("logs", met)], then, ["logs", "other"])


def test_no_goal_of_the_last_measurement_is_missed_without_a_reason() -> None:
    text = (ROOT / "benchmarks" / "results.md").read_text()
    rows = [line.split(" | ") for line in text.splitlines() if line.endswith("| missed |")]
    missed = [f"- {row[0].removeprefix('| ')}, {row[1]}: " for row in rows]
    assert [each for each in missed if f"\n{each}" not in text] == []
    assert summary.UNEXPLAINED not in text


@given(
    st.lists(st.lists(st.sampled_from(["ab", "abc", "b", "gone"]), unique=True), max_size=5),
)
def test_each_stands_with_its_last_figures(runs: list[list[str]]) -> None:
    text, last = "", dict[str, int]()
    names = ["ab", "abc", "b"]
    for number, run in enumerate(runs):
        found = [Measured.now(name, [Figure("x", number)]) for name in run]
        text = summary.page(found, text, names)
        last |= {name: number for name in run if name in names}
    rows = [line for line in text.splitlines() if line.startswith(("| a", "| b", "| g"))]
    assert rows == [f"| {n} | x | {last[n]} |  |  |  |" for n in names if n in last]
    assert [line.split(":")[0] for line in text.splitlines() if line.startswith("- ")] == [
        f"- {name}" for name in names if name in last
    ]


def _module(run: Any) -> types.SimpleNamespace:
    return types.SimpleNamespace(
        run=run, key_figures=lambda found: [Figure("seconds", found["seconds"], "s", at_most=5)]
    )


def test_one_that_breaks_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(_: Any) -> Any:
        raise RuntimeError("no peer here")

    modules = {
        "benchmarks.broken": _module(breaks),
        "benchmarks.sound": _module(lambda _: {"seconds": 7.25}),
    }
    monkeypatch.setattr(command, "NAMES", ["broken", "sound"])
    monkeypatch.setattr("importlib.import_module", modules.__getitem__)
    earlier = Measured.now("broken", [Figure("seconds", 3.0, "s", at_most=5)])
    summary.PAGE.write_text(summary.page([earlier], "", ["broken"]))
    assert command.main(["all"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "RuntimeError" in shown
    assert "no peer here" in shown
    text = summary.PAGE.read_text()
    assert "| sound | seconds | 7.25 s | at most 5 |  | missed |" in text
    assert "| broken | seconds | 3 s | at most 5 |  | met |" in text
    assert command.main(["sound"]) == 0
