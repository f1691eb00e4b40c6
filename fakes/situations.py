"""Random buckets: what is in them, and what CloudWatch, listings and inventories say of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

from cost_control.lifecycle.document import read
from cost_control.measuring.calls import Calls
from cost_control.measuring.inventory.choosing import InventoryError
from cost_control.measuring.listing import Listing
from cost_control.measuring.sizing import learn
from cost_control.measuring.usage import Bucket, BucketFacts, Setup, Usage, Versioning
from cost_control.money.histogram import Sizes, added, of_listing
from cost_control.money.prices import BUNDLED
from cost_control.money.use import Requests
from cost_control.planning.given import Policy
from cost_control.planning.levels import Level
from cost_control.planning.plan import Plan, plan_lifecycle
from fakes.cost_world import TYPES
from fakes.storage_bill import Given, Kind

TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Situation:
    """A bucket as it is, and what is known of it."""

    kinds: list[Kind]
    is_counted: bool
    downloads_known: bool
    versions: int
    has_inventory: bool
    parts: float
    expires: int | None
    by_prefix: bool
    above: int | None
    """Bytes above which the rule of others ends objects, None for all of them."""
    rng: random.Random
    until: int | None = None
    """Days to the date on which another rule deletes the objects that have a tag."""

    def ends(self, kind: Kind) -> bool:
        """Tell whether it is the rule of others that ends objects of a kind."""
        ended = _is_ended(self.expires, self.above, kind, by_prefix=self.by_prefix)
        return ended and kind.life == self.expires

    @property
    def assumed_reads(self) -> float:
        """Return the reads that are assumed where nobody counts them: the most of any kind."""
        return max(kind.gets + kind.heads for kind in self.kinds)

    def usage(self) -> Usage:
        """Return what CloudWatch says: all versions and parts, and all requests."""
        types: dict[str, float] = {}
        for kind in self.kinds:
            place = TYPES[kind.storage_class]
            types[place] = types.get(place, 0.0) + kind.count * kind.size * self.versions
        types["StandardStorage"] = types.get("StandardStorage", 0.0) + self.parts
        objects = sum(kind.count for kind in self.kinds) * self.versions + self.parts / 8e6
        comes = sum(kind.comes for kind in self.kinds)
        dies = sum(_deaths(kind) for kind in self.kinds)
        counted = Requests(
            reads=sum(kind.count * (kind.gets + kind.heads) for kind in self.kinds),
            touches=sum(kind.count * kind.gets for kind in self.kinds),
            downloaded=sum(kind.count * kind.gets * kind.size for kind in self.kinds)
            if self.downloads_known
            else None,
            puts=comes * 30,
            uploaded=sum(kind.comes * kind.size for kind in self.kinds) * 30
            if self.downloads_known
            else None,
            deletes=sum(_deaths(kind) for kind in self.kinds if not self.ends(kind)) * 30,
        )
        return Usage(
            bytes_by_type=types,
            objects=round(objects),
            grown=(comes - (dies if self.versions == 1 else 0)) * 7,
            requests=counted if self.is_counted else None,
        )

    def bucket(self) -> Bucket:
        """Return what is learnt of the bucket, within its calls."""
        versioning = Versioning.OFF if self.versions == 1 else Versioning.ENABLED
        usage, client = self.usage(), SimpleNamespace(list_objects_v2=self._page)
        calls = Calls(7)
        listing = Listing(cast("Any", client), "1", self.rng, "avatars", calls)
        sample = learn(cast("Any", self), listing, usage, versioning)
        rules = []
        if self.expires:
            scope: dict[str, Any] = {"Prefix": "tmp/"} if self.by_prefix else {}
            if self.above is not None:
                scope = {"ObjectSizeGreaterThan": self.above}
            rules = [
                {"ID": "e", "Status": "Enabled", "Filter": scope,
                 "Expiration": {"Days": self.expires}}
            ]  # fmt: skip
        if self.until is not None:
            at = (TODAY + timedelta(days=self.until)).isoformat()
            tagged = {"Tag": {"Key": "old", "Value": "1"}}
            rules.append(
                {"ID": "d", "Status": "Enabled", "Filter": tagged, "Expiration": {"Date": at}}
            )
        facts = BucketFacts("avatars", read({"Rules": rules}), Setup(versioning=versioning))
        return Bucket(facts, usage, sample.sizes, sample.note)

    def sizes(self, bucket: str, calls: Calls) -> Sizes:
        """Return the inventory."""
        calls.spend()
        if not self.has_inventory:
            raise InventoryError(f"{bucket} has none")
        calls.spend(4)
        parts = []
        for kind in self.kinds:
            one = of_listing([(kind.size, kind.storage_class)], "", is_exact=True)
            shape = one.by_class[kind.storage_class]
            whole = shape.fitted(kind.count, kind.count * kind.size)
            parts.append(Sizes({kind.storage_class: whole}))
        return added(parts, "S3 Inventory", is_exact=True)

    def _page(self, *, StartAfter: str, MaxKeys: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        """List: kinds lie one behind the other, as folders do, or mixed."""
        total = sum(kind.count for kind in self.kinds)
        first = int(StartAfter[1:], 36) + 1 if StartAfter[1:].isalnum() else 0
        last = min(total, first + MaxKeys)
        found = [
            {"Key": f"k{_base36(place)}", "Size": kind.size, "StorageClass": kind.storage_class}
            for place in range(first, last)
            for kind in [self._at(place)]
        ]
        return {"Contents": found, "IsTruncated": last < total}

    def _at(self, place: int) -> Kind:
        for kind in self.kinds:
            if place < kind.count:
                return kind
            place -= kind.count
        return self.kinds[-1]

    def plan(self, level: Level = Level.CRITICAL) -> Plan:
        """Return the product's plan."""
        policy = Policy(
            allow_one_zone=self.rng.random() < 0.2,
            assumed_reads=self.assumed_reads,
            assumed_replaced=_replaced([kind for kind in self.kinds if not self.ends(kind)]),
        )
        return plan_lifecycle(self.bucket(), BUNDLED, policy, level, TODAY)


def _deaths(kind: Kind) -> float:
    return kind.count / kind.life if kind.life else 0.0


def _replaced(kinds: list[Kind]) -> float:
    return max((_deaths(kind) * 30 / kind.count for kind in kinds), default=0.0)


def _is_ended(expires: int | None, above: int | None, kind: Kind, *, by_prefix: bool) -> bool:
    return bool(expires) and not by_prefix and (above is None or kind.size > above)


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(8):
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text


def given(plan: Plan) -> Given | None:
    """Return the rule of a plan as the independent bill takes it."""
    if not plan.rules:
        return None
    [rule] = plan.rules
    [move] = rule.transitions
    return Given(str(move.storage_class), move.days or 0, rule.scope.greater_than or 0)


def draw(seed: int) -> Situation:
    """Draw a situation."""
    rng = random.Random(seed)  # noqa: S311 - not a secret
    versions = rng.choice([1, 1, 1, 2, 10])
    expires = rng.choice([None, None, None, 20, 60, 120, 300])
    by_prefix = bool(expires) and rng.random() < 0.5
    is_counted = rng.random() < 0.7
    above = (
        int(10 ** rng.uniform(4, 7)) if expires and not by_prefix and rng.random() < 0.4 else None
    )
    kinds = [_kind(rng, versions, is_counted=is_counted) for _ in range(rng.randint(1, 3))]
    if expires:
        kinds = [
            _ending(kind, expires) if _is_ended(expires, above, kind, by_prefix=by_prefix) else kind
            for kind in kinds
        ]
    until = rng.choice([None, None, None, 2, 20, 41, 100, 200, 300])
    if until is not None and rng.random() < 0.5:
        kinds = [replace(kind, until=until) for kind in kinds]
    return Situation(
        kinds=kinds,
        until=until,
        is_counted=is_counted,
        downloads_known=rng.random() < 0.8,
        versions=versions,
        has_inventory=rng.random() < 0.4,
        parts=rng.choice([0.0, 0.0, 0.0, 1e10, 1e12]) if versions == 1 else 0.0,
        expires=expires,
        by_prefix=by_prefix,
        above=above,
        rng=rng,
    )


def _ending(kind: Kind, day: int) -> Kind:
    """Return a kind whose objects a rule ends on a day of their age, where they live as long."""
    life = min(day, kind.life or day)
    return replace(kind, life=life, oldest=life, comes=kind.count / life)


def _kind(rng: random.Random, versions: int, *, is_counted: bool) -> Kind:
    count = int(10 ** rng.uniform(2, 7))
    size = int(10 ** rng.uniform(3.5, 7.3))
    if rng.random() < 0.04:
        count = int(10 ** rng.uniform(7, 8.7))
    life = rng.choice([None, None, None, 10, 32, 45, 100, 200, 500])
    reads = rng.choice([0.0, 0.0, 10 ** rng.uniform(-3, 1)])
    heads = rng.choice([0.0, 0.0, 10 ** rng.uniform(-2, 0.7)]) if is_counted else 0.0
    comes = count / life if life else rng.choice([0.0, 0.0, count * rng.uniform(0, 0.003)])
    return Kind(
        count=count,
        size=size,
        storage_class=rng.choice(["STANDARD"] * 5 + ["STANDARD_IA", "INTELLIGENT_TIERING"]),
        gets=reads,
        heads=heads,
        life=life,
        oldest=life or rng.choice([1, 30, 400]),
        comes=comes,
        lingers=rng.choice([1, 30, 1000]) if versions > 1 else 0,
    )
