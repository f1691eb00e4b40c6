"""Where the list of endpoints comes from: the template's parameter and SSM, kept for minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.observability import logger
from health_polling.documents import (
    EndpointList,
    Problem,
    entries_of,
    read_endpoints,
    secret_names,
)

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# How long a change of the list may take to be seen. A list with a mistake is not kept: who mends it
# wants to see that.
KEEP = timedelta(minutes=5)
_NAMES_A_CALL = 10  # GetParameters, API Reference


@dataclass(slots=True)
class EndpointsSource:
    """Read the list at most every KEEP; when SSM does not answer, keep the last one.

    ``parameter`` names the document; a list too long for one parameter goes on in parameters
    below ``<parameter>/more/``, and header values are SecureStrings below ``<parameter>/headers/``.
    """

    client: SSMClient
    addresses: str
    parameter: str
    _list: EndpointList | None = None
    _read_at: datetime | None = None

    def current(self, now: datetime) -> EndpointList:
        """Return the list; botocore's errors pass when there is none from before."""
        if self._list and self._read_at and now - self._read_at < KEEP:
            return self._list
        if not self.parameter:
            found = read_endpoints(self.addresses, (), {})
        else:
            try:
                found = self._read()
            except (ClientError, BotoCoreError) as error:
                if self._list is None:
                    raise
                logger().warning("the endpoints are those of before", extra={"error": str(error)})
                return self._list
        self._list, self._read_at = found, None if found.problems else now
        return found

    def _read(self) -> EndpointList:
        entries: list[Any] = []
        problems: list[Problem] = []
        for name, text in self._documents():
            more, wrong = entries_of(text, f"parameter {name}")
            entries += more
            problems += wrong
        if not entries and not problems:
            problems.append(Problem(f"parameter {self.parameter}", "there is no such parameter"))
        found = read_endpoints(self.addresses, entries, self._secrets(secret_names(entries)))
        return EndpointList(found.endpoints, (*problems, *found.problems))

    def _documents(self) -> Iterator[tuple[str, str]]:
        answer = self.client.get_parameters(Names=[self.parameter], WithDecryption=True)
        for each in answer["Parameters"]:
            yield each["Name"], each["Value"]
        pages = self.client.get_paginator("get_parameters_by_path").paginate(
            Path=f"{self.parameter}/more", WithDecryption=True
        )
        for page in pages:
            for each in page["Parameters"]:
                yield each["Name"], each["Value"]

    def _secrets(self, names: set[str]) -> dict[str, str]:
        prefix = f"{self.parameter}/headers/"
        found: dict[str, str] = {}
        for part in batched(sorted(names), _NAMES_A_CALL, strict=False):
            answer = self.client.get_parameters(
                Names=[prefix + name for name in part], WithDecryption=True
            )
            found |= {p["Name"].removeprefix(prefix): p["Value"] for p in answer["Parameters"]}
        return found
