"""Which tests a mutant is tried with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.mutants import areas, choosing
from local.mutants.choosing import Reach
from local.mutants.mutations import Mutation
from local.paths import ROOT

SECONDS = {"t/a.py::one": 3.0, "t/a.py::two": 1.0, "t/b.py::three": 2.0}
CALLERS = {
    "functions/a/b.py:5": frozenset({"t/a.py::one", "t/b.py::three", "t/a.py::failing"}),
    "functions/a/b.py:9": frozenset({"t/b.py::three"}),
}


def mutant(scope: int | None, path: str = "functions/a/b.py") -> Mutation:
    return Mutation(path, 0, 1, 5, "constant", "1", "(2)", scope)


def test_the_callers_of_its_function_the_quickest_first() -> None:
    reach = Reach(SECONDS, CALLERS)
    assert choosing.reaching(mutant(5), reach) == ["t/b.py::three", "t/a.py::one"]
    assert choosing.reaching(mutant(7), reach) == ["t/b.py::three", "t/a.py::one"], "at import"
    assert choosing.reaching(mutant(7, "functions/a/c.py"), reach) == []


def test_a_line_of_the_module_concerns_all_who_know_the_module() -> None:
    reach = Reach(SECONDS, CALLERS, {"a.b": frozenset({"t/a.py"})})
    assert choosing.reaching(mutant(None), reach) == ["t/a.py::two", "t/b.py::three", "t/a.py::one"]


def test_who_names_the_package_knows_the_modules_that_it_is_made_of() -> None:
    reach = Reach(SECONDS, {}, {"a.b": frozenset({"t/b.py"}), "a": frozenset({"t/a.py"})})
    assert choosing.reaching(mutant(None, "functions/a/b/c.py"), reach) == ["t/b.py::three"]
    assert choosing.reaching(mutant(None, "functions/a/b/c/d.py"), reach) == ["t/b.py::three"]
    assert choosing.reaching(mutant(None, "functions/a/c.py"), reach) == [], "all name the root"
    other = Reach(SECONDS, {}, {"a.b": frozenset({"t/b.py"}), "a.b.c": frozenset({"t/none.py"})})
    assert choosing.reaching(mutant(None, "functions/a/b/c.py"), other) == ["t/b.py::three"]
    named = Reach(SECONDS, {}, {"a.b": frozenset({"t/b.py"}), "a.b.c": frozenset({"t/a.py"})})
    assert choosing.reaching(mutant(None, "functions/a/b/c.py"), named)[0] == "t/a.py::two"


def test_what_stands_beside_the_callers_comes_after_them() -> None:
    assert choosing.beside(["t/a.py::one"], Reach(SECONDS)) == ["t/a.py::two"]


def test_their_own_time_is_what_counts_and_one_is_always_run() -> None:
    tests = sorted(SECONDS, key=lambda each: SECONDS[each])
    reach = Reach(SECONDS)
    assert choosing.within(tests, reach, 3.5) == ["t/a.py::two", "t/b.py::three"]
    assert choosing.within(tests, reach, 0.1) == ["t/a.py::two"]


def test_what_a_file_shares_is_made_once_and_a_mutant_has_two_rounds() -> None:
    assert choosing.together(["t/a.py::two", "t/b.py::three", "t/a.py::one"]) == [
        "t/a.py::two", "t/a.py::one", "t/b.py::three",
    ]  # fmt: skip
    callers = {"functions/a/b.py:5": frozenset({"t/a.py::one"})}
    assert choosing.rounds(mutant(5), Reach(SECONDS, callers), 9) == [
        ["t/a.py::one"], ["t/a.py::two"],
    ]  # fmt: skip
    assert choosing.rounds(mutant(7, "functions/c.py"), Reach(SECONDS, callers), 9) == []


def test_what_a_catalogue_says_is_tried_with_the_test_of_what_is_generated() -> None:
    file = choosing.GENERATED.split("::")[0]
    reach = Reach(
        {"t/a.py::quick": 1.0, choosing.GENERATED: 5.0},
        importers={"avatarwatch.kpis": frozenset({"t/a.py", file})},
    )
    of_module = mutant(None, "layers/shared/avatarwatch/kpis.py")
    assert choosing.rounds(of_module, reach, 2) == [["t/a.py::quick"], [choosing.GENERATED]]
    other = mutant(None, "layers/shared/avatarwatch/mutes.py")
    assert choosing.rounds(other, reach, 2) == []


def test_a_fixture_that_tests_share_counts_for_each_of_them(tmp_path: Path) -> None:
    seen = {
        "called": {"t.py::one": ["f.py:1"], "fixture:world": ["f.py:2"]},
        "fixtures": {"t.py::one": ["world"], "t.py::two": ["world"], "t.py::three": []},
        "seconds": {"t.py::one": 1.0, "t.py::two": 2.0, "t.py::three": 3.0},
        "failed": ["t.py::two"],
        "made": {},
    }
    (tmp_path / "1.json").write_text(json.dumps(seen))
    reach = choosing.read_reach(tmp_path, tmp_path)
    assert reach.callers == {
        "f.py:1": {"t.py::one"},
        "f.py:2": {"t.py::one", "t.py::two"},
    }
    assert reach.seconds.keys() == {"t.py::one", "t.py::three"}, "one fails without any mutant"


def test_what_tests_share_is_time_of_each_for_any_may_be_the_first(tmp_path: Path) -> None:
    seen = {
        "called": {},
        "fixtures": {"t.py::first": ["world"], "t.py::second": ["world"], "t.py::own": ["tmp"]},
        "seconds": {"t.py::first": 9.5, "t.py::second": 0.5, "t.py::own": 0.25},
        "failed": [],
        "made": {"world": 9.0},
    }
    (tmp_path / "1.json").write_text(json.dumps(seen))
    reach = choosing.read_reach(tmp_path, tmp_path)
    assert reach.seconds == {"t.py::first": 9.5, "t.py::second": 9.0, "t.py::own": 0.25}
    assert reach.ordered(reach.seconds)[0] == "t.py::own"


def test_modules_that_a_test_names(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("from a.b import c, d\n\ndef f():\n    import e.g\n")
    found = choosing.named({"tests/test_x.py": file})
    assert set(found) == {"a.b", "a.b.c", "a.b.d", "e.g"}
    assert choosing.module_name("layers/shared/avatarwatch/units.py") == "avatarwatch.units"
    assert choosing.module_name("functions/a/__init__.py") == "a"
    assert choosing.module_name("local/generate/alarms.py") == "local.generate.alarms"


def test_who_names_what_imports_a_module_comes_after_who_names_it(tmp_path: Path) -> None:
    for name, text in {
        "layers/shared/data.py": "", "functions/made/of.py": "from data import TABLE",
        "local/page.py": "import made.of", "local/other.py": "import data",
        "tests/near.py": "import data", "tests/far.py": "from local import page",
        "tests/middle.py": "import local.other", "tests/none.py": "import json",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    seconds = {f"tests/{each}.py::test": 1.0 for each in ("far", "middle", "near", "none")}
    (tmp_path / "1.json").write_text(
        json.dumps({"called": {}, "fixtures": {}, "seconds": seconds, "failed": [], "made": {}})
    )
    reach = choosing.read_reach(tmp_path, tmp_path)
    one = mutant(None, "layers/shared/data.py")
    assert choosing.rounds(one, reach, 9) == [
        ["tests/near.py::test"],
        ["tests/middle.py::test", "tests/far.py::test"],
    ]


@pytest.mark.parametrize("pattern", areas.RENDERING)
def test_what_counts_as_pages_and_words_is_there(pattern: str) -> None:
    assert list(ROOT.glob(pattern)), pattern


def test_areas() -> None:
    assert areas.area("functions/health_polling/judge.py", words=False) == "health_polling"
    assert areas.area("layers/shared/avatarwatch/units.py", words=False) == "avatarwatch"
    assert areas.area("functions/health_polling/judge.py", words=True) == areas.WORDS
    assert areas.area("functions/health_polling/page/html.py", words=False) == areas.WORDS
