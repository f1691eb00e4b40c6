"""Decide on one bucket: what is read of it is what the decision needs, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cost_control.changing.backups import Backups
from cost_control.changing.changes import BucketChanges
from cost_control.changing.store import BucketError, BucketStore
from cost_control.changing.writing import Change, Wish
from cost_control.lifecycle.model import Configuration
from cost_control.measuring.calls import Calls
from cost_control.measuring.sizing import Sample
from cost_control.measuring.usage import (
    ALIAS_SUFFIXES,
    DIRECTORY_SUFFIX,
    Bucket,
    BucketFacts,
    Usage,
    Versioning,
)
from cost_control.memory import Memory
from cost_control.money.prices import PriceList
from cost_control.planning.given import Policy
from cost_control.planning.levels import Level
from cost_control.planning.plan import Plan, plan_lifecycle
from cost_control.planning.verdict import (
    Step,
    Verdict,
    before_sizes,
    fought,
    judge,
    untouchable,
)

_MEASURED = 2  # calls of CloudWatch, which all buckets share
_SETUP = 2
_CALM = Verdict(Step.LEAVE, "storage is below its thresholds")
_ONE_CLASS = Verdict(Step.LEAVE, "a directory bucket has one storage class: nothing can be moved")


class Reader(Protocol):
    """Where measurements come from."""

    def usages(self, buckets: tuple[str, ...]) -> dict[str, Usage]:
        """Return each bucket's usage."""

    def sample(self, bucket: str, usage: Usage, versioning: Versioning, calls: Calls) -> Sample:
        """Return the sizes of its objects."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a bucket; ``wish`` is the change, ``change`` an older one untold."""

    verdict: Verdict
    plan: Plan | None = None
    wish: Wish | None = None
    lifecycle: Configuration | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decide for a run; ``acts`` is whether it may change and remember anything."""

    policy: Policy
    reader: Reader
    prices: PriceList
    memory: Memory
    backups: Backups
    store: Callable[[str], BucketStore]
    sleep: Callable[[float], None]
    now: datetime
    acts: bool

    def changes(self, name: str) -> BucketChanges:
        """Return the changes to a bucket."""
        return BucketChanges(
            self.store(name), self.backups, self.memory, self.sleep, self.policy.ia_minimum_days
        )

    def decide(self, name: str, usage: Usage, level: Level, *, writes: bool) -> Decision:
        """Return what is to be done with a bucket.

        In normal times nothing is read of one that has no rule of ours. Where our rule is in
        place, nothing is read but the rules. Sizes are learnt where they can change the decision.
        """
        if name.endswith(DIRECTORY_SUFFIX):
            return Decision(_ONE_CLASS)
        if name.endswith(ALIAS_SUFFIXES):
            raise BucketError(f"{name} is an alias of an access point: name the bucket itself")
        changes = self.changes(name)
        if self.acts and level is Level.NORMAL and not changes.has_history:
            return Decision(_CALM)
        calls = Calls()
        calls.spend(_MEASURED + 1)
        lifecycle, unknown = changes.store.lifecycle()
        gone = self._noticed(changes, lifecycle, level)
        facts = BucketFacts(
            name,
            lifecycle,
            unknown_elements=unknown,
            is_own_known=changes.is_known,
            is_own_changed=changes.is_changed(lifecycle),
        )
        early = before_sizes(facts, level, writes=writes) or self._calm(level)
        if early and early.step is Step.LEAVE and self.acts:
            return self._settled(changes, early, lifecycle)
        calls.spend(_SETUP)
        facts = replace(facts, setup=changes.store.setup())
        verdict = untouchable(facts.setup) or early or fought(facts, gone)
        if self.acts and (verdict := verdict or changes.held(level)):
            return self._settled(changes, verdict, lifecycle)
        plan = self._plan(facts, usage, level, calls)
        verdict = verdict or judge(plan, level, writes=writes, gone=gone)
        if verdict.step is not Step.APPLY or not self.acts:
            return Decision(verdict, plan, None, lifecycle, self._untold(changes, lifecycle))
        return self._applied(changes, verdict, plan, lifecycle, calls)

    def _calm(self, level: Level) -> Verdict | None:
        return _CALM if self.acts and level is Level.NORMAL else None

    def _noticed(self, changes: BucketChanges, lifecycle: Configuration, level: Level) -> int:
        """Return how often another hand took our rule out; forget it once there is no cause."""
        if not self.acts:
            return changes.gone
        gone = changes.noticed(lifecycle)
        if level is not Level.CRITICAL:
            changes.forget_if_out(lifecycle)
        return gone

    def _applied(
        self,
        changes: BucketChanges,
        verdict: Verdict,
        plan: Plan,
        lifecycle: Configuration,
        calls: Calls,
    ) -> Decision:
        """Return the wish for a plan, or that the next run has it where the calls are used up."""
        if not calls.can_write:
            why = f"sizes were learnt in this run, the next one writes: {verdict.reason}"
            return Decision(Verdict(Step.LEAVE, why), plan, None, lifecycle)
        wish = changes.apply(plan.rules, verdict.reason, lifecycle)
        return Decision(verdict, plan, wish, lifecycle)

    def _settled(
        self, changes: BucketChanges, verdict: Verdict, lifecycle: Configuration
    ) -> Decision:
        """Return a decision for which no sizes are needed."""
        if verdict.step is Step.REVERT:
            wish = changes.revert(verdict.reason, lifecycle)
            return Decision(verdict, None, wish, lifecycle)
        return Decision(verdict, None, None, lifecycle, self._untold(changes, lifecycle))

    def _untold(self, changes: BucketChanges, lifecycle: Configuration) -> Change | None:
        return changes.untold(lifecycle) if self.acts else None

    def _plan(self, facts: BucketFacts, usage: Usage, level: Level, calls: Calls) -> Plan:
        sample = self._sample(facts, usage, calls)
        bucket = Bucket(facts, usage, sample.sizes, sample.note)
        return plan_lifecycle(bucket, self.prices, self.policy, level, self.now.date())

    def _sample(self, facts: BucketFacts, usage: Usage, calls: Calls) -> Sample:
        if not usage.objects or usage.total is None or not usage.is_certain:
            return Sample(None, "the bucket's size is unknown")
        kept = self.memory.sizes(facts.name)
        if kept is not None:
            return Sample(kept, kept.origin)
        sample = self.reader.sample(facts.name, usage, facts.setup.versioning, calls)
        if sample.sizes is not None and self.acts:
            self.memory.set_sizes(facts.name, sample.sizes)
        return sample
