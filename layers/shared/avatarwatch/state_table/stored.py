"""Types of what StateTable holds that let nothing in which code could stumble over.

A number that is none, a count below zero, a time without its offset: msgspec refuses them when a
document is read, as it refuses a word in the place of a number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

_MOST = 2**53  # whole numbers that a JSON reader keeps as they are (RFC 8259, section 6)

type Moment = Annotated[datetime, Meta(tz=True)]
type Count = Annotated[int, Meta(ge=0, le=_MOST)]
type Amount = Annotated[float, Meta(ge=0, le=_MOST)]
