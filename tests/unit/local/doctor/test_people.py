"""What keeps a phone silent although SNS answers 200: the sandbox, and the limit of a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from local.doctor.checks.people import sms
from local.doctor.deployment import Deployment
from local.doctor.finding import Kind

PHONE, OTHER = "+46701234567", "+46701234568"


@dataclass(frozen=True)
class Account:
    """An account's SMS as SNS tells of it (API reference)."""

    is_in_sandbox: bool
    numbers: tuple[tuple[str, str], ...] = ()
    limit: str | None = "100"

    def client(self, service: str, region: str) -> Any:
        assert (service, region) == ("sns", "eu-north-1")
        return self

    def get_sms_sandbox_account_status(self) -> dict[str, bool]:
        return {"IsInSandbox": self.is_in_sandbox}

    def get_paginator(self, name: str) -> Any:
        assert name == "list_sms_sandbox_phone_numbers"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"PhoneNumbers": [{"PhoneNumber": number, "Status": status}]}
                for number, status in self.numbers]  # fmt: skip

    def get_sms_attributes(self, attributes: list[str]) -> dict[str, dict[str, str]]:
        [name] = attributes
        return {"attributes": {name: self.limit} if self.limit else {}}


@pytest.mark.parametrize(
    ("account", "kinds"),
    [
        (Account(is_in_sandbox=False), []),
        (Account(is_in_sandbox=True, numbers=((OTHER, "Verified"), (PHONE, "Verified"))), []),
        (Account(is_in_sandbox=True), [Kind.MISTAKE]),
        (Account(is_in_sandbox=True, numbers=((PHONE, "Pending"),)), [Kind.MISTAKE]),
        (Account(is_in_sandbox=True, numbers=((OTHER, "Verified"),)), [Kind.MISTAKE]),
        (Account(is_in_sandbox=False, limit="1"), [Kind.NOTE]),
        (Account(is_in_sandbox=False, limit=None), [Kind.NOTE]),
        (Account(is_in_sandbox=True, limit=None), [Kind.MISTAKE, Kind.NOTE]),
    ],
)
@pytest.mark.parametrize("phone", [PHONE, ""])
def test_what_keeps_a_phone_silent_is_told(account: Account, kinds: list[Kind], phone: str) -> None:
    deployment = Deployment(
        "s", "eu-north-1", "CREATE_COMPLETE", {"OpsPhone": phone}, {}, {}, account.client
    )
    found = list(sms(deployment))
    assert [each.kind for each in found] == (kinds if phone else [])
    assert all(each.mend for each in found)
