"""What HealthPolling may be asked for."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avatarwatch.environment import SettingsError


class Order(BaseModel):
    """The payload.

    ``{}``: a round; ``{"page": true}``: and the status page in any minute; ``{"action": "probe",
    "endpoint": …}``: ask one endpoint once and lay open what comes of it, where ``endpoint`` is an
    address, the name of an endpoint of the list, or an entry as in the list. Nothing is kept or
    told of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    page: bool = False
    action: Literal["probe"] | None = None
    endpoint: str | dict[str, Any] | None = Field(default=None, max_length=4000)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.action == "probe") is not (self.endpoint is not None):
            raise ValueError('a probe is {"action": "probe", "endpoint": …}')
        return self


def read_order(event: Any) -> Order:
    """Read a payload; raise SettingsError naming its field when it is none."""
    try:
        return Order.model_validate(event)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "payload"
        raise SettingsError(f"{where}: {problem['msg']}") from None
