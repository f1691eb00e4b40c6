"""What a query of Logs Insights is made of."""

from __future__ import annotations

from dataclasses import dataclass

type Node = Literal | Field | Call | Operation


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a pattern with its slashes, or a number."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a log line, or what an earlier command named."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function; ``count(*)`` has no argument, ``bin`` its span as a text."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign or word between operands, or before one: also ``asc`` and ``desc`` of a sort."""

    sign: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """An expression and its name: its alias, or as it is written."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``text`` is what follows its name, ``by`` what a ``stats`` groups by.

    The tree is empty for a command that is known by its name only.
    """

    name: str
    text: str
    columns: tuple[Column, ...] = ()
    by: tuple[Column, ...] = ()
