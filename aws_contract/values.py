"""Small measurements that several services' rules share."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_to_aware_datetime


def utf8_length(text: str) -> int:
    """Count the bytes of a text as AWS does."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_length(text: str) -> int:
    """Count the units of UTF-16 of a text, as Java does: beyond the basic plane two a character."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def aware(timestamp: Any) -> datetime:
    """Read a timestamp in any form that botocore accepts; without a zone it is UTC."""
    if isinstance(timestamp, datetime) and timestamp.tzinfo is None:
        return timestamp.replace(tzinfo=UTC)
    moment: datetime = parse_to_aware_datetime(timestamp)
    return moment


def now() -> datetime:
    """Tell the time by the process's clock, which tests may move."""
    return datetime.now(UTC)


def json_object(text: str) -> dict[str, Any] | None:
    """Parse a text that has to be a JSON object; None if it is not one."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def attributes_size(attributes: Mapping[str, Mapping[str, Any]] | None) -> int:
    """Size in bytes of SNS or SQS message attributes: names, types and values."""
    total = 0
    for name, attribute in (attributes or {}).items():
        total += utf8_length(name) + utf8_length(attribute["DataType"])
        total += utf8_length(attribute.get("StringValue") or "")
        binary = attribute.get("BinaryValue") or b""
        total += len(binary) if isinstance(binary, (bytes, bytearray)) else utf8_length(binary)
    return total
