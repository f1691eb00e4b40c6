"""Write a bucket's rules so that nobody's work is lost.

S3 has no condition on the write, and for about half a minute after a change it may answer with the
old rules and the new by turns (boto3 #2491, ansible community.aws #1084, Terraform #41363). So a
bucket is read several times over half a minute before anything is written, and every difference
begins that anew; and what is read after the write is held against what was there before *and*
what was written. Between the last reading and the writing another writer can still come: what
vanished that way is seen by the verification, and put back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from cost_control.changing.store import ChangedMeanwhileError, NoAnswerError
from cost_control.lifecycle.checks import IA_MINIMUM_DAYS, added_violations
from cost_control.lifecycle.compare import difference, same
from cost_control.lifecycle.merge import foreign, merge, missing, modern
from cost_control.lifecycle.model import Configuration, Rule
from cost_control.lifecycle.words import sentence

READINGS = 3
"""Equal ones that a write needs; the last is made when the backup is kept, right before it."""
PAUSE = 15.0
"""Seconds between two of them: three span the half minute."""
ROUNDS = 12
"""Of reading before it is given up: three minutes in which the rules kept changing."""
ATTEMPTS = 3
_READ_BACKS = (0.0, 5.0, 10.0, 20.0)  # seconds to wait before each reading after a write


class Result(StrEnum):
    """What came of a change."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"  # it was so already
    UNVERIFIED = "unverified"  # written, but S3 shows something else
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a bucket's rules; ``backup`` is the key in ReportsBucket, if any."""

    result: Result
    reason: str
    before: Configuration
    after: Configuration
    backup: str | None = None

    @property
    def diff(self) -> str:
        """Return the difference for people."""
        return difference(self.before, self.after)


class Rules(Protocol):
    """A bucket's rules in S3."""

    def lifecycle(self) -> tuple[Configuration, tuple[str, ...]]:
        """Return the configuration, and the elements that this version does not know."""

    def replace(self, configuration: Configuration) -> None:
        """Write it once."""


@dataclass(slots=True)
class Wish:
    """A change that is wanted of one bucket, and what was read of it so far.

    ``wanted`` makes the configuration to be from the one that is there. ``is_judged`` is whether
    S3's rules are asked beforehand: what only takes ours away is S3's to judge. ``is_doubted`` is
    whether rules that are so already are read again: we know of another writing that S3 may not
    show yet.
    """

    rules: Rules
    wanted: Callable[[Configuration], Configuration]
    reason: str
    backup: Callable[[Configuration, str], str]
    seen: Configuration
    unknown: tuple[str, ...] = ()
    is_judged: bool = True
    is_doubted: bool = False
    ia_minimum_days: int = IA_MINIMUM_DAYS
    readings: int = 1

    @property
    def is_steady(self) -> bool:
        """Whether enough equal readings lie behind each other, but for the last."""
        return self.readings >= READINGS - 1

    def read(self) -> None:
        """Read once more; what differs from the reading before begins anew."""
        now, self.unknown = self.rules.lifecycle()
        self.readings = self.readings + 1 if same(now, self.seen) else 1
        self.seen = now

    @property
    def is_open(self) -> bool:
        """Whether the rules have to be read again before anything is done or said."""
        settled = self.settled()
        if self.is_doubted and settled and settled.result is Result.UNCHANGED:
            return not self.is_steady
        return settled is None

    def starts_over(self) -> None:
        """Begin the readings anew."""
        self.readings = 0

    def settled(self) -> Change | None:
        """Return what is to be said where nothing is to be written, None where something is."""
        before, after = self.seen, self.wanted(self.seen)
        if same(before, after):
            return Change(Result.UNCHANGED, "the rules are so already", before, after)
        if self.unknown and self.is_judged:
            why = f"writing would lose what this version does not know: {', '.join(self.unknown)}"
            return Change(Result.REFUSED, why, before, before)
        if self.is_judged:
            illegal = added_violations(before, after, ia_minimum_days=self.ia_minimum_days)
            if illegal:
                return Change(Result.REFUSED, f"S3 would refuse it: {illegal[0]}", before, before)
        return None


@dataclass(frozen=True, slots=True)
class Writer:
    """Write wishes; ``sleep`` takes seconds."""

    sleep: Callable[[float], None]

    def steady(
        self, wishes: Sequence[Wish], expected: tuple[type[Exception], ...] = ()
    ) -> list[tuple[Wish, Exception]]:
        """Read each wish's bucket by turns until all but the last reading lie behind each other.

        Errors that are ``expected`` end a bucket's turns and are returned with its wish.
        """
        troubled: list[tuple[Wish, Exception]] = []
        waiting = list(wishes)
        for _ in range(ROUNDS):
            waiting = [each for each in waiting if not each.is_steady]
            if not waiting:
                break
            self.sleep(PAUSE)
            for each in list(waiting):
                try:
                    each.read()
                except expected as error:
                    troubled.append((each, error))
                    waiting.remove(each)
        if wishes:
            self.sleep(PAUSE)
        return troubled

    def write(self, wish: Wish) -> Change:
        """Write a wish, steady or not yet, and say what came of it.

        BucketError where S3 refuses; every other end is a Change.
        """
        for _ in range(ATTEMPTS):
            if not wish.is_steady and wish.is_open:
                self.steady([wish])
            settled = wish.settled()
            if settled and wish.is_doubted:
                wish.read()
                if not wish.settled():
                    continue
            if settled:
                return settled
            if not wish.is_steady:
                break
            change = self._once(wish)
            if change is not None:
                return change
        why = "the rules kept changing: nothing was written over somebody else's work"
        return Change(Result.REFUSED, why, wish.seen, wish.seen)

    def _once(self, wish: Wish) -> Change | None:
        """Write once; None to start over, because it was not written."""
        before, after = wish.seen, wish.wanted(wish.seen)
        key = wish.backup(before, wish.reason)
        wish.read()
        if not same(wish.seen, before):
            return None  # somebody else wrote in between: their rules count
        answered = True
        try:
            wish.rules.replace(after)
        except ChangedMeanwhileError:
            wish.starts_over()
            return None
        except NoAnswerError:
            answered = False
        strange, last = self._read_back(wish.rules, before, after)
        change = Change(Result.CHANGED, wish.reason, before, after, key)
        if same(last, after):
            return self._put_back(wish, change, strange) if strange else change
        if same(last, before) and not answered:
            wish.starts_over()
            return None
        return _unverified(change, last)

    def _read_back(
        self, rules: Rules, before: Configuration, after: Configuration
    ) -> tuple[list[Configuration], Configuration]:
        """Read until what was written is seen; return what nobody knew of, and the last reading.

        One reading of it is enough, unless something else was seen before: then S3 answers by
        turns, and only the last one counts.
        """
        strange: list[Configuration] = []
        last = before
        for pause in _READ_BACKS:
            if pause:
                self.sleep(pause)
            last, _ = rules.lifecycle()
            if same(last, after) and not strange:
                break
            if not same(last, after) and not same(last, before):
                strange.append(last)
        return strange, last

    def _put_back(self, wish: Wish, change: Change, strange: list[Configuration]) -> Change:
        """Put back what our writing covered: rules that were seen only after it, of others."""
        covered: tuple[Rule, ...] = ()
        for each in strange:
            covered += missing(missing(foreign(each), change.after), Configuration(covered))
        if not covered:
            return change
        own = tuple(rule for rule in change.after.rules if rule not in foreign(change.after))
        others = (*foreign(change.after), *covered)
        whole = merge(replace(change.after, rules=others), own)
        named = "; ".join(f"{each.name}: {sentence(each)}" for each in covered)
        try:
            wish.rules.replace(whole)
        except (ChangedMeanwhileError, NoAnswerError) as error:
            reason = f"{change.reason}; rules of others that came meanwhile are gone: {named}"
            return replace(change, result=Result.UNVERIFIED, reason=f"{reason} ({error})")
        reason = f"{change.reason}; rules of others that came meanwhile were put back: {named}"
        return replace(change, reason=reason, after=whole)


def _unverified(change: Change, last: Configuration) -> Change:
    """Say what S3 shows instead, and which rules are not there that were or should be."""
    known = (*map(modern, change.before.rules), *change.after.rules)
    gone = [each.name for each in missing(known, last)]
    reason = "written, but S3 shows other rules: another writer came"
    if gone:
        reason += f"; not there: {', '.join(dict.fromkeys(gone))}"
    return replace(change, result=Result.UNVERIFIED, reason=reason)
