"""What can be changed in a module, each as one edit of its text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
LOOPS: dict[type[ast.stmt], type[ast.stmt]] = {ast.Break: ast.Continue, ast.Continue: ast.Break}
LARGE = 1000
LEVELS = {"debug", "info", "warning", "exception", "error"}


@dataclass(frozen=True, slots=True, order=True)
class Mutation:
    """One edit: the bytes from `start` to `end` (of the file in UTF-8) become `new`."""

    path: str
    start: int
    end: int
    line: int
    kind: str
    old: str
    new: str
    scope: int | None
    """First line of the innermost function around it, as its code object says; None: the module."""
    words: bool = False
    """Whether it changes a sentence: what somebody reads, and no program."""

    def applied(self, source: str) -> str:
        """Return the module with this change; raises SyntaxError when it is no module any more."""
        text = source.encode()
        changed = (text[: self.start] + self.new.encode() + text[self.end :]).decode()
        ast.parse(changed)
        return changed


def mutations(path: str, source: str) -> list[Mutation]:
    """Find all of a module's, in the order of its text; raises SyntaxError."""
    return sorted(_Finder(path, source).found())


class _Finder:
    def __init__(self, path: str, source: str) -> None:
        self._path, self._text = path, source.encode()
        self._lines = [0]
        for line in source.encode().splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._tree = ast.parse(source)

    def found(self) -> Iterator[Mutation]:
        yield from self._within(self._tree, None)

    def _within(self, node: ast.AST, scope: int | None) -> Iterator[Mutation]:
        for child in _mutable(node):
            if isinstance(child, ast.stmt | ast.expr):
                yield from self._edits(child, scope)
            yield from self._within(child, _scope(child, scope))

    def _edits(self, node: ast.stmt | ast.expr, scope: int | None) -> Iterator[Mutation]:
        start = self._lines[node.lineno - 1] + node.col_offset
        end = self._lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        for kind, changed in _variants(node):
            text = ast.unparse(changed)
            new = text if isinstance(changed, ast.stmt) else f"({text})"
            old = self._text[start:end].decode()
            words = _text(node) and old.count(" ") > 1
            yield Mutation(self._path, start, end, node.lineno, kind, old, new, scope, words)


def _scope(node: ast.AST, scope: int | None) -> int | None:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return scope
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """Pass over what says nothing at run time, or only to logs."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "type_comment"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _silent(node, child):
                yield child


def _silent(parent: ast.AST, node: ast.AST) -> bool:
    match node:
        case (
            ast.Import()
            | ast.ImportFrom()
            | ast.TypeAlias()
            | ast.expr_context()
            | ast.Expr(value=ast.Constant(value=str()))  # a docstring
            | ast.If(test=ast.Name(id="TYPE_CHECKING"))
            | ast.keyword(arg="strict")  # of zip: as an assert, it says what holds
            | ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")])
        ):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=level))):
            return level in LEVELS
        case ast.Constant(value=str()) if _is_type_of_cast(parent, node):
            return True
        case ast.Constant():  # the text between an f-string's fields has no place of its own
            return isinstance(parent, ast.JoinedStr)
        case ast.JoinedStr():  # how a field of an f-string is formatted
            return isinstance(parent, ast.FormattedValue)
    return False


def _is_type_of_cast(parent: ast.AST, node: ast.AST) -> bool:
    match parent:
        case ast.Call(func=ast.Name(id="cast"), args=[kind, *_]):
            return kind is node
    return False


def _variants(node: ast.stmt | ast.expr) -> Iterator[tuple[str, ast.stmt | ast.expr]]:  # noqa: C901 - one case a kind
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            yield "comparison", _with(node, ops=[COMPARISONS[type(operator)]()])
        case ast.BoolOp(op=operator):
            yield (
                "and, or",
                _with(node, op=ast.Or() if isinstance(operator, ast.And) else ast.And()),
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield "branches", ast.IfExp(test, orelse, body)
        case ast.BinOp(op=operator, left=left) if type(operator) in ARITHMETIC and not _text(left):
            yield "arithmetic", _with(node, op=ARITHMETIC[type(operator)]())
        case ast.Constant(value=value):
            yield from _constants(value)
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield "call", _with(node, func=ast.Name(CALLS[name]))
        case ast.Return(value=value) if value is not None and not _none(value):
            yield "function's result", ast.Return(ast.Constant(None))
        case ast.AugAssign(op=operator) if type(operator) in ARITHMETIC:
            yield "arithmetic", _with(node, op=ARITHMETIC[type(operator)]())
        case ast.Break() | ast.Continue():
            yield "loop", LOOPS[type(node)]()
        case ast.Expr(value=ast.Call()):
            yield "statement", ast.Pass()


def _constants(value: object) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        # one more of a billion is the same to everybody
        yield "constant", ast.Constant(value + 1 if abs(value) < LARGE else value * 2)
    elif isinstance(value, str):
        yield "constant", ast.Constant(f"{value}~")


def _with(node: ast.AST, **fields: object) -> ast.stmt | ast.expr:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    assert isinstance(changed, ast.stmt | ast.expr)  # noqa: S101 - it was one
    return changed


def _text(node: ast.stmt | ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
