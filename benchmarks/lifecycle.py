"""What ways of changing lifecycle rules leave of a bucket's own: ours, the guide's, Custodian's.

``python -m benchmarks.lifecycle``. Cloud Custodian is run in an environment of its own, made from
the hashed pins of requirements/custodian.txt when it is not there yet: its pins are not ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from rich.console import Console
from rich.table import Table

import aws_contract
from avatarwatch.state_table.memory import MemoryDocumentStore
from benchmarks.parts.lifecycle_cases import BUCKET, CASES, Case
from benchmarks.parts.summary import Figure
from cost_control.changing.backups import Backups
from cost_control.changing.changes import BucketChanges
from cost_control.changing.store import BucketStore
from cost_control.memory import Memory
from cost_control.money.moves import Move
from cost_control.money.prices import StorageClass
from cost_control.planning.plan import own_rule
from fakes.s3 import OWNER
from local import bootstrap
from local.paths import ROOT

_NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
PEER = bootstrap.ENVIRONMENTS["custodian"] / "bin" / "python"
OURS = own_rule(Move(StorageClass.GLACIER_IR, 30, 131071))


@dataclass(frozen=True, slots=True)
class Left:
    """What a bucket holds afterwards."""

    lost: tuple[str, ...]
    is_size_kept: bool
    has_new_rule: bool
    calls: int
    refusal: str = ""


def run(console: Console) -> dict[str, Any]:
    """Compare on all cases, print a table, and return the sums."""
    ways: dict[str, Callable[[Case], Left]] = {"Avatar Watch": ours, "the guide": guide}
    found = {name: {case.name: way(case) for case in CASES} for name, way in ways.items()}
    try:
        bootstrap.ensure_environment("custodian")
    except bootstrap.BootstrapError as error:
        console.print(f"Cloud Custodian is skipped: {error}")
    else:
        version, left = custodian()
        found[f"Custodian {version}"] = left
    console.print(_table(found))
    sums = {name: _sums(cases) for name, cases in found.items()}
    console.print(_sums_table(sums))
    return sums


def _sums(cases: dict[str, Left]) -> dict[str, float]:
    return {
        "rules lost or changed": sum(len(left.lost) for left in cases.values()),
        "default sizes lost": sum(not left.is_size_kept for left in cases.values()),
        "refused": sum(bool(left.refusal) for left in cases.values()),
        "rule added": sum(left.has_new_rule for left in cases.values()),
        "calls a bucket": sum(left.calls for left in cases.values()) / len(cases),
    }


def ours(case: Case) -> Left:
    """Apply our rule as the function does."""
    fake, now = case.fake(), datetime.now(UTC)
    client = fake.client()
    store = BucketStore(client, client, BUCKET, OWNER)
    changes = BucketChanges(
        store,
        Backups(client, "reports", OWNER, "benchmark", now),
        Memory(MemoryDocumentStore(), now),
        lambda _: None,
        30,
    )
    seen, _ = store.lifecycle()
    change = changes.carried_out(changes.apply((OURS,), "benchmark", seen), forgets=False)
    refusal = change.reason if change.result == "refused" else ""
    bucket = fake.buckets[BUCKET]
    return _left(case, bucket.lifecycle or b"", bucket.default_size, len(fake.calls), refusal)


def guide(case: Case) -> Left:
    """Put the guide's rule as its snippet does, made as legal as it takes to be sent."""
    fake = case.fake()
    fake.asks_owner = False
    rule: dict[str, Any] = {
        "ID": "EmergencyCostControl",
        "Status": "Enabled",
        "Filter": {},
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
    }
    try:
        fake.client().put_bucket_lifecycle_configuration(
            Bucket=BUCKET,
            LifecycleConfiguration={"Rules": [rule]},  # type: ignore[list-item]
        )
    except (ClientError, ParamValidationError) as error:
        raise RuntimeError(f"even the mended rule of the guide is refused: {error}") from error
    bucket = fake.buckets[BUCKET]
    lifecycle = bucket.lifecycle or b""
    return _left(case, lifecycle, bucket.default_size, len(fake.calls), "", new="EmergencyCost")


def custodian() -> tuple[str, dict[str, Left]]:
    """Let Cloud Custodian add the same rule to each; its version, and what it left."""
    answer = json.loads(_peer(str(Path(__file__).parent / "parts" / "custodian.py")))
    return answer["version"], {
        case.name: _left(
            case,
            found["lifecycle"].encode(),
            found["default_size"],
            found["calls"],
            found["error"] or "",
        )
        for case in CASES
        for found in (answer["cases"][case.name],)
    }


def _peer(*arguments: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(PEER), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def _left(  # noqa: PLR0913, PLR0917 - what was found, in the order of the row
    case: Case,
    lifecycle: bytes,
    default_size: str,
    calls: int,
    refusal: str,
    new: str = "avatar-watch-transition",
) -> Left:
    wanted, there = _rules(case.must_stay), _rules(lifecycle)
    lost = tuple(name for name, rule in wanted.items() if there.get(name) != rule)
    return Left(lost, default_size == case.default_size, new.encode() in lifecycle, calls, refusal)


def _rules(lifecycle: bytes) -> dict[str, Any]:
    """Return what each rule says, by its ID, whatever its elements' order.

    A prefix beside a rule and the same within its filter are one, as are an empty filter and an
    empty prefix.
    """
    if not lifecycle:
        return {}
    root = ET.fromstring(lifecycle)  # noqa: S314 - our own cases, and what our own fake holds
    rules = {}
    for rule in root:
        said = dict(Counter(_said(child) for child in rule))
        rules[rule.findtext(f"{_NAMESPACE}ID") or rule.findtext("ID") or ""] = said
    return rules


def _said(element: ET.Element) -> tuple[Any, ...]:
    name = element.tag.rsplit("}", 1)[-1]
    children = tuple(sorted(map(_said, element)))
    text = (element.text or "").strip()
    if name == "Date":
        text = text[:10]
    if name == "Prefix" or (name == "Filter" and children in {(), (("Prefix", "", ()),)}):
        return ("Where", text, ())
    if name == "Filter" and len(children) == 1 and children[0][0] == "Where":
        return children[0]
    return (name, text, children)


def _table(found: dict[str, dict[str, Left]]) -> Table:
    table = Table(title="What is left of a bucket's own rules")
    table.add_column("bucket")
    for name in found:
        table.add_column(name)
    for case in CASES:
        table.add_row(case.name, *(_cell(cases[case.name]) for cases in found.values()))
    return table


def _sums_table(sums: dict[str, dict[str, float]]) -> Table:
    table = Table(title=f"In all, of {len(CASES)} buckets")
    table.add_column("")
    for name in sums:
        table.add_column(name, justify="right")
    for figure in next(iter(sums.values())):
        table.add_row(figure, *(f"{of[figure]:.4g}" for of in sums.values()))
    return table


def _cell(left: Left) -> str:
    parts = [f"lost: {', '.join(left.lost)}" if left.lost else "nothing lost"]
    if not left.is_size_kept:
        parts.append("default size lost")
    if left.refusal:
        parts.append(f"refused: {left.refusal[:60]}")
    elif not left.has_new_rule:
        parts.append("rule not added")
    return "; ".join([*parts, f"{left.calls} calls"])


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return what each way lost of the buckets' own rules; only ours has a goal."""
    others = {name: sums for name, sums in found.items() if name != "Avatar Watch"}
    return [
        Figure(f"{what}, of {len(CASES)} buckets", found["Avatar Watch"][what], at_most=0,
               beside=", ".join(f"{name} {sums[what]:g}" for name, sums in others.items()))
        for what in ("rules lost or changed", "default sizes lost")
    ]  # fmt: skip


if __name__ == "__main__":
    aws_contract.enable()
    run(Console())
