"""Requests that AWS would refuse, each beside a legal twin of which one thing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from unit.aws_contract.conftest import BY_BOTOCORE, SENT, Verdict

__all__ = ["BY_BOTOCORE", "SENT"]

TOPIC = "arn:aws:sns:eu-north-1:123456789012:alerts"
OTHER_TOPIC = "arn:aws:sns:eu-north-1:123456789012:mails"
QUEUE = "arn:aws:sqs:eu-north-1:123456789012:alerts"
QUEUE_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/alerts"
ROLE = "arn:aws:iam::123456789012:role/work"
LAYER = "arn:aws:lambda:eu-north-1:123456789012:layer:shared:1"
FUNCTION = "arn:aws:lambda:eu-north-1:123456789012:function:fan"

type Params = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A legal request, and what of it is changed so that AWS refuses it with a code."""

    name: str
    service: str
    operation: str
    legal: Params
    changed: Params
    code: str

    def verdicts(self, verdict: Verdict) -> tuple[str, str]:
        """Return what becomes of the legal request, and of the changed one."""
        ask = (self.service, self.operation)
        return verdict(*ask, self.legal), verdict(*ask, self.changed)

    @property
    def right(self) -> tuple[str, str]:
        """Return what has to become of them."""
        return SENT, self.code


def of_each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Try a test with each case, by its name, which no other has."""
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    return pytest.mark.parametrize("case", cases, ids=names)
