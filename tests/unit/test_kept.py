"""How long StateTable keeps what: each in days, and none that is not said here."""

from __future__ import annotations

import ast
import importlib
from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout.channels.slack.groups import GroupStore
from alarm_fanout.ledger import Ledger
from alarm_fanout.mailbox import Mailbox, sns
from alarm_fanout.planning import Plans
from avatarwatch import answers, episodes, left_out, mutes
from avatarwatch.access_days import days_of
from avatarwatch.state_table.memory import MemoryDocumentStore
from local.paths import ROOT

DAYS = {
    "access_logs.ledger.KEPT": 16,
    "access_logs.publishing._KEPT": 400,
    "alarm_fanout.channels.slack.groups.KEPT": 7,
    "alarm_fanout.channels.slack.groups.KEPT_ONGOING": 400,
    "alarm_fanout.channels.slack.lane.KEPT": 7,
    "alarm_fanout.ledger.KEPT": 30,
    "alarm_fanout.ledger.KEPT_MEASURES": 400,
    "alarm_fanout.ledger.KEPT_OPEN": 400,
    "alarm_fanout.mailbox._KEPT": 30,
    "alarm_fanout.planning.KEPT": 3650,
    "avatarwatch.access_days.KEPT": 400,
    "avatarwatch.answers.KEPT": 1 / 24,
    "avatarwatch.episodes.KEPT": 455,
    "avatarwatch.left_out.KEPT": 455,
    "cost_control.measuring.pricing.KEPT": 90,
    "cost_control.memory._KEPT": 400,
    "health_polling.store._HISTORY_KEPT": 120,
    "health_polling.store._STATE_KEPT": 30,
    "kpi_aggregation.budget_watch.KEPT": 100,
    "kpi_aggregation.claims.KEPT": 16,
    "kpi_aggregation.cost_explorer.KEPT": 100,
    "reporting.books.OLDEST": 455,
    "reporting.books._KEPT": 3650,
}


@pytest.mark.parametrize("name", DAYS)
def test_it_is_kept_so_long(name: str) -> None:
    module, _, constant = name.rpartition(".")
    assert getattr(importlib.import_module(module), constant) == timedelta(days=DAYS[name])


def _constants() -> set[str]:
    """Return the constants that are handed to a partition, or by a function to it, as its time."""
    found = set()
    for folder in (ROOT / "functions", ROOT / "layers" / "shared"):
        for file in folder.rglob("*.py"):
            module = ".".join(file.relative_to(folder).with_suffix("").parts)
            tree = ast.parse(file.read_text())
            functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
            for call in ast.walk(tree):
                match call:
                    case ast.Call(func=ast.Name("Partition"), args=[_, _, _, ast.Name(kept), *_]):
                        chosen = functions.get(kept)
                        names = {kept} if chosen is None else _read(chosen)
                        found |= {f"{module}.{name}" for name in names}
    return found


def _read(function: ast.FunctionDef) -> set[str]:
    names = (each.id for each in ast.walk(function) if isinstance(each, ast.Name))
    return {name for name in names if name.isupper()}


def test_what_a_partition_keeps_is_said_here() -> None:
    assert _constants() <= set(DAYS)


def test_a_deployment_finds_what_the_one_before_it_remembered() -> None:
    """Another name is another partition, and what stands in the first is forgotten."""
    store = MemoryDocumentStore()
    ledger = Ledger(store)
    assert [
        ledger._incidents.key, ledger._parents.key, ledger._mutes.key, ledger._measures.key,
        Mailbox(store, "", None, sns)._silences.key, GroupStore(store)._groups.key,
        Plans(ledger, (), datetime.now(UTC))._kept.key, days_of(store).key,
        left_out.partition(store).key, episodes.partition_of(datetime(2026, 3, 1, tzinfo=UTC)),
        answers.PARTITION, mutes.PARTITION,
    ] == [
        "incident", "parent", "mute", "measure", "mailbox", "group", "maintenance", "access-day",
        "health#left-out", "episode#2026-03", "answer", "mute",
    ]  # fmt: skip
