"""Athena and the Glue tables that it asks: workgroups, saved queries, partition projection."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule

MAX_QUERY = 262_144
"""Bytes. Source: API Reference, CreateNamedQuery, QueryString."""
# Source: Athena User Guide, "Databases, tables, and column names": small letters, digits and _.
_NAME = re.compile(r"[a-z0-9_]{1,255}")
# Source: Athena User Guide, "Supported types for partition projection".
_KINDS: Mapping[str, tuple[str, ...]] = {
    "enum": ("values",),
    "integer": ("range",),
    "date": ("range", "format"),
    "injected": (),
}
_PLACE = re.compile(r"\$\{(\w+)\}")


@rule("athena", "CreateWorkGroup")
def workgroup(params: Params) -> Iterator[Breach]:
    """Have a folder for results. Source: API Reference, ResultConfiguration, OutputLocation."""
    configuration = params.get("Configuration") or {}
    location = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    if location is not None and not re.fullmatch(r"s3://[^/]+/(.+/)?", location):
        yield _invalid(f"OutputLocation {location} is no valid S3 path that ends in a slash.")


@rule("athena", "CreateNamedQuery")
def named_query(params: Params) -> Iterator[Breach]:
    """Save one statement. Source: API Reference, CreateNamedQuery."""
    text = params["QueryString"]
    if not text.strip() or len(text.encode()) > MAX_QUERY:
        yield _invalid(f"QueryString must have 1 to {MAX_QUERY} bytes.")
    if ";" in text.strip().rstrip(";"):
        yield _invalid("Only one sql statement is allowed.")


@rule("glue", "CreateDatabase", "CreateTable", "UpdateTable")
def names(params: Params) -> Iterator[Breach]:
    """Name what Athena can find. Source: Athena User Guide, names of databases and columns."""
    given = params.get("DatabaseInput") or params.get("TableInput") or {}
    columns = [
        *(given.get("StorageDescriptor") or {}).get("Columns", ()),
        *given.get("PartitionKeys", ()),
    ]
    for name in (given.get("Name", ""), *(each["Name"] for each in columns)):
        if not _NAME.fullmatch(name):
            yield Breach("InvalidInputException", f"Athena does not find the name {name!r}.")
    seen = [each["Name"] for each in columns]
    if len(set(seen)) != len(seen):
        yield Breach("InvalidInputException", "A column's name is there twice.")


@rule("glue", "CreateTable", "UpdateTable")
def projection(params: Params) -> Iterator[Breach]:
    """Reckon each partition. Source: Athena User Guide, "Set up partition projection"."""
    given = params["TableInput"]
    settings: Mapping[str, Any] = given.get("Parameters") or {}
    if settings.get("projection.enabled") != "true":
        return
    keys = [each["Name"] for each in given.get("PartitionKeys", ())]
    for key in keys:
        kind = settings.get(f"projection.{key}.type", "")
        if kind not in _KINDS:
            yield _projection(f"{key} has the type {kind!r}")
        for needed in _KINDS.get(kind, ()):
            if not settings.get(f"projection.{key}.{needed}"):
                yield _projection(f"{key} lacks its {needed}")
    template = settings.get("storage.location.template")
    if template is not None and sorted(_PLACE.findall(template)) != sorted(keys):
        yield _projection(f"{template} does not name each of {', '.join(keys)} once")


@rule("glue", "CreateTable", "UpdateTable")
def regular_expression(params: Params) -> Iterator[Breach]:
    """Give each column a group. Source: Athena User Guide, "Regex SerDe"."""
    storage = params["TableInput"].get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    if not serde.get("SerializationLibrary", "").endswith("RegexSerDe"):
        return
    text = (serde.get("Parameters") or {}).get("input.regex", "")
    groups = re.compile(text).groups
    if groups != len(storage.get("Columns", ())):
        yield Breach(
            "InvalidInputException",
            f"Number of matching groups doesn't match the number of columns: {groups}",
        )


def _invalid(message: str) -> Breach:
    return Breach("InvalidRequestException", message)


def _projection(message: str) -> Breach:
    return Breach(
        "InvalidInputException", f"HIVE_INVALID_METADATA: partition projection: {message}"
    )
