"""What an expression computes with: scalars, time series, and arrays of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add, eq, ge, gt, le, lt, mul, ne, sub

from alarm_evaluator.errors import EvaluatorError

type Column = tuple[float | None, ...]
"""A time series: a value for each period, the oldest first, None where there is no data point."""


@dataclass(frozen=True, slots=True)
class Columns:
    """An array of time series."""

    each: tuple[Column, ...]


type Value = float | Column | Columns


def _power(base: float, exponent: float) -> float | None:
    try:
        found = base**exponent
    except (OverflowError, ZeroDivisionError):
        return None
    return found if isinstance(found, float) else None


_BINARY: dict[str, Callable[[float, float], float | None]] = {
    "+": add,
    "-": sub,
    "*": mul,
    # "If the value of a data point causes a function to attempt to divide by zero, the data point
    # is dropped" (User Guide, "Basic arithmetic functions")
    "/": lambda left, right: left / right if right else None,
    "^": _power,
    "==": lambda left, right: float(eq(left, right)),
    "!=": lambda left, right: float(ne(left, right)),
    "<": lambda left, right: float(lt(left, right)),
    ">": lambda left, right: float(gt(left, right)),
    "<=": lambda left, right: float(le(left, right)),
    ">=": lambda left, right: float(ge(left, right)),
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}


def operate(operator: str, left: Value, right: Value) -> Value:
    """Return what an operator makes of two values.

    "Missing values in a time series are treated as 0" where the other side has one; where neither
    has, there is none.
    """
    if isinstance(left, Columns) or isinstance(right, Columns):
        return _of_arrays(operator, left, right)
    compute = _BINARY[operator]
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(
            None if a is None and b is None else compute(a or 0.0, b or 0.0)
            for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, tuple):
        scalar = _scalar(right)
        return tuple(None if a is None else compute(a, scalar) for a in left)
    if isinstance(right, tuple):
        scalar = _scalar(left)
        return tuple(None if b is None else compute(scalar, b) for b in right)
    found = compute(_scalar(left), _scalar(right))
    if found is None:
        raise EvaluatorError(f"{left} {operator} {right} is no number")
    return found


def _of_arrays(operator: str, left: Value, right: Value) -> Columns:
    if isinstance(left, Columns) and isinstance(right, Columns):
        raise EvaluatorError(f"{operator} takes one array of time series, not two")
    several = left if isinstance(left, Columns) else right
    assert isinstance(several, Columns)  # noqa: S101 - one of them is
    found = [
        operate(operator, each, right) if several is left else operate(operator, left, each)
        for each in several.each
    ]
    return Columns(tuple(column(each) for each in found))


def each_column(change: Callable[[Column], Column], value: Value) -> Value:
    """Apply what is done with one time series to one or to each of several."""
    if isinstance(value, Columns):
        return Columns(tuple(map(change, value.each)))
    return change(column(value))


def reduced(reduce: Callable[[Sequence[float]], float], value: Value, *, zeros: bool) -> Value:
    """Reduce an array to one time series, or a time series to one number.

    In an array a missing value counts as 0 with ``zeros``, where another series has one.
    """
    if isinstance(value, Columns):
        return tuple(_reduced(reduce, row, zeros=zeros) for row in zip(*value.each, strict=True))
    known = [point for point in column(value) if point is not None]
    return reduce(known) if known else (None,) * len(column(value))


def _reduced(
    reduce: Callable[[Sequence[float]], float], row: Sequence[float | None], *, zeros: bool
) -> float | None:
    known = [point for point in row if point is not None]
    if not known:
        return None
    return reduce([point or 0.0 for point in row] if zeros else known)


def column(value: Value) -> Column:
    """Return a value that is to be a time series."""
    if isinstance(value, tuple):
        return value
    raise EvaluatorError(f"a time series is due, not {value}")


def _scalar(value: Value) -> float:
    if isinstance(value, float):
        return value
    raise EvaluatorError(f"a number is due, not {value}")
