"""``make rehearse``: what a setting would have told, over 30 days of an account's metrics."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from avatarwatch.environment import SettingsError
from local.generate.template import load
from local.paths import OUT
from local.rehearsal.deployed import Stack
from local.rehearsal.kpis import compute, price
from local.rehearsal.page import as_json, comparison, html
from local.rehearsal.recording import (
    VERSION,
    Counted,
    Recorder,
    Recording,
    RecordingError,
    Replay,
)
from local.rehearsal.rehearse import Question, Rehearsal, rehearse


def main(arguments: Sequence[str]) -> int:
    """Record when asked to, then rehearse; 2 with the reason where that cannot be."""
    options = _options(arguments)
    console = Console()
    try:
        given = _pairs(options.parameters)
        if options.record:
            _record(console, options, given)
        recording = Recording.load(options.file)
        found = _rehearse(recording, given, options)
        other = (
            _rehearse(recording, {**given, **_pairs(options.diff)}, options)
            if options.diff
            else None
        )
    except (RecordingError, SettingsError) as error:
        console.print(f"rehearse: {error}", markup=False)
        return 2
    _write(options.out, found, other)
    console.print(
        f"{len(found.told)} messages {found.by_channel}, {len(found.at_night)} at night;"
        f" see {options.out / 'index.html'}", markup=False,
    )  # fmt: skip
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rehearse", description=__doc__)
    parser.add_argument("parameters", nargs="*", help="Name=value, as the template is deployed")
    parser.add_argument("--file", type=Path, default=OUT / "rehearsal" / "metrics.json")
    parser.add_argument("--record", action="store_true", help="ask the account first (reads only)")
    parser.add_argument("--yes", action="store_true", help="do not ask about the price")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--region", default="eu-north-1")
    parser.add_argument("--diff", nargs="*", default=(), help="Name=value of another setting")
    parser.add_argument("--at-most", type=float, default=2, help="alerts a week that are wanted")
    parser.add_argument("--out", type=Path, default=OUT / "rehearsal")
    return parser.parse_args(arguments)


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    if wrong := [text for text in texts if "=" not in text]:
        raise RecordingError(f"{wrong[0]} is not Name=value")
    return dict(text.split("=", 1) for text in texts)


def _record(console: Console, options: argparse.Namespace, given: Mapping[str, str]) -> None:
    """Say the price, then ask for what KpiAggregation would ask for."""
    now = datetime.now(UTC)
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = end - timedelta(days=options.days)
    stack = Stack.of(load(), given, options.region)
    settings = stack.kpi_settings(options.region)
    usd = price(settings, Counted(), start, end)
    console.print(f"Reading {options.days} days costs about ${usd:.4f}, storage classes besides.")
    if not options.yes and console.input("Go on? [y/N] ").strip().lower() != "y":
        raise RecordingError("nothing was asked")
    recording = Recording(VERSION, start, end)
    clients: dict[str, Any] = {}

    def client(region: str) -> Recorder:
        made = clients.setdefault(region, boto3.client("cloudwatch", region))
        return Recorder(recording, region, made, now)

    compute(settings, client, start, end)
    recording.save(options.file)


def _rehearse(
    recording: Recording, given: Mapping[str, str], options: argparse.Namespace
) -> Rehearsal:
    stack = Stack.of(load(), given, options.region)
    settings = stack.kpi_settings(options.region)
    start, end = recording.start, recording.end
    computed = compute(settings, lambda region: Replay(recording, region), start, end)
    return rehearse(stack, computed, Question(start, end, options.region, options.at_most))


def _write(out: Path, found: Rehearsal, other: Rehearsal | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    document = comparison(found, other) if other else as_json(found)
    (out / "rehearsal.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    (out / "index.html").write_text(html(found, other), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
