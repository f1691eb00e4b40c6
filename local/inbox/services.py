"""Which services the inbox plays: the one list of them.

Each is a module here that names what it plays as SERVICE; routes, faults and the page ask for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

    type Play = Callable[[Request, Store, RateLimiter], Awaitable[Response]]

_MODULES = {
    "slack": "slack_api",
    "webhook": "webhook",
    "pagerduty": "pagerduty",
    "sns": "sns",
    "teams": "teams",
}
NAMES = tuple(_MODULES)


@dataclass(frozen=True, slots=True)
class Service:
    """A service, and in which form it fails.

    ``channels`` are those of alarm_fanout that reach it; ``plays`` the handlers by path, with
    their methods; ``refusal`` and ``limited`` (by the seconds to wait) its answers to a fault.
    """

    channels: tuple[str, ...]
    plays: dict[tuple[str, tuple[str, ...]], Play]
    refusal: Callable[[int, str], Response]
    limited: Callable[[int], Response]


def service(name: str) -> Service:
    """Return a service by its name."""
    found: Service = import_module(f"{__package__}.{_MODULES[name]}").SERVICE
    return found
