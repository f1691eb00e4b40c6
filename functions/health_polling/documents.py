"""The list of endpoints as people write it: addresses with commas, or a JSON document.

One entry that is wrong is named and left out; the others are still polled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import msgspec
import msgspec.structs
from msgspec import Meta

from avatarwatch.complaints import meant, worded
from avatarwatch.settings_json import NotJsonError, doubled, read_json
from health_polling.addresses import AddressError, parse_target
from health_polling.conditions import ConditionError, parse_condition
from health_polling.endpoint import Endpoint, Thresholds, Timeouts
from health_polling.reading.words import fold
from health_polling.verdict import Verdict

# CloudWatch takes ASCII in dimensions; a header's name is a token (RFC 9110), its value one line.
_NAME = re.compile(r"[!-~]([ -~]{0,98}[!-~])?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[ -~]{0,4000}")
_SECRET = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_NOT_OURS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
type _Word = Annotated[str, Meta(min_length=1, max_length=60)]
type _Polls = Annotated[int, Meta(ge=1, le=30)]
type _Kind = Literal[
    "EndpointUp", "ResponseTime", "Phases", "TlsDaysRemaining", "ComponentUp", "Reported"
]


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry of the list that cannot be used, and why."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class EndpointList:
    """The endpoints that are polled, and what is wrong with the rest."""

    endpoints: tuple[Endpoint, ...]
    problems: tuple[Problem, ...] = ()


class EndpointEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the document.

    ``timeout`` is in seconds for the whole poll; ``slow_ms`` is what counts as degraded;
    ``headers_from_ssm`` maps a header to the last part of a SecureString's name; down after
    ``failures`` of ``window`` polls, up after ``recoveries`` good ones.
    """

    url: Annotated[str, Meta(min_length=1, max_length=2000)]
    name: str | None = None
    status: tuple[Annotated[int, Meta(ge=100, le=599)], ...] = ()
    headers: dict[str, str] = {}
    headers_from_ssm: dict[str, str] = {}
    timeout: Annotated[float, Meta(gt=0, le=30)] = 10.0
    slow_ms: Annotated[float, Meta(gt=0)] = 2000.0
    stale_after: Annotated[float, Meta(ge=0)] = 300.0
    metrics: frozenset[_Kind] = frozenset()
    words: Annotated[
        dict[_Word, Literal["pass", "warn", "fail", "unknown"]], Meta(max_length=50)
    ] = {}
    conditions: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    optional: frozenset[str] = frozenset()
    failures: _Polls = 3
    window: _Polls = 5
    recoveries: _Polls = 2

    def __post_init__(self) -> None:
        """Check what is more than a type."""
        if wrong := list(_beyond_types(self)):
            raise ValueError("; ".join(wrong))

    def endpoint(self, secrets: Mapping[str, str]) -> Endpoint:
        """Return the endpoint.

        Raises
        ------
        AddressError, ConditionError
            The address may not be asked, or a condition cannot be read.
        KeyError
            A header's SecureString is not there, or is no header's value.
        """
        target = parse_target(self.url)
        conditions = tuple(map(parse_condition, self.conditions))
        for condition in conditions:
            if condition.needs_tls and not target.is_tls:
                raise ConditionError(f"{condition.text}: without TLS there is no certificate")
        secret = {header: secrets[name] for header, name in self.headers_from_ssm.items()}
        if not all(map(_HEADER_VALUE.fullmatch, secret.values())):
            raise KeyError("a header's SecureString is not one line")
        default = Endpoint(name="", target=target).statuses
        return Endpoint(
            name=self.name or re.sub(r"^https?://", "", target.shown).rstrip("/")[:100],
            target=target,
            statuses=frozenset(self.status) or default,
            headers=tuple({**self.headers, **secret}.items()),
            timeouts=Timeouts(total=self.timeout),
            thresholds=Thresholds(self.failures, self.window, self.recoveries),
            conditions=conditions,
            optional=self.optional,
            slow_ms=self.slow_ms,
            stale_after=self.stale_after,
            metrics=frozenset(self.metrics),
            words=tuple((fold(word), Verdict(means)) for word, means in self.words.items()),
        )


def _beyond_types(entry: Any) -> Iterator[str]:
    """Yield what is wrong with fields of the right types; never a header's value: it is secret."""
    if entry.name is not None and not _NAME.fullmatch(entry.name):
        yield "name: needs 1 to 100 printable ASCII characters"
    if entry.failures > entry.window:
        yield "failures: is more than window"
    for name, value in entry.headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            yield f"headers.{name[:64]}: is no header of one line in ASCII"
    for name, value in entry.headers_from_ssm.items():
        if not _HEADER_NAME.fullmatch(name) or not _SECRET.fullmatch(value):
            yield f"headers_from_ssm.{name[:64]}: needs a parameter's last part"
    own = {name.lower() for name in (*entry.headers, *entry.headers_from_ssm)} & _NOT_OURS
    if own:
        yield f"headers: {', '.join(sorted(own))} is set by the poller itself"


def _beyond_reading(entry: Any, secrets: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the address, the conditions and the names of secrets."""
    is_tls = True
    if entry.url is not None:
        try:
            is_tls = parse_target(entry.url).is_tls
        except AddressError as error:
            yield f"url: {error}"
    for text in entry.conditions:
        try:
            if parse_condition(text).needs_tls and not is_tls:
                yield f"conditions: {text}: without TLS there is no certificate"
        except ConditionError as error:
            yield f"conditions: {error}"
    for name in dict.fromkeys(entry.headers_from_ssm.values()):
        if name not in secrets and _SECRET.fullmatch(name):
            yield f"headers_from_ssm: there is no parameter {name!r}"
        elif not _HEADER_VALUE.fullmatch(secrets.get(name, "")):  # never what it is
            yield f"headers_from_ssm: the parameter {name!r} is not one line in ASCII"


def _all_wrong(raw: Any, secrets: Mapping[str, str]) -> list[str]:
    """Return all that is wrong with an entry, by field: who mends one must not find the next."""
    if not isinstance(raw, dict):
        return [f"entry: Expected an address or an object, got {type(raw).__name__}"]
    fields = {field.encode_name: field for field in msgspec.structs.fields(EndpointEntry)}
    wrong = [_no_setting(str(name)[:64], fields) for name in raw if name not in fields]
    plain = EndpointEntry(url=" ")
    read: dict[str, Any] = {name: getattr(plain, name) for name in fields} | {"url": None}
    for name, field in fields.items():
        if name not in raw:
            wrong += [f"{name}: is missing"] if field.required else []
            continue
        try:
            read[name] = msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError as error:
            wrong.append(worded(str(error), name, field.type))
    entry = SimpleNamespace(**read)
    return [*wrong, *_beyond_types(entry), *_beyond_reading(entry, secrets)]


def _no_setting(name: str, fields: Iterable[str]) -> str:
    close = meant(name, fields)
    return f"{name}: is no setting" + (f", {close}" if close else "")


def secret_names(entries: Iterable[Any]) -> set[str]:
    """Return the SecureStrings that the entries of a document name, whatever else is wrong."""
    found: set[str] = set()
    for entry in entries:
        named = entry.get("headers_from_ssm") if isinstance(entry, dict) else None
        if isinstance(named, dict):
            found.update(value for value in named.values() if isinstance(value, str))
    return found


def entries_of(text: str, where: str) -> tuple[list[Any], list[Problem]]:
    """Return the entries of a JSON document: a list of addresses and objects."""
    try:
        document = read_json(text)
    except NotJsonError as error:
        return [], [Problem(where, f"no JSON: {error}")]
    if not isinstance(document, list):
        return [], [Problem(where, "write a JSON list of endpoints")]
    return document, []


def read_endpoints(
    addresses: str, entries: Iterable[Any], secrets: Mapping[str, str]
) -> EndpointList:
    """Read the comma-separated addresses and the document's entries; names are unique."""
    listed = [{"url": part.strip()} for part in addresses.split(",") if part.strip()]
    found: dict[str, Endpoint] = {}
    problems: list[Problem] = []
    for number, entry in enumerate([*listed, *entries], 1):
        raw = {"url": entry} if isinstance(entry, str) else entry
        where = f"endpoint {number}" + (f" ({raw['name']})" if _is_named(raw) else "")
        if twice := list(doubled(raw)):
            problems.append(Problem(where, "; ".join(f"{each}: is there twice" for each in twice)))
            continue
        try:
            endpoint = msgspec.convert(raw, EndpointEntry).endpoint(secrets)
        except (msgspec.ValidationError, AddressError, ConditionError, KeyError) as error:
            problems.append(Problem(where, "; ".join(_all_wrong(raw, secrets)) or str(error)))
        else:
            if endpoint.name in found:
                problems.append(Problem(where, f"name: {endpoint.name} is there already"))
            else:
                found[endpoint.name] = endpoint
    return EndpointList(tuple(found.values()), tuple(problems))


def _is_named(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("name"), str) and len(raw["name"]) <= 100
