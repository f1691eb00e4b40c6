"""Resolve each host once a round, checked, so that it is connected to as it was checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from health_polling.addresses import AddressError, Target, check_address

type Lookup = Callable[[str, int], list[str]]

_THREADS = 16  # getaddrinfo blocks and cannot be told to stop
MOST_ADDRESSES = 3  # tried one after the other


def system_lookup(host: str, port: int) -> list[str]:
    """Return a host's addresses, IPv4 first: a function has no IPv6 route unless given one."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(slots=True)
class Resolver:
    """Checked addresses of targets. One lives for one round; names are asked once in it."""

    allow_private: bool
    lookup: Lookup = system_lookup
    _asked: dict[tuple[str, int], Future[list[str]]] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_THREADS, thread_name_prefix="resolve")
    )

    def resolve(self, target: Target, timeout: float) -> list[str]:
        """Return the addresses to connect to, checked.

        Raises
        ------
        AddressError
            One of them may not be connected to: then none is, as a name may answer with both.
        TimeoutError, socket.gaierror
            The name could not be resolved.
        """
        found = [target.host] if _is_literal(target.host) else self._ask(target, timeout)
        if not found:
            raise AddressError("its name has no address")
        for address in found:
            check_address(address, target.port, allow_private=self.allow_private)
        return found[:MOST_ADDRESSES]

    def close(self) -> None:
        """Let go of the threads without waiting for those that are stuck."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, target: Target, timeout: float) -> list[str]:
        key = (target.host, target.port)
        with self._lock:
            future = self._asked.get(key)
            # what failed is asked again: a second try within the minute may help
            if future is None or (future.done() and future.exception()):
                future = self._asked[key] = self._pool.submit(self.lookup, *key)
        return future.result(timeout)


@lru_cache(4096)
def _is_literal(host: str) -> bool:
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
