"""Dataclasses as plain JSON values, and back.

By msgspec: pydantic does the same at five times the cost of a cold start (docs/decisions/0009).
"""

from __future__ import annotations

import msgspec

from avatarwatch.state_table.documents import Json, UnreadableError


def encode(value: object) -> Json:
    """Return a dataclass as JSON values (tuples as they are): ISO 8601 times, enums by value."""
    body: Json = msgspec.to_builtins(value, str_keys=True)
    return body


def decode[T](body: Json, kind: type[T]) -> T:
    """Return what JSON values say; raise UnreadableError when it is something else."""
    try:
        return msgspec.convert(body, kind, str_keys=True)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableError(str(error)) from error
