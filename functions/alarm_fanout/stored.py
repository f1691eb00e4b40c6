"""What StateTable keeps: dataclasses as plain JSON values, and back.

By msgspec: pydantic does the same at five times the cost of a cold start (docs/decisions/0009).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from avatarwatch.state import Document, Json


def stored(value: object) -> Json:
    """Return a dataclass as JSON values (tuples as they are): ISO 8601 times, enums by value."""
    body: Json = msgspec.to_builtins(value, str_keys=True)
    return body


def read[T](document: Document, kind: type[T]) -> T:
    """Return what a document holds; raise msgspec.ValidationError when it holds something else."""
    return msgspec.convert(document.body, kind)
