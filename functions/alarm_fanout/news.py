"""What came of a batch of alerts: what is to be told over which channels, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, field

from alarm_fanout.notice import Notice


@dataclass(frozen=True, slots=True)
class Task:
    """A notice, and the channels over which this invocation has to deliver it."""

    notice: Notice
    channels: frozenset[str]


@dataclass(slots=True)
class News:
    """What came of a batch: what to tell, which incidents others are at, what is quiet and why."""

    tasks: list[Task] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    quiet: list[tuple[str, str]] = field(default_factory=list)
    held: dict[str, set[str]] = field(default_factory=dict)  # names by the mute's pattern
    unserved: list[tuple[str, str]] = field(default_factory=list)  # name, what nobody delivers
    unanswered: list[tuple[str, str]] = field(default_factory=list)  # what an answer did not change

    def add(self, other: News) -> None:
        """Take in what came of one more incident."""
        self.tasks += other.tasks
        self.busy |= other.busy
        self.quiet += other.quiet
        self.unserved += other.unserved
        self.unanswered += other.unanswered
        for pattern, names in other.held.items():
            self.held.setdefault(pattern, set()).update(names)
