"""One run: measure all buckets, decide on each, carry out what may be, and tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.documents import Json
from cost_control.changing.backups import Backups
from cost_control.changing.changes import BucketChanges
from cost_control.changing.store import BucketError, BucketStore
from cost_control.changing.writing import Result, Writer
from cost_control.deciding import Deciding, Decision, Reader
from cost_control.lifecycle.compare import difference
from cost_control.lifecycle.document import DocumentError
from cost_control.lifecycle.merge import merge
from cost_control.measuring.usage import Usage
from cost_control.memory import Memory
from cost_control.money.prices import PriceList
from cost_control.money.stored import realised
from cost_control.planning.given import Policy
from cost_control.planning.levels import Level
from cost_control.planning.promises import Promise, kept
from cost_control.planning.standing import totals
from cost_control.planning.verdict import Step, Verdict
from cost_control.report import BucketReport, Report
from cost_control.settings import FunctionSettings, Request
from cost_control.telling import message, worth_telling

_EXPECTED = (BucketError, DocumentError, ClientError, BotoCoreError)


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
        """Do what is asked; one bucket's trouble never stops the others.

        What is to be written is read for half a minute first: of all buckets at once.
        """
        report = Report(request.action, self.settings.mode)
        usages, error = self._measure()
        self._judge(report, usages)
        deciding = self._deciding(acts=request.action != "plan")
        decisions: dict[str, Decision] = {}
        for name in [request.bucket] if request.bucket else self.settings.buckets:
            usage = usages.get(name, Usage(note=error))
            if error and request.action != "rollback":  # undoing needs no figures
                report.buckets[name] = BucketReport(name, error=error)
                continue
            try:
                decisions[name] = self._decide(request, deciding, name, usage, report.level)
                report.buckets[name] = self._reported(deciding, name, usage, decisions[name])
            except _EXPECTED as trouble:
                report.buckets[name] = BucketReport(name, usage, error=str(trouble))
        self._steady(decisions, report)
        for name, decision in decisions.items():
            if decision.wish and not report.buckets[name].error:
                try:
                    self._carry_out(deciding.changes(name), decision, report)
                except _EXPECTED as trouble:
                    report.buckets[name] = replace(report.buckets[name], error=str(trouble))
        if request.action != "plan":
            self.memory.set_standing(report.standing)
            self._tell_all(report)
        return report

    def _judge(self, report: Report, usages: dict[str, Usage]) -> None:
        """Say where all buckets stand together."""
        by_cost = self.settings.usd_thresholds.is_set
        report.totals = totals(
            usages, len(self.settings.buckets), self.prices, self.memory.moved if by_cost else None
        )
        report.standing = report.totals.standing(
            self.memory.standing(), self.settings.thresholds, self.settings.usd_thresholds
        )

    def _decide(
        self, request: Request, deciding: Deciding, name: str, usage: Usage, level: Level
    ) -> Decision:
        changes = deciding.changes(name)
        if request.action == "rollback":
            changes.hold(self.now.isoformat(timespec="seconds"))
            now, _ = changes.store.lifecycle()
            wish = changes.revert("rolled back by hand", now)
            return Decision(Verdict(Step.REVERT, wish.reason), wish=wish, lifecycle=now)
        if request.action == "apply" and (request.bucket or level is not Level.CRITICAL):
            changes.hold(None)
        return deciding.decide(name, usage, level, writes=self.settings.writes(name))

    def _reported(
        self, deciding: Deciding, name: str, usage: Usage, decision: Decision
    ) -> BucketReport:
        """Report a decision as it is before anything is written."""
        is_kept = decision.verdict.step is Step.LEAVE and not decision.verdict.is_news
        promise = deciding.changes(name).promised if is_kept else None
        due = promise if promise and not promise.is_told else None
        plan, there = decision.plan, decision.lifecycle
        diff = difference(there, merge(there, plan.rules)) if plan and plan.rules and there else ""
        return BucketReport(
            name=name,
            usage=usage,
            plan=plan,
            verdict=decision.verdict,
            change=decision.change,
            diff=decision.change.diff if decision.change else diff,
            promise=promise,
            kept=kept(due, usage, self.prices, self.now) if due else None,
            realised=(
                realised(usage.bytes_by_type, self.prices, usage.requests)
                if usage.bytes_by_type and usage.is_certain
                else None
            ),
        )

    def _steady(self, decisions: dict[str, Decision], report: Report) -> None:
        """Read the rules of all buckets that are to be written, over half a minute."""
        waiting = [each.wish for each in decisions.values() if each.wish and each.wish.is_open]
        for wish, trouble in Writer(self.sleep).steady(waiting, _EXPECTED):
            name = next(name for name, each in decisions.items() if each.wish is wish)
            report.buckets[name] = replace(report.buckets[name], error=str(trouble))

    def _carry_out(self, changes: BucketChanges, decision: Decision, report: Report) -> None:
        """Write a wish, and keep what came of it."""
        if not decision.wish:
            return
        name = changes.store.name
        is_undo = decision.verdict.step is Step.REVERT
        change = changes.carried_out(decision.wish, forgets=is_undo)
        if change.result is Result.UNCHANGED and decision.lifecycle:
            change = changes.untold(decision.lifecycle) or change
        outcome = decision.plan.outcome if decision.plan else None
        usage = report.buckets[name].usage
        if not is_undo and outcome and usage:
            changes.promise(Promise.of(outcome, usage, self.now))
        report.buckets[name] = replace(report.buckets[name], change=change, diff=change.diff)

    def _measure(self) -> tuple[dict[str, Usage], str]:
        try:
            return self.reader.usages(self.settings.buckets), ""
        except (ClientError, BotoCoreError) as error:
            return {}, f"measuring: {error}"

    def _deciding(self, *, acts: bool) -> Deciding:
        return Deciding(
            self.policy, self.reader, self.prices, self.memory, self.backups, self.store,
            self.sleep, self.now, acts,
        )  # fmt: skip

    def _tell_all(self, report: Report) -> None:
        """Tell the news of all buckets; what cannot be published is told by the next run."""
        for one in report.buckets.values():
            try:
                if self._tell(one):
                    report.told.append(one.name)
            except (ClientError, BotoCoreError) as error:
                report.untold[one.name] = str(error)

    def _tell(self, report: BucketReport) -> bool:
        """Publish a bucket's news unless it was told already; True when it was published."""
        news = worth_telling(report)
        known = self.memory.bucket(report.name)
        if news == known.get("told"):
            return False
        if news:
            settings = self.settings
            self.publish(message(report, settings.function_name, settings.region, self.now))
        told: Json = {"told": news} | ({"untold": None} if report.change else {})
        if report.kept:
            told["promise"] = replace(report.kept.promise, is_told=True).as_json()
        self.memory.set_bucket(report.name, known | told)
        return news is not None
