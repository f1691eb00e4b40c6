"""Faults on demand: rules that make a channel fail, reproducibly from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from local.inbox.services import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence


class FaultKind(StrEnum):
    """How a request fails."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    OK_FALSE = "ok_false"
    TIMEOUT = "timeout"
    REFUSE_STATUS = "refuse_status"


_ONLY_FOR = {
    "retry_after": (FaultKind.RATE_LIMITED,),
    "status": (FaultKind.SERVER_ERROR, FaultKind.REFUSE_STATUS),
    "error": (FaultKind.OK_FALSE, FaultKind.REFUSE_STATUS),
    "seconds": (FaultKind.TIMEOUT,),
    "delivered": (FaultKind.TIMEOUT, FaultKind.SERVER_ERROR),
}
_NEEDED = {FaultKind.OK_FALSE: ("error",), FaultKind.REFUSE_STATUS: ("status", "error")}


class RuleError(ValueError):
    """A rule that contradicts itself; ``field`` names the place."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


def _played(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"is not played here; there are {', '.join(NAMES)}")
    return name


class FaultRule(BaseModel):
    """One rule; the first that fires answers the request.

    ``from`` is the number of the channel's request at which the rule begins (1 is the first since
    the rules were set), ``times`` how often it may fire, ``probability`` how often it does.
    ``timeout`` keeps silent for ``seconds`` and closes; with ``delivered`` the message is kept
    although the sender sees a failure.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    channel: Annotated[str, AfterValidator(_played)]
    kind: FaultKind
    error: Annotated[str, Field(min_length=1)] | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    retry_after: Annotated[int, Field(ge=0, le=3600)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    times: Annotated[int, Field(ge=1)] | None = None
    from_: Annotated[int, Field(ge=1, alias="from")] = 1
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None
    delivered: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for name, kinds in _ONLY_FOR.items():
            if getattr(self, name) and self.kind not in kinds:
                raise RuleError(name, f"has no meaning for {self.kind}")
        for name in _NEEDED.get(self.kind, ()):
            if getattr(self, name) is None:
                raise RuleError(name, f"is needed for {self.kind}")
        if self.kind is FaultKind.OK_FALSE and self.channel != "slack":
            raise RuleError("channel", "only Slack's Web API answers ok: false")
        if self.kind is FaultKind.SERVER_ERROR and (self.status or 500) < 500:
            raise RuleError("status", "a server error is 500 to 599")
        return self


RULES_JSON = TypeAdapter(list[FaultRule])


@dataclass(slots=True)
class _Armed:
    rule: FaultRule
    matched: int = 0
    fired: int = 0


class FaultInjector:
    """Decides which requests fail, and counts."""

    def __init__(self) -> None:
        self.seed = 0
        self._armed: list[_Armed] = []
        self._requests: dict[str, int] = {}
        self._fired: list[dict[str, object]] = []
        self._random = random.Random(0)  # noqa: S311 - reproducible on purpose

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """Return the rules that are set."""
        return tuple(armed.rule for armed in self._armed)

    def set_rules(self, rules: Sequence[FaultRule], seed: int) -> None:
        """Replace the rules and begin counting anew."""
        self.seed = seed
        self._armed = [_Armed(rule) for rule in rules]
        self._requests = {}
        self._fired = []
        self._random = random.Random(seed)  # noqa: S311 - reproducible on purpose

    def next_fault(self, channel: str) -> FaultRule | None:
        """Count a request of the channel and return the rule that it falls to."""
        number = self._requests[channel] = self._requests.get(channel, 0) + 1
        for armed in self._armed:
            rule = armed.rule
            spent = rule.times is not None and armed.fired >= rule.times
            if rule.channel != channel or number < rule.from_ or spent:
                continue
            armed.matched += 1
            if rule.probability >= 1 or self._random.random() < rule.probability:
                armed.fired += 1
                self._fired.append({"channel": channel, "kind": rule.kind, "request": number})
                return rule
        return None

    def report(self) -> dict[str, object]:
        """Return the rules with how often each matched and fired, and what fired in order."""
        return {
            "seed": self.seed,
            "requests": dict(self._requests),
            "rules": [
                {
                    **armed.rule.model_dump(mode="json", by_alias=True, exclude_none=True),
                    "matched": armed.matched,
                    "fired": armed.fired,
                }
                for armed in self._armed
            ],
            "fired": self._fired,
        }
