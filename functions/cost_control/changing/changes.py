"""Put our rule into buckets and take it out, remembering the way back.

Ours is the rule whose ID is ours in a bucket of which StateTable knows that we wrote one. What
another hand takes out is put back once; the second time it is left out, and who does it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch.state_table.documents import Json
from cost_control.changing.backups import BackupError, Backups
from cost_control.changing.store import BucketStore
from cost_control.changing.writing import Change, Result, Wish, Writer
from cost_control.lifecycle.compare import canonical, text
from cost_control.lifecycle.document import read, write_rule
from cost_control.lifecycle.merge import merge, ours, restored
from cost_control.lifecycle.model import Configuration, Rule
from cost_control.memory import Memory
from cost_control.planning.levels import Level
from cost_control.planning.promises import Promise
from cost_control.planning.verdict import Step, Verdict

SETTLES = timedelta(minutes=5)
"""How long after a writing a reading without our rule proves nothing: it takes half a minute."""


@dataclass(frozen=True, slots=True)
class BucketChanges:
    """The changes to one bucket."""

    store: BucketStore
    backups: Backups
    memory: Memory
    sleep: Callable[[float], None]
    ia_minimum_days: int

    @property
    def is_known(self) -> bool:
        """Whether StateTable knows of a rule that we wrote into this bucket."""
        return self._remembered.get("rule") is not None

    def is_changed(self, now: Configuration) -> bool:
        """Tell whether our rule is there, and does something else than the one that we wrote."""
        there, wrote = ours(now), self._remembered.get("rule")
        if there is None or wrote is None:
            return False
        [mine] = read({"Rules": [wrote]}).rules
        return text(canonical(replace(there, status=mine.status))) != text(canonical(mine))

    @property
    def has_history(self) -> bool:
        """Whether there is a rule of ours, something untold, or a rollback to remember."""
        kept = self._remembered
        return any(kept.get(name) for name in ("rule", "untold", "held_since"))

    @property
    def gone(self) -> int:
        """Return how often another hand took our rule out since it was put in."""
        return int(self._remembered.get("gone", 0))

    def noticed(self, now: Configuration) -> int:
        """Count it when our rule is not there although nobody of us took it out."""
        remembered = self._remembered
        is_out = ours(now) is None
        if is_out and self._is_just_written:
            return self.gone
        if remembered.get("rule") and bool(remembered.get("is_out")) != is_out:
            self._remember({"gone": self.gone + is_out, "is_out": is_out})
        return self.gone

    def forget_if_out(self, now: Configuration) -> None:
        """Forget a rule that another hand took out, once there is no cause for it any more."""
        if ours(now) is None and not self._is_just_written:
            self.forget()

    @property
    def _is_just_written(self) -> bool:
        """Whether our rule was written so lately that S3 may answer without it."""
        at: str | None = self._remembered.get("written")
        return at is not None and self.memory.now - datetime.fromisoformat(at) < SETTLES

    def apply(self, own: tuple[Rule, ...], reason: str, seen: Configuration) -> Wish:
        """Return the wish to have these rules beside the others."""
        return self._wish(lambda now: merge(now, own), reason, seen, own)

    def revert(self, reason: str, seen: Configuration) -> Wish:
        """Return the wish to have our rule out: the backup, where nobody changed theirs since.

        A backup that cannot be read leaves the rules of others as they are now: ours goes all the
        same, and the reason says so.
        """
        backup, trouble = self._way_back()
        known = self.is_known
        wish = self._wish(
            lambda now: self._without(now, backup) if known else now, reason + trouble, seen
        )
        wish.is_judged, wish.is_doubted = False, known
        return wish

    def carried_out(self, wish: Wish, *, forgets: bool) -> Change:
        """Write a wish and remember what is there now; ``forgets`` our rule once it is out."""
        change = Writer(self.sleep).write(wish)
        if change.result in {Result.CHANGED, Result.UNVERIFIED} and ours(change.after) is not None:
            self._remember({"is_out": False, "written": self.memory.now.isoformat()})
        elif forgets and change.result in {Result.CHANGED, Result.UNCHANGED}:
            self.forget()
        return change

    def promise(self, promise: Promise) -> None:
        """Remember what our rule is to save."""
        self._remember({"promise": promise.as_json()})

    @property
    def promised(self) -> Promise | None:
        """Return what our rule is to save, None where nothing was promised."""
        kept = self._remembered.get("promise")
        return Promise.from_json(kept) if kept else None

    def forget(self) -> None:
        """Forget our rule: it is out, and no rule of this name is ours any more."""
        if self.is_known:
            self._remember({"rule": None, "gone": 0, "is_out": False, "promise": None})

    def _way_back(self) -> tuple[Configuration | None, str]:
        kept = self._remembered.get("backup")
        if not kept:
            return None, ""
        try:
            return self.backups.load(kept), ""
        except BackupError as error:
            return None, f"; only our rule was taken away: {error}"

    @property
    def held_since(self) -> str | None:
        """Return since when a rollback by hand keeps our rule out, None when none does."""
        held: str | None = self._remembered.get("held_since")
        return held

    def held(self, level: Level) -> Verdict | None:
        """Return that a rollback by hand keeps our rule out, None where none does.

        It holds until the threshold is crossed anew, or the bucket is named in an apply.
        """
        since = self.held_since
        if since is None or level is not Level.CRITICAL:
            return None
        return Verdict(Step.LEAVE, f"rolled back by hand at {since}: our rule stays out")

    def hold(self, since: str | None) -> None:
        """Keep our rule out from now on, or let it in again (None)."""
        if self.held_since != since:
            self._remember({"held_since": since})
        if since is None and self.gone:
            self._remember({"gone": 0})

    def untold(self, now: Configuration) -> Change | None:
        """Return a change of ours that nobody was told of, None where there is none.

        A run that died after its writing, or whose message could not be published, leaves one.
        """
        kept = self._remembered.get("untold")
        if not kept:
            return None
        try:
            before = self.backups.load(kept["backup"])
        except BackupError as error:
            return Change(Result.CHANGED, f"{kept['reason']}; {error}", now, now, kept["backup"])
        if ours(before) == ours(now):  # it was not written after all
            self._remember({"untold": None})
            return None
        return Change(Result.CHANGED, kept["reason"], before, now, kept["backup"])

    def _wish(
        self,
        wanted: Callable[[Configuration], Configuration],
        reason: str,
        seen: Configuration,
        own: tuple[Rule, ...] = (),
    ) -> Wish:
        return Wish(
            rules=self.store,
            wanted=wanted,
            reason=reason,
            backup=lambda before, why: self._keep(before, why, own),
            seen=seen,
            unknown=self.store.unknown,
            ia_minimum_days=self.ia_minimum_days,
        )

    def _keep(self, before: Configuration, reason: str, own: tuple[Rule, ...]) -> str:
        """Back up; the way back, and what is to be told, are known before anything is written."""
        key = self.backups.keep(self.store.name, before, reason)
        known: Json = {"untold": {"backup": key, "reason": reason}}
        if ours(before) is None or not self.is_known:
            known["backup"] = key
        if own:
            known |= {"rule": write_rule(own[0]), "is_out": True}
        self._remember(known)
        return key

    def _without(self, now: Configuration, backup: Configuration | None) -> Configuration:
        """Return the rules without ours; as they are where boto3 does not know all of them."""
        if ours(now) is None:
            return now
        return merge(now, ()) if backup is None or self.store.unknown else restored(now, backup)

    @property
    def _remembered(self) -> Json:
        return self.memory.bucket(self.store.name)

    def _remember(self, changed: Json) -> None:
        self.memory.set_bucket(self.store.name, self._remembered | changed)
