"""What a look at a deployment says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment


class Kind(StrEnum):
    """How much a finding matters."""

    MISTAKE = "mistake"  # something does not work; it is to be mended
    NOTE = "note"  # as it should be or not yet as it will be; to be known
    UNASKED = "unasked"  # it could not be looked at


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: where, what is so, and what mends it."""

    kind: Kind
    where: str
    what: str
    mend: str = ""


def mistake(where: str, what: str, mend: str) -> Finding:
    """Return what is to be mended."""
    return Finding(Kind.MISTAKE, where, what, mend)


type Check = Callable[[Deployment], Iterator[Finding]]
