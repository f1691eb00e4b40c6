"""What HealthPolling may be asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from avatarwatch.complaints import worded
from avatarwatch.environment import SettingsError

type _Address = Annotated[str, Meta(max_length=4000)]


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The payload.

    ``{}``: a round; ``{"page": true}``: and the status page in any minute; ``{"action": "probe",
    "endpoint": …}``: ask one endpoint once and lay open what comes of it, where ``endpoint`` is an
    address, the name of an endpoint of the list, or an entry as in the list. Nothing is kept or
    told of it.
    """

    page: bool = False
    action: Literal["probe"] | None = None
    endpoint: _Address | dict[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse a probe of nothing, and an endpoint without a probe."""
        if (self.action == "probe") is not (self.endpoint is not None):
            raise ValueError('a probe is {"action": "probe", "endpoint": …}')


def read_order(event: Any) -> Order:
    """Read a payload; raise SettingsError naming its field when it is none."""
    try:
        return msgspec.convert(event, Order)
    except msgspec.ValidationError as error:
        text = worded(str(error), "")
        raise SettingsError(text if isinstance(event, dict) else f"payload: {text}") from None
