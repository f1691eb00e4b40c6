"""Between the model and the documents that boto3 takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cost_control.lifecycle.model import (
    Abort,
    Configuration,
    Expiration,
    Extra,
    Filter,
    NoncurrentExpiration,
    Predicates,
    Rule,
    Tag,
    Transition,
)

type Document = Mapping[str, Any]


class DocumentError(Exception):
    """A document is no lifecycle configuration; the message names the field."""


@dataclass(frozen=True, slots=True)
class _Field:
    """How one member is called on the wire and in the model, and how it is read and written."""

    wire: str
    attribute: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DocumentError(f"{value!r} is not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise DocumentError(f"{value!r} is not a text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise DocumentError(f"{value!r} is neither true nor false")
    return value


def _date(value: Any) -> datetime:
    """Read an instant, or its ISO form as in backups; without an offset it is UTC."""
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value))
    except ValueError:
        raise DocumentError(f"{value!r} is not a date") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _take(kind: type[Any], fields: Sequence[_Field], document: Any) -> Any:
    if not isinstance(document, Mapping):
        raise DocumentError(f"{document!r} is not an object")
    known = {field.wire for field in fields}
    found: dict[str, Any] = {}
    for field in fields:
        if document.get(field.wire) is not None:
            try:
                found[field.attribute] = field.read(document[field.wire])
            except DocumentError as error:
                raise DocumentError(f"{field.wire}: {error}") from None
    extra: Extra = tuple((name, each) for name, each in document.items() if name not in known)
    return kind(**found, extra=extra)


def _give(fields: Sequence[_Field], value: Any) -> dict[str, Any]:
    document = {}
    for field in fields:
        member = getattr(value, field.attribute)
        if member is not None and member != ():
            document[field.wire] = field.write(member)
    return document | dict(value.extra)


def _part(wire: str, attribute: str, kind: type[Any], fields: Sequence[_Field]) -> _Field:
    return _Field(
        wire, attribute, lambda given: _take(kind, fields, given), lambda part: _give(fields, part)
    )


def _parts(wire: str, attribute: str, kind: type[Any], fields: Sequence[_Field]) -> _Field:
    return _Field(
        wire,
        attribute,
        lambda given: tuple(_take(kind, fields, each) for each in _list(given)),
        lambda parts: [_give(fields, part) for part in parts],
    )


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise DocumentError(f"{value!r} is not a list")
    return value


def _tag(given: Any) -> Tag:
    if not (isinstance(given, Mapping) and set(given) == {"Key", "Value"}):
        raise DocumentError(f"{given!r} is not a tag with Key and Value")
    return Tag(_text(given["Key"]), _text(given["Value"]))


def _tag_document(tag: Tag) -> dict[str, str]:
    return {"Key": tag.key, "Value": tag.value}


_SIZES = (
    _Field("Prefix", "prefix", _text, _same),
    _Field("ObjectSizeGreaterThan", "greater_than", _number, _same),
    _Field("ObjectSizeLessThan", "less_than", _number, _same),
)
_ALONE = (
    *_SIZES,
    _Field("Tag", "tags", lambda tag: (_tag(tag),), lambda tags: _tag_document(tags[0])),
)
_TOGETHER = (
    *_SIZES,
    _Field(
        "Tags",
        "tags",
        lambda tags: tuple(map(_tag, _list(tags))),
        lambda tags: [_tag_document(tag) for tag in tags],
    ),
)
_WHEN = (_Field("Days", "days", _number, _same), _Field("Date", "date", _date, _same))
_CLASS = _Field("StorageClass", "storage_class", _text, _same)
_NONCURRENT_DAYS = _Field("NoncurrentDays", "days", _number, _same)
_NEWER = _Field("NewerNoncurrentVersions", "newer_versions", _number, _same)
_MARKER = _Field("ExpiredObjectDeleteMarker", "delete_marker", _flag, _same)
_ABORT = (_Field("DaysAfterInitiation", "days", _number, _same),)


def _filter(document: Any) -> Filter:
    if not isinstance(document, Mapping):
        raise DocumentError(f"{document!r} is not an object")
    alone = {name: each for name, each in document.items() if name != "And"}
    inner = document.get("And")
    return Filter(
        alone=_take(Predicates, _ALONE, alone),
        together=None if inner is None else _take(Predicates, _TOGETHER, inner),
    )


def _filter_document(value: Filter) -> dict[str, Any]:
    document = _give(_ALONE, value.alone)
    if value.together is not None:
        document["And"] = _give(_TOGETHER, value.together)
    return document


_RULE = (
    _Field("ID", "rule_id", _text, _same),
    _Field("Status", "status", _text, _same),
    _Field("Filter", "filter", _filter, _filter_document),
    _Field("Prefix", "prefix", _text, _same),
    _parts("Transitions", "transitions", Transition, (*_WHEN, _CLASS)),
    _part("Expiration", "expiration", Expiration, (*_WHEN, _MARKER)),
    _parts(
        "NoncurrentVersionTransitions",
        "noncurrent_transitions",
        Transition,
        (_NONCURRENT_DAYS, _CLASS, _NEWER),
    ),
    _part(
        "NoncurrentVersionExpiration",
        "noncurrent_expiration",
        NoncurrentExpiration,
        (_NONCURRENT_DAYS, _NEWER),
    ),
    _part("AbortIncompleteMultipartUpload", "abort", Abort, _ABORT),
)
_CONFIGURATION = (
    _parts("Rules", "rules", Rule, _RULE),
    _Field("TransitionDefaultMinimumObjectSize", "default_size", _text, _same),
)


def write_rule(rule: Rule) -> dict[str, Any]:
    """Write one rule as boto3 takes it."""
    return _give(_RULE, rule)


def read(document: Any) -> Configuration:
    """Read what GetBucketLifecycleConfiguration answers (without its ResponseMetadata)."""
    configuration: Configuration = _take(Configuration, _CONFIGURATION, document)
    return configuration


def write(configuration: Configuration) -> dict[str, Any]:
    """Write a configuration as one document, the inverse of `read`."""
    return _give(_CONFIGURATION, configuration)
