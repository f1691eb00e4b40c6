"""CloudWatch Logs Insights, as far as the dashboard asks: filter, fields, stats, sort, limit.

The emulator's Insights has no ``stats``, so its log lines are read and counted here. The grammar is
the AWS contract's. Source: User Guide, "CloudWatch Logs Insights language query syntax": a JSON
boolean is 1 or 0, a field that is not there is in no statistic, ``pct`` is approximate on AWS (the
nearest rank here). What is not written down here raises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aws_contract import insights as grammar
from aws_contract.insights_tree import Call, Column, Command, Field, Literal, Node, Operation
from aws_contract.insights_words import QueryError
from local.dashboards.panels import (
    DashboardError,
)

type Value = str | float | None
type Event = Mapping[str, Value]
"""A log line's fields, booleans as 1 and 0; ``@timestamp`` in seconds."""

_SOURCE = re.compile(r"SOURCE '([^']+)'")
_SPANS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN = re.compile(r"(\d+)([mhd])")
_LIMIT = 1_000  # rows without a limit, as on AWS (10,000 with one)
_RUN = frozenset({"filter", "fields", "stats", "sort", "limit"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: its columns and rows, as Insights shows them."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read."""

    group: str
    commands: tuple[Command, ...]

    def answer(self, events: Iterable[Event]) -> Answer:
        """Run it over events."""
        rows: list[Event] = list(events)
        heads: tuple[str, ...] = ()
        for command in self.commands:
            match command:
                case Command("filter", columns=(Column(node=condition),)):
                    rows = [row for row in rows if _number(condition, row)]
                case Command("fields", columns=columns):
                    rows = [dict(row) | {c.name: _scalar(c.node, row) for c in columns}
                            for row in rows]  # fmt: skip
                    heads = tuple(column.name for column in columns)
                case Command("stats", columns=columns, by=by):
                    heads, rows = _stats(columns, by, rows)
                case Command("sort", columns=(key,)):
                    rows = _sorted(key, rows)
                case Command("limit", columns=(Column(node=Literal(float(most))),)):
                    rows = rows[: int(most)]
                case _:
                    raise DashboardError(f"not run here: {command.name} {command.text}")
        return Answer(
            heads, tuple(tuple(_shown(row.get(h)) for h in heads) for row in rows[:_LIMIT])
        )


def read_query(text: str) -> Query:
    """Read a log widget's query; raises DashboardError for what is not run here."""
    source, _, rest = text.partition("|")
    found = _SOURCE.fullmatch(source.strip())
    if not found:
        raise DashboardError(f"the query has no source: {source}")
    try:
        commands = grammar.read(rest)
    except QueryError as error:
        raise DashboardError(str(error)) from error
    for command in commands:
        if command.name not in _RUN:
            raise DashboardError(f"not run here: {command.name} {command.text}")
    return Query(found[1], commands)


def _stats(
    columns: Sequence[Column], keys: Sequence[Column], rows: Sequence[Event]
) -> tuple[tuple[str, ...], list[Event]]:
    groups: dict[tuple[Value, ...], list[Event]] = {}
    for row in rows:
        groups.setdefault(tuple(_scalar(key.node, row) for key in keys), []).append(row)
    found: list[Event] = [
        dict(zip((key.name for key in keys), values, strict=True))
        | {column.name: _statistic(column.node, group) for column in columns}
        for values, group in groups.items()
    ]
    return tuple(each.name for each in (*keys, *columns)), found


def _sorted(key: Column, rows: Sequence[Event]) -> list[Event]:
    match key.node:
        case Operation("asc" | "desc" as order):
            known = [row for row in rows if row.get(key.name) is not None]
            none = [row for row in rows if row.get(key.name) is None]
            known.sort(key=lambda row: row[key.name], reverse=order == "desc")  # type: ignore[arg-type,return-value]  # one field has one type
            return [*known, *none]
    raise DashboardError(f"not run here: sort {key.name} without an order")


def _number(node: Node, row: Event) -> float:
    value = _scalar(node, row)
    return value if isinstance(value, float) else 0.0


def _scalar(node: Node, row: Event) -> Value:  # noqa: PLR0911 - one for each kind
    """Evaluate an expression of one line."""
    match node:
        case Literal(value):
            return value
        case Field(name):
            return row.get(name)
        case Operation("and", parts):
            return float(all(_number(part, row) for part in parts))
        case Operation("=", (left, right)):
            return float(_scalar(left, row) == _scalar(right, row))
        case Operation("/" | "*" as sign, (left, right)):
            return _combined(sign, _scalar(left, row), _scalar(right, row))
        case Call("ispresent", (Field(name),)):
            return float(row.get(name) is not None)
        case Call("floor", (inner,)):
            given = _scalar(inner, row)
            return float(math.floor(given)) if isinstance(given, float) else None
        case Call("bin", (Literal(str(span)),)):
            return _binned(row, _span(span))
    raise DashboardError(f"not run here: {node}")


def _statistic(node: Node, rows: Sequence[Event]) -> Value:
    """Evaluate an expression of a group of lines."""
    match node:
        case Literal(float(number)):
            return number
        case Call("count", ()):
            return float(len(rows))
        case Call(name, (field, *rest)) if name in _FUNCTIONS:
            values = [value for row in rows if (value := _scalar(field, row)) is not None]
            return _FUNCTIONS[name](values, *(_scalar(each, {}) for each in rest))
        case Operation("/" | "*" as sign, (left, right)):
            return _combined(sign, _statistic(left, rows), _statistic(right, rows))
    raise DashboardError(f"not run here: {node}")


def _combined(sign: str, left: Value, right: Value) -> Value:
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    if sign == "*":
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


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if not found:
        raise DashboardError(f"not run here: bin({text})")
    return int(found[1]) * _SPANS[found[2]]


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
