"""What is left of an alert once it is over: AlarmFanout writes it, the reports read it.

An incident's own document says how its alert stands now; the next opening writes over it. So each
end, and each event, leaves an episode in the partition of its month.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.partition import Partition

KEPT = timedelta(days=455)
"""As long as CloudWatch keeps the numbers beside it, by the hour."""


class Episode(Struct, frozen=True):
    """One time that an alert was open, or one event, which happened at ``opened_at``.

    ``opened_at`` is None when its beginning was not seen, ``closed_at`` while it is open. ``kind``
    says where the alert came from; ``flapped`` that it had changed too often to be told each time;
    ``acknowledged_by`` a person's name, as they wrote it elsewhere, empty where nobody did.
    """

    key: str
    name: str
    kind: str
    opened_at: datetime | None
    closed_at: datetime | None
    alert_id: str | None = None
    sentence: str = ""
    flapped: bool = False
    is_event: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    @property
    def at(self) -> datetime | None:
        """When it ended, or happened."""
        return self.closed_at or self.opened_at


def keep(store: DocumentStore, episode: Episode, now: datetime) -> None:
    """Write an episode; the same one again changes nothing. Raises BusyError."""
    at = episode.at or now
    month = Partition(store, partition_of(at), Episode, KEPT)
    month.set(f"{at.isoformat(timespec='milliseconds')}#{episode.key}", episode, now)


def partition_of(at: datetime) -> str:
    """Return the partition of a month's episodes, by when they ended."""
    return f"episode#{at:%Y-%m}"
