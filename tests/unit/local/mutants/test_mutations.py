"""What is changed in a module, and what is left alone."""

from __future__ import annotations

import ast

import pytest

from local.mutants.mutations import Mutation, mutations


def edits(source: str) -> list[tuple[str, str]]:
    return [(each.old, each.new) for each in mutations("functions/a.py", source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a < b", [("a < b", "(a <= b)")]),
        ("a is None", [("a is None", "(a is not None)")]),
        ("a in b", [("a in b", "(a not in b)")]),
        ("a and b", [("a and b", "(a or b)")]),
        ("not a", [("not a", "(a)")]),
        ("a if b else c", [("a if b else c", "(c if b else a)")]),
        ("a + b", [("a + b", "(a - b)")]),
        ("a += b", [("a += b", "a -= b")]),
        ("7", [("7", "(8)")]),
        ("x = 0.5", [("0.5", "(1.5)")]),
        ("x = 1e9", [("1e9", "(2000000000.0)")]),
        ("x = True", [("True", "(False)")]),
        ("x = 'key'", [("'key'", "('key~')")]),
        ("min(a)", [("min(a)", "(max(a))"), ("min(a)", "pass")]),
        ("save(a)", [("save(a)", "pass")]),
        ("x = cast(int, 'a')", [("'a'", "('a~')")]),
        ("def f():\n    return a", [("return a", "return None")]),
        ("for a in b:\n    continue", [("continue", "break")]),
        ("x = f'{a + b}'", [("a + b", "(a - b)")]),
        ("match a:\n    case 'x':\n        b", [("'x'", "('x~')")]),
    ],
)
def test_each_kind_of_change(source: str, found: list[tuple[str, str]]) -> None:
    assert sorted(edits(source)) == sorted(found)


@pytest.mark.parametrize(
    "source",
    [
        '"""What it is for."""',
        "import a",
        "def f(a: 'int' = b) -> 'int':\n    '''Say.'''",
        "@cached(3)\ndef f(): ...",
        "if TYPE_CHECKING:\n    x = 1",
        "__all__ = ['a']",
        "logger.info('a', b=1)",
        "x = zip(a, b, strict=True)",
        "x = f'a{b:>3}'",
        "def f():\n    return None",
        "type A = Annotated[int, 3]",
        "x = cast('int', a)",
    ],
)
def test_what_says_nothing_at_run_time_stays(source: str) -> None:
    assert [pair for pair in edits(source) if "..." not in pair[0]] == []


def test_a_change_is_made_where_it_was_found_whatever_stands_before() -> None:
    source = 'x = "Zürich" if a else "Genève"  # 🔴\ny = b < 3\n'
    for mutation in mutations("functions/a.py", source):
        changed = mutation.applied(source)
        assert changed != source
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source))
    [comparison] = [each for each in mutations("functions/a.py", source) if each.line == 2][:1]
    assert comparison.applied(source).endswith("y = (b <= 3)\n")


def test_what_is_no_module_any_more_is_refused() -> None:
    broken = Mutation("functions/a.py", 0, 1, 1, "constant", "a", ")", None)
    with pytest.raises(SyntaxError):
        broken.applied("a = 1")


def test_the_scope_is_the_function_as_its_code_object_names_it() -> None:
    source = "x = 1\n\n@cached\n@other\ndef f():\n    y = 2\n    def g():\n        return 3\n"
    scopes = {each.old: each.scope for each in mutations("functions/a.py", source)}
    space: dict[str, object] = {"cached": lambda f: f, "other": lambda f: f}
    exec(compile(source, "a", "exec"), space)  # noqa: S102 - the text above
    code = space["f"].__code__  # type: ignore[attr-defined]
    assert scopes == {"1": None, "2": code.co_firstlineno, "3": 7, "return 3": 7}


def test_sentences_are_told_from_keys() -> None:
    words = {each.old: each.words for each in mutations("a", "x = 'its name is wrong', 'a key'")}
    assert words == {"'its name is wrong'": True, "'a key'": False}
