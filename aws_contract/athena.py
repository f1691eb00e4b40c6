"""Athena and the Glue tables that it asks: workgroups, saved queries, partition projection."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule

MAX_QUERY = 262_144
"""Bytes. Source: API Reference, CreateNamedQuery, QueryString."""
# Source: Athena User Guide, "Databases, tables, and column names": small letters, digits and _.
_NAME = re.compile(r"[a-z0-9_]{1,255}")
# Source: Athena User Guide, "Supported types for partition projection": needed, and possible.
_KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "enum": (("values",), ()),
    "integer": (("range",), ("interval", "digits")),
    "date": (("range", "format"), ("interval", "interval.unit")),
    "injected": ((), ()),
}
_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds", "millis")
# Source: the same page: a date in the column's format, or NOW with an offset.
_NOW = re.compile(rf"NOW(\s*[+-]\s*[0-9]+\s*({'|'.join(_UNITS)}))?", re.IGNORECASE)
# Source: Athena User Guide, "Supported SerDes and data formats".
_SERDES = frozenset(
    {
        "com.amazonaws.glue.serde.GrokSerDe",
        "com.amazonaws.emr.hive.serde.CloudTrailSerde",
        "com.amazon.emr.hive.serde.CloudTrailSerde",
        "com.amazon.ionhiveserde.IonHiveSerDe",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        "org.apache.hadoop.hive.serde2.RegexSerDe",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "org.apache.hive.hcatalog.data.JsonSerDe",
        "org.openx.data.jsonserde.JsonSerDe",
    }
)
_PLACE = re.compile(r"\$\{(\w+)\}")
_JAVA = {
    "yyyy": r"\d{4}",
    "MM": r"\d\d",
    "dd": r"\d\d",
    "HH": r"\d\d",
    "mm": r"\d\d",
    "ss": r"\d\d",
}


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
        yield from _column(key, settings)
    known = (*(f"projection.{key}." for key in keys), "projection.enabled")
    for name in settings:
        if name.startswith("projection.") and not name.startswith(known):
            yield _projection(f"{name} is of no partition column")
    template = settings.get("storage.location.template")
    # the guide asks for a place for each column, and says nothing of further ones
    if template is not None and not set(keys) <= set(_PLACE.findall(template)):
        yield _projection(
            "The 'storage.location.template' table property must contain templates for all"
            f" partition columns: {', '.join(keys)}"
        )
    if template is not None and not template.startswith("s3://"):
        yield _projection(f"{template} is no place in S3")


def _column(key: str, settings: Mapping[str, Any]) -> Iterator[Breach]:
    kind = settings.get(f"projection.{key}.type", "").strip().lower()
    if kind not in _KINDS:
        yield _projection(f"{key} has the type {kind!r}")
        return
    needed, possible = _KINDS[kind]
    for name in needed:
        if not settings.get(f"projection.{key}.{name}"):
            yield _projection(f"{key} lacks its {name}")
    for name in settings:
        part = name.removeprefix(f"projection.{key}.")
        if part != name and part not in {"type", *needed, *possible}:
            yield _projection(f"{key} has {part}, which {kind} does not know")
    ends = settings.get(f"projection.{key}.range", "").split(",")
    if "range" in needed and len(ends) != 2:
        yield _projection(f"{key} has the range {','.join(ends)}: two ends, parted by a comma")
    if kind == "date" and len(ends) == 2:
        yield from _dates(key, ends, settings.get(f"projection.{key}.format", ""))
    unit = settings.get(f"projection.{key}.interval.unit", "days").strip().lower()
    if f"{unit.rstrip('s')}s" not in _UNITS and unit != "millis":
        yield _projection(f"{key} has the interval's unit {unit!r}")


def _dates(key: str, ends: list[str], form: str) -> Iterator[Breach]:
    dates = "".join(
        _JAVA.get(part, re.escape(part)) for part in re.split("(yyyy|MM|dd|HH|mm|ss)", form)
    )
    for end in ends:
        if not (_NOW.fullmatch(end.strip()) or re.fullmatch(dates, end.strip())):
            yield _projection(f"{key} has the range's end {end!r}, which is not as {form}")


@rule("glue", "CreateTable", "UpdateTable")
def readable(params: Params) -> Iterator[Breach]:
    """Be a table that Athena can read at all.

    Source: Athena User Guide, "Tables, databases and SerDes" (a table without a TableType fails
    with "NullPointerException Name is null"), "Supported SerDes and data formats".
    """
    given = params["TableInput"]
    if not given.get("TableType"):
        yield Breach("InvalidInputException", "FAILED: NullPointerException Name is null")
    storage = given.get("StorageDescriptor") or {}
    library = (storage.get("SerdeInfo") or {}).get("SerializationLibrary", "")
    if library not in _SERDES:
        yield Breach("InvalidInputException", f"Athena has no SerDe {library!r}.")
    location = storage.get("Location", "")
    if not re.fullmatch(r"s3://[^/]+/(.+/)?", location):
        yield Breach("InvalidInputException", f"{location!r} is no folder in S3.")
    skipped = (given.get("Parameters") or {}).get("skip.header.line.count", "0")
    if not skipped.isdigit():
        yield Breach("InvalidInputException", f"skip.header.line.count is {skipped!r}.")


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
