"""One run: measure all buckets, plan each, carry out what may be, and tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.alerts import AlertMessage
from cost_control.changing.backups import Backups
from cost_control.changing.changes import BucketChanges
from cost_control.changing.store import BucketError, BucketStore
from cost_control.changing.writing import Change, Result
from cost_control.lifecycle.compare import difference
from cost_control.lifecycle.document import DocumentError
from cost_control.lifecycle.merge import merge
from cost_control.measuring.sampling import Sample
from cost_control.measuring.usage import Bucket, BucketFacts, Usage
from cost_control.memory import Memory
from cost_control.money.prices import PriceList
from cost_control.money.stored import realised
from cost_control.planning.given import Policy
from cost_control.planning.levels import Level
from cost_control.planning.plan import Plan, plan_lifecycle
from cost_control.planning.standing import totals
from cost_control.planning.verdict import Step, Verdict, held_back, judge
from cost_control.report import BucketReport, Report
from cost_control.settings import FunctionSettings, Request
from cost_control.telling import message, worth_telling

_EXPECTED = (BucketError, DocumentError, ClientError, BotoCoreError)


class Reader(Protocol):
    """Where measurements come from."""

    def usage(self, bucket: str) -> Usage:
        """Return a bucket's usage."""

    def sample(self, bucket: str, objects: int, mean: float) -> Sample:
        """Return the sizes of its objects."""


@dataclass(frozen=True, slots=True)
class Control:
    """The work of one invocation and all that it needs."""

    settings: FunctionSettings
    policy: Policy
    reader: Reader
    prices: PriceList
    memory: Memory
    backups: Backups
    store: Callable[[str], BucketStore]
    sleep: Callable[[float], None]
    publish: Callable[[AlertMessage], None]
    now: datetime

    def run(self, request: Request) -> Report:
        """Do what is asked; one bucket's trouble never stops the others."""
        report = Report(request.action, self.settings.mode)
        usages, errors = self._measure()
        report.totals = totals(
            usages,
            len(self.settings.buckets),
            self.prices,
            self.store if self.settings.usd_thresholds.is_set else None,
        )
        report.standing = report.totals.standing(
            self.memory.standing(), self.settings.thresholds, self.settings.usd_thresholds
        )
        for name in [request.bucket] if request.bucket else self.settings.buckets:
            usage = usages.get(name, Usage(note=errors.get(name, "")))
            if name in errors and request.action != "rollback":  # undoing needs no figures
                report.buckets.append(BucketReport(name, error=errors[name]))
            else:
                report.buckets.append(self._work(request, name, usage, report.level))
        if request.action != "plan":
            self.memory.set_standing(report.standing)
            self._tell_all(report)
        return report

    def _tell_all(self, report: Report) -> None:
        """Tell the news of all buckets; what cannot be published is told by the next run."""
        for one in report.buckets:
            try:
                if self._tell(one):
                    report.told.append(one.name)
            except (ClientError, BotoCoreError) as error:
                report.untold[one.name] = str(error)

    def _measure(self) -> tuple[dict[str, Usage], dict[str, str]]:
        usages, errors = {}, {}
        for name in self.settings.buckets:
            try:
                usages[name] = self.reader.usage(name)
            except (ClientError, BotoCoreError) as error:
                errors[name] = f"measuring: {error}"
        return usages, errors

    def _work(self, request: Request, name: str, usage: Usage, level: Level) -> BucketReport:
        try:
            if request.action == "rollback":
                return self._rollback(name, usage)
            return self._plan(request, name, usage, level)
        except _EXPECTED as error:
            return BucketReport(name, usage, error=str(error))

    def _plan(self, request: Request, name: str, usage: Usage, level: Level) -> BucketReport:
        store = self.store(name)
        facts = store.facts()
        plan = self._plan_of(request, facts, usage, level)
        verdict = judge(facts, plan, level, writes=self.settings.writes(name))
        change = None
        if request.action == "apply":
            changes = self._changes(store)
            if request.bucket or level is not Level.CRITICAL:
                changes.hold(None)
            verdict = held_back(verdict, changes.held_since)
            change = _carry_out(changes, verdict, plan, facts)
        would = merge(facts.lifecycle, plan.rules) if plan.rules else facts.lifecycle
        return BucketReport(
            name=name,
            usage=usage,
            plan=plan,
            verdict=verdict,
            change=change,
            diff=change.diff if change else difference(facts.lifecycle, would),
            realised=realised(usage.bytes_by_type, self.prices) if usage.bytes_by_type else None,
        )

    def _plan_of(self, request: Request, facts: BucketFacts, usage: Usage, level: Level) -> Plan:
        if request.action != "plan" and level is Level.NORMAL:
            sample = Sample(None, "not sampled: storage is below its thresholds")
        elif not usage.objects or usage.total is None:
            sample = Sample(None, "the bucket's size is unknown")
        else:
            mean = usage.total / usage.objects
            sample = self.reader.sample(facts.name, usage.objects, mean)
        bucket = Bucket(facts, usage, sample.sizes, sample.note)
        return plan_lifecycle(bucket, self.prices, self.policy, level)

    def _rollback(self, name: str, usage: Usage) -> BucketReport:
        changes = self._changes(self.store(name))
        changes.hold(self.now.isoformat(timespec="seconds"))
        change = changes.revert("rolled back by hand")
        return BucketReport(name, usage, change=change, diff=change.diff)

    def _changes(self, store: BucketStore) -> BucketChanges:
        return BucketChanges(
            store, self.backups, self.memory, self.sleep, self.policy.ia_minimum_days
        )

    def _tell(self, report: BucketReport) -> bool:
        """Publish a bucket's news unless it was told already; True when it was published."""
        news = worth_telling(report)
        known = self.memory.bucket(report.name)
        if news == known.get("told"):
            return False
        if news:
            self.publish(message(report, self.settings.function_name, self.now))
        told = {"told": news} | ({"untold": None} if report.change else {})
        self.memory.set_bucket(report.name, known | told)
        return news is not None


def _carry_out(
    changes: BucketChanges, verdict: Verdict, plan: Plan, facts: BucketFacts
) -> Change | None:
    """Do what was decided; where nothing is left to do, return what nobody was told of yet."""
    change = None
    if verdict.step is Step.APPLY:
        change = changes.apply(plan.rules, verdict.reason)
    elif verdict.step is Step.REVERT:
        change = changes.revert(verdict.reason)
    if change is None or change.result is Result.UNCHANGED:
        return changes.untold(facts.lifecycle) or change
    return change
