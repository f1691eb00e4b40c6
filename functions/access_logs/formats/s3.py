"""S3 server access logs: one line a request, fields apart by spaces, texts in quotes.

Source: Amazon S3 User Guide, "Amazon S3 server access log format". New fields may come at a line's
end at any time; quotes inside a user agent are not escaped, so the line is read from both sides of
the request's own text rather than by splitting it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from access_logs.entry import Entry, LineError, Origin
from access_logs.formats import values

_LINE = re.compile(
    r"[^ ]+ (?P<bucket>[^ ]+) \[(?P<time>[^\]]*)\] (?P<address>[^ ]+) (?P<requester>[^ ]+) [^ ]+"
    r" (?P<operation>[^ ]+) [^ ]+ (?:\".*?\"|-) (?P<status>\d{3}|-) [^ ]+ (?P<size>\d+|-)"
    r" [^ ]+ (?P<total>\d+|-) (?P<first_byte>\d+|-)(?: |$)"
)
# What S3 does by itself (S3.EXPIRE.OBJECT, S3.TRANSITION…) is no request, and two kinds of request
# have lines beside their own: each object of a batch deletion (BATCH.DELETE.OBJECT), and what a
# copy reads (REST.COPY.OBJECT_GET, REST.COPY.PART_GET; decision 293).
REQUESTS = ("REST.", "WEBSITE.", "SOAP.")
_COPIES, _READ = "REST.COPY.", "_GET"


@dataclass(frozen=True, slots=True)
class S3Format:
    """The log lines of buckets; those of other buckets than ``watched`` are passed over.

    ``ignored`` never counts: the bucket of the logs themselves.
    """

    watched: Collection[str] = ()
    ignored: str | None = None
    origin: Origin = Origin.BUCKET

    def watches(self, bucket: str) -> bool:
        """Whether requests to a bucket count."""
        return bucket != self.ignored and (not self.watched or bucket in self.watched)

    def is_request(self, operation: str) -> bool:
        """Whether an operation is a request of somebody's."""
        if operation.startswith(_COPIES) and operation.endswith(_READ):
            return False
        return operation.startswith(REQUESTS)

    def entry(self, line: str) -> Entry | None:
        """Read one line; None for one that does not count, LineError for what is none."""
        found = _LINE.match(line)
        if not found:
            raise LineError("not the fields of an S3 server access log")
        minute = values.minute_of_stamp(found["time"])
        if not (self.watches(found["bucket"]) and self.is_request(found["operation"])):
            return None
        return Entry(
            minute=minute,
            status=values.whole(found["status"], "HTTP status", absent=0),
            size=values.whole(found["size"], "Bytes Sent", absent=0),
            first_byte=values.milliseconds(found["first_byte"], "Turn-Around Time", seconds=False),
            total=values.milliseconds(found["total"], "Total Time", seconds=False),
            address=found["address"],
            requester=found["requester"],
        )
