"""How the objects of a bucket are used: counted by S3, else assumed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requests:
    """What S3's request metrics count in a month over the whole bucket.

    ``reads`` are GETs, HEADs and SELECTs, ``touches`` those of them that are an access to
    Intelligent-Tiering, ``puts`` PUTs and POSTs, ``deletes`` DELETEs; ``downloaded`` and
    ``uploaded`` are bytes, None where requests were counted and bytes were not.
    """

    reads: float = 0.0
    downloaded: float | None = None
    puts: float = 0.0
    uploaded: float | None = None
    deletes: float = 0.0
    touches: float | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How objects are read, come and go in a month.

    Where ``is_counted``, ``reads`` are all GETs, HEADs and SELECTs of the bucket, ``touches`` all
    but the HEADs, ``downloaded`` and ``uploaded`` all bytes, None where bytes were not counted;
    else ``reads`` are of each object, which is read whole. ``births`` and ``deaths`` are shares of
    the objects that are there.
    What dies ``lingers`` in a versioned bucket, as a noncurrent version in its class.
    """

    reads: float
    is_counted: bool = False
    downloaded: float | None = None
    births: float = 0.0
    deaths: float = 0.0
    uploaded: float | None = None
    lingers: bool = False
    touches: float | None = None

    @property
    def warming(self) -> float:
        """Return the reads that keep an object warm in Intelligent-Tiering: a HEAD does not.

        Source: User Guide, "How S3 Intelligent-Tiering works".
        """
        return self.reads if self.touches is None else self.touches

    @property
    def shrinks(self) -> float:
        """Return the share of the objects by which a month makes them fewer."""
        return max(0.0, self.deaths - self.births)

    @property
    def grows(self) -> float:
        """Return the share of the objects by which a month makes what is stored more, at most."""
        return self.births if self.lingers else max(0.0, self.births - self.deaths)
