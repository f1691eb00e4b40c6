"""CloudWatch Logs Insights, as far as the dashboard asks: filter, fields, stats, sort, limit.

The emulator's Insights has no ``stats``, so its log lines are read and counted here. Source: User
Guide, "CloudWatch Logs Insights language query syntax": a JSON boolean is 1 or 0, a field that is
not there is in no statistic, ``pct`` is approximate on AWS (the nearest rank here). Expressions
are put into Python's spelling and read by Python's parser; whatever is not written down raises.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local.dashboards.panels import DashboardError

type Value = str | float | None
type Event = Mapping[str, Value]
"""A log line's fields, booleans as 1 and 0; ``@timestamp`` in seconds."""

_SOURCE = re.compile(r"SOURCE '([^']+)'")
_EQUALS = re.compile(r'("[^"]*")|(?<![=!<>])=(?!=)')
_SPANS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_BIN = re.compile(r"bin\((\d+[mhd])\)")
_LIMIT = 1_000  # rows without a limit, as on AWS (10,000 with one)
_TIME = "timestamp"  # @timestamp in Python's spelling


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: its columns and rows, as Insights shows them."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    node: ast.expr


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read; ``fields`` are those of a log line that it names."""

    group: str
    commands: tuple[tuple[str, str], ...]
    fields: frozenset[str]

    def answer(self, events: Iterable[Event]) -> Answer:
        """Run it over events."""
        rows: list[Event] = list(events)
        heads: tuple[str, ...] = ()
        for command, rest in self.commands:
            match command:
                case "filter":
                    condition = _parsed(rest)
                    rows = [row for row in rows if _number(condition, row)]
                case "fields":
                    columns = _columns(rest)
                    rows = [dict(row) | {c.name: _scalar(c.node, row) for c in columns}
                            for row in rows]  # fmt: skip
                    heads = tuple(column.name for column in columns)
                case "stats":
                    heads, rows = _stats(rest, rows)
                case "sort":
                    rows = _sorted(rest, rows)
                case "limit":
                    rows = rows[: int(rest)]
        return Answer(
            heads, tuple(tuple(_shown(row.get(h)) for h in heads) for row in rows[:_LIMIT])
        )


def read_query(text: str) -> Query:
    """Read a log widget's query; raises DashboardError for what is not run here."""
    source, *parts = (part.strip() for part in text.split("|"))
    found = _SOURCE.fullmatch(source)
    if not found:
        raise DashboardError(f"the query has no source: {source}")
    commands = [_split(part) for part in parts]
    named: set[str] = set()
    made: set[str] = set()
    for command, rest in commands:
        if command in {"filter", "fields", "stats"}:
            body, _, by = rest.partition(" by ")
            columns = [] if command == "filter" else [*_columns(body), *_columns(by)]
            nodes = [_parsed(rest)] if command == "filter" else [c.node for c in columns]
            named |= {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}
            named -= made | _FUNCTIONS.keys() | {"ispresent", "floor", "bin"}
            made |= {c.name for c in columns if not isinstance(c.node, ast.Name)}
    return Query(found[1], tuple(commands), frozenset(named))


def _split(part: str) -> tuple[str, str]:
    command, _, rest = part.partition(" ")
    if command not in {"filter", "fields", "stats", "sort", "limit"} or not rest:
        raise DashboardError(f"not run here: {part}")
    return command, rest.strip()


def _parsed(text: str) -> ast.expr:
    python = _EQUALS.sub(lambda m: m[1] or "==", text.strip())
    python = _BIN.sub(r'bin("\1")', python.replace("count(*)", "count()"))
    try:
        return ast.parse(python.replace("@timestamp", _TIME), mode="eval").body
    except SyntaxError as error:
        raise DashboardError(f"not run here: {text}") from error


def _columns(text: str) -> list[_Column]:
    found = []
    for part in filter(None, re.split(r",(?![^()]*\))", text)):
        expression, _, alias = part.strip().partition(" as ")
        found.append(_Column(alias.strip() or expression, _parsed(expression)))
    return found


def _stats(rest: str, rows: Sequence[Event]) -> tuple[tuple[str, ...], list[Event]]:
    made, _, by = rest.partition(" by ")
    columns, keys = _columns(made), _columns(by)
    groups: dict[tuple[Value, ...], list[Event]] = {}
    for row in rows:
        groups.setdefault(tuple(_scalar(key.node, row) for key in keys), []).append(row)
    found: list[Event] = [
        dict(zip((key.name for key in keys), values, strict=True))
        | {column.name: _statistic(column.node, group) for column in columns}
        for values, group in groups.items()
    ]
    return tuple(each.name for each in (*keys, *columns)), found


def _sorted(rest: str, rows: Sequence[Event]) -> list[Event]:
    name, _, order = rest.partition(" ")
    if order not in {"asc", "desc"}:
        raise DashboardError(f"not run here: sort {rest}")
    known = [row for row in rows if row.get(name) is not None]
    none = [row for row in rows if row.get(name) is None]
    return [*sorted(known, key=lambda row: row[name], reverse=order == "desc"), *none]  # type: ignore[arg-type,return-value]  # one field has one type


def _number(node: ast.expr, row: Event) -> float:
    value = _scalar(node, row)
    return value if isinstance(value, float) else 0.0


def _scalar(node: ast.expr, row: Event) -> Value:  # noqa: PLR0911 - one for each kind
    """Evaluate an expression of one line."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return row.get("@timestamp" if name == _TIME else name)
        case ast.BoolOp(op=ast.And(), values=parts):
            return float(all(_number(part, row) for part in parts))
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return float(_scalar(left, row) == _scalar(right, row))
        case ast.Call(func=ast.Name(id="ispresent"), args=[ast.Name(id=name)]):
            return float(row.get(name) is not None)
        case ast.Call(func=ast.Name(id="floor"), args=[inner]):
            value = _scalar(inner, row)
            return float(math.floor(value)) if isinstance(value, float) else None
        case ast.Call(func=ast.Name(id="bin"), args=[ast.Constant(value=str(span))]):
            return _binned(row, int(span[:-1]) * _SPANS[span[-1]])
        case ast.BinOp(left=left, op=ast.Div() | ast.Mult() as sign, right=right):
            return _combined(sign, _scalar(left, row), _scalar(right, row))
    raise DashboardError(f"not run here: {ast.unparse(node)}")


def _statistic(node: ast.expr, rows: Sequence[Event]) -> Value:
    """Evaluate an expression of a group of lines."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Call(func=ast.Name(id="count"), args=[]):
            return float(len(rows))
        case ast.Call(func=ast.Name(id=name), args=[field, *rest]) if name in _FUNCTIONS:
            values = [value for row in rows if (value := _scalar(field, row)) is not None]
            return _FUNCTIONS[name](values, *(_scalar(each, {}) for each in rest))
        case ast.BinOp(left=left, op=ast.Div() | ast.Mult() as sign, right=right):
            return _combined(sign, _statistic(left, rows), _statistic(right, rows))
    raise DashboardError(f"not run here: {ast.unparse(node)}")


def _combined(sign: ast.operator, left: Value, right: Value) -> Value:
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    if isinstance(sign, ast.Mult):
        return left * right
    return left / right if right else None


def _numbers(values: Sequence[Value]) -> list[float]:
    return [value for value in values if isinstance(value, float)]


def _percentile(values: Sequence[Value], percent: float) -> Value:
    ordered = sorted(_numbers(values))
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None


def _mean(values: Sequence[Value]) -> Value:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "count": lambda values: float(len(values)),
    "count_distinct": lambda values: float(len(set(values))),
    "sum": lambda values: sum(_numbers(values)),
    "avg": _mean,
    "pct": _percentile,
}


def _binned(row: Event, span: timedelta) -> Value:
    at = row["@timestamp"]
    if not isinstance(at, float):
        raise DashboardError("an event without a time")
    start = datetime.fromtimestamp(at - at % span.total_seconds(), UTC)
    return f"{start:%Y-%m-%d %H:%M}"


def _shown(value: Value) -> str:
    """Write a value as Insights does: four decimals at most."""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return value or ""
