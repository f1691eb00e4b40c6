"""The typed model of a bucket's lifecycle configuration.

It holds illegal configurations as well, so that `checks` can say what is wrong with them. What S3
adds to the format one day is kept in ``extra`` under its own name and goes back unchanged.

Source of names and shapes: API Reference, LifecycleRule.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Extra = tuple[tuple[str, Any], ...]

DEFAULT_SIZE = "all_storage_classes_128K"
"""The default minimum size of an object that transitions, where the bucket names none."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of an object that a rule asks for."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Predicates:
    """What an object must fulfil; sizes in bytes, both bounds exclusive."""

    prefix: str | None = None
    tags: tuple[Tag, ...] = ()
    greater_than: int | None = None
    less_than: int | None = None
    extra: Extra = ()

    @property
    def count(self) -> int:
        """Return how many predicates there are."""
        given = (self.prefix, self.greater_than, self.less_than)
        return sum(one is not None for one in given) + len(self.tags) + len(self.extra)


@dataclass(frozen=True, slots=True)
class Filter:
    """A rule's filter: at most one predicate by itself, or several inside ``And``."""

    alone: Predicates = Predicates()
    together: Predicates | None = None

    @property
    def all_tags(self) -> tuple[Tag, ...]:
        """Return the tags of both places."""
        return self.alone.tags + (self.together.tags if self.together else ())

    @property
    def prefix(self) -> str:
        """Return the prefix that objects must have, "" for any."""
        return self.alone.prefix or (self.together.prefix if self.together else None) or ""

    @property
    def greater_than(self) -> int | None:
        """Return the lower bound of the size, None for none."""
        inner = self.together.greater_than if self.together else None
        return self.alone.greater_than if self.alone.greater_than is not None else inner

    @property
    def less_than(self) -> int | None:
        """Return the upper bound of the size, None for none."""
        inner = self.together.less_than if self.together else None
        return self.alone.less_than if self.alone.less_than is not None else inner


@dataclass(frozen=True, slots=True)
class Transition:
    """A move to a storage class; ``newer_versions`` only of noncurrent versions."""

    storage_class: str | None = None
    days: int | None = None
    date: datetime | None = None
    newer_versions: int | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Expiration:
    """The deletion of objects, or of delete markers that hide nothing any more."""

    days: int | None = None
    date: datetime | None = None
    delete_marker: bool | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class NoncurrentExpiration:
    """The deletion of noncurrent versions."""

    days: int | None = None
    newer_versions: int | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Abort:
    """The end of multipart uploads that nobody completed."""

    days: int | None = None
    extra: Extra = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``prefix`` is the legacy form (V1) of a filter; a rule has one or the other."""

    rule_id: str | None = None
    status: str = "Enabled"
    filter: Filter | None = None
    prefix: str | None = None
    transitions: tuple[Transition, ...] = ()
    expiration: Expiration | None = None
    noncurrent_transitions: tuple[Transition, ...] = ()
    noncurrent_expiration: NoncurrentExpiration | None = None
    abort: Abort | None = None
    extra: Extra = ()

    @property
    def is_enabled(self) -> bool:
        """Whether S3 acts on it."""
        return self.status == "Enabled"

    @property
    def scope(self) -> Filter:
        """Return the objects it is about, in whichever form it is written."""
        return self.filter or Filter(Predicates(prefix=self.prefix))

    @property
    def name(self) -> str:
        """Return how to speak of it."""
        return self.rule_id or f"the rule without an ID for {self.scope.prefix or 'all objects'!r}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A bucket's rules, and the least size of objects that transition by default.

    ``default_size`` is None where S3 did not say (a bucket without rules).
    """

    rules: tuple[Rule, ...] = ()
    default_size: str | None = None
    extra: Extra = ()
