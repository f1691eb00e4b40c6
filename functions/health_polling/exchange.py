"""What happened on the wire when an endpoint was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class FaultKind(Enum):
    """Why there is no answer."""

    REFUSED_ADDRESS = "refused address"  # by our own guard
    RESOLVE = "resolve"
    RESOLVE_TEMPORARY = "resolve, temporarily"
    CONNECT = "connect"
    NO_ROUTE = "no route"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    NOT_POLLED = "not polled"  # our time ran out
    UNREADABLE = "unreadable"  # we could not make anything of it

    @property
    def is_retried(self) -> bool:
        """Whether a second try within the minute may help."""
        return self in {
            FaultKind.CONNECT, FaultKind.RESOLVE_TEMPORARY, FaultKind.NO_ROUTE,
        }  # fmt: skip

    @property
    def is_ours(self) -> bool:
        """Whether it says nothing of the other side."""
        return self is FaultKind.NOT_POLLED

    @property
    def may_be_ours(self) -> bool:
        """Whether it looks the same when our own network is at fault."""
        return self in {
            FaultKind.RESOLVE_TEMPORARY, FaultKind.NO_ROUTE, FaultKind.TIMEOUT,
            FaultKind.NOT_POLLED,
        }  # fmt: skip

    @property
    def is_unreachable(self) -> bool:
        """Whether nothing of the other side was reached: theirs, or our own way out."""
        return self in {
            FaultKind.CONNECT, FaultKind.RESOLVE, FaultKind.RESOLVE_TEMPORARY, FaultKind.NO_ROUTE,
            FaultKind.TIMEOUT, FaultKind.NOT_POLLED,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer, in words for people."""

    kind: FaultKind
    text: str


@dataclass(frozen=True, slots=True)
class Phases:
    """Milliseconds by phase, as blackbox_exporter has them; None for a phase that was not reached.

    ``first_byte`` is from the request's last byte to the answer's first one.
    """

    resolve: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    transfer: float | None = None

    @property
    def total(self) -> float:
        """Return the sum of the phases that were reached."""
        return sum(
            phase
            for phase in (self.resolve, self.connect, self.tls, self.first_byte, self.transfer)
            if phase is not None
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; ``is_cut`` when the body was longer than we read.

    ``unread`` says why a body cannot be read although it is there, "" where it can.
    """

    status: int
    content_type: str
    location: str
    body: bytes
    is_cut: bool
    certificate_ends: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One poll: its phases, and either an answer or a fault. ``tries`` counts the connections."""

    phases: Phases = Phases()
    answer: Answer | None = None
    fault: Fault | None = None
    tries: int = 1
