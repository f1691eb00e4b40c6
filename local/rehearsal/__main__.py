"""``make rehearse``: what a setting would have told, over 30 days of an account's metrics."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from rich.console import Console

from alarm_fanout.settings import NotificationSettings
from avatarwatch.environment import SettingsError
from avatarwatch.mutes import Mute
from local.command import ended
from local.generate.template import load
from local.parameters import ParameterError, pairs
from local.paths import OUT
from local.rehearsal.account import Account, Deployed, most_usd
from local.rehearsal.burning import burns, read_all
from local.rehearsal.deployed import Stack
from local.rehearsal.health import History, polled
from local.rehearsal.kpis import compute
from local.rehearsal.page import as_json, comparison, html
from local.rehearsal.recording import (
    VERSION,
    Counted,
    Recorder,
    Recording,
    RecordingError,
    Replay,
    refusals,
)
from local.rehearsal.rehearse import Question, Rehearsal, Team, rehearse

# GetMetricData's own limit is 50 calls a second: who is throttled waits, and asks again
MOST_DAYS = 455  # CloudWatch keeps metrics for so long
PATIENT = Config(retries={"mode": "adaptive", "max_attempts": 10})


def main(arguments: Sequence[str]) -> int:
    """Record when asked to, then rehearse; 2 with the reason where that cannot be."""
    options = _options(arguments)
    console = Console()
    try:
        given, team = pairs(options.parameters), _team(options)
        beside = {**given, **pairs(options.diff)} if options.diff else None
        for each in (given, beside or given):  # before anything is asked or computed
            Stack.of(load(), each, options.region)
        if options.record:
            _record(console, options, given)
        recording = Recording.load(options.file)
        found = _rehearse(recording, given, options, team)
        other = _rehearse(recording, beside, options, team) if beside else None
    except (RecordingError, SettingsError, ParameterError) as error:
        console.print(f"rehearse: {error}", markup=False, soft_wrap=True)
        return 2
    _write(options.out, found, other)
    said = [_said(found), *([f"beside it: {_said(other)}"] if other else [])]
    said.append(f"see {options.out / 'index.html'}")
    console.print("\n".join(said), markup=False, soft_wrap=True)
    return 0


def _said(found: Rehearsal) -> str:
    counts = ", ".join(f"{count} {channel}" for channel, count in found.by_channel.items())
    return f"{len(found.told)} messages ({counts or 'none'}), {len(found.at_night)} at night"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rehearse", description=__doc__)
    parser.add_argument("parameters", nargs="*", help="Name=value, as the template is deployed")
    parser.add_argument("--file", type=Path, default=OUT / "rehearsal" / "metrics.json")
    parser.add_argument("--record", action="store_true", help="ask the account first (reads only)")
    parser.add_argument("--yes", action="store_true", help="do not ask about the price")
    parser.add_argument("--days", type=_days, default=30)
    parser.add_argument("--region", default="eu-north-1")
    parser.add_argument("--diff", nargs="+", default=(), help="Name=value of another setting")
    parser.add_argument("--at-most", type=_number, default=2, help="alerts a week that are wanted")
    parser.add_argument("--settings", type=Path, help="notification settings, a JSON file")
    parser.add_argument("--mute", nargs="+", default=(), help="ALARMS=FROM/TO, instants by ISO")
    parser.add_argument(
        "--acknowledge",
        type=_minutes,
        metavar="MINUTES",
        help="after which somebody acknowledges a critical alert; else nobody does",
    )
    parser.add_argument("--health", type=Path, help="the status page's history.json")
    parser.add_argument(
        "--endpoints",
        type=Path,
        help="how endpoints are judged: what HealthEndpointsParameter holds",
    )
    parser.add_argument("--out", type=Path, default=OUT / "rehearsal")
    return parser.parse_args(arguments)


def _number(text: str) -> float:
    """Read a number of an option; there is no less than none."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < inf:
        raise argparse.ArgumentTypeError(f"{text} is no number, or less than 0")
    return number


def _minutes(text: str) -> float:
    if (minutes := _number(text)) > MOST_DAYS * 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_DAYS} days of minutes")
    return minutes


def _agreed(console: Console) -> bool:
    try:
        return console.input("Go on? [y/N] ", markup=False).strip().lower() == "y"
    except EOFError:  # nobody is there to be asked
        return False


def _days(text: str) -> int:
    if not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is no number of days, 1 to {MOST_DAYS}")
    return int(text)


def _record(console: Console, options: argparse.Namespace, given: Mapping[str, str]) -> None:
    """Say the price, then ask for what KpiAggregation would ask for, and for deployed alarms."""
    now = datetime.now(UTC)
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = end - timedelta(days=options.days)
    stack = Stack.of(load(), given, options.region)
    settings = stack.kpi_settings(options.region)
    usd = read_all(settings, lambda _: Counted(), start, end).usd
    usd += len(stack.own) * most_usd(start, end, now)
    console.print(
        f"Reading {options.days} days costs about ${usd:.4f}; each storage class, and each alarm"
        f" that begins with {stack.watched!r}, up to ${most_usd(start, end, now):.5f} more."
        if stack.watched
        else f"Reading {options.days} days costs about ${usd:.4f}, storage classes besides."
    )
    if not options.yes and not _agreed(console):
        raise RecordingError("nothing was asked; --yes asks without a question")
    recording = Recording(VERSION, start, end)
    clients: dict[str, Any] = {}

    def client(region: str) -> Any:
        if region not in clients:
            with refusals(f"a client of {region}"):
                clients[region] = boto3.client("cloudwatch", region, config=PATIENT)
        return clients[region]

    read_all(settings, lambda region: Recorder(recording, region, client(region), now), start, end)
    Account(client(options.region), options.region, now).record(recording, stack.prefixes)
    recording.save(options.file)


def _team(options: argparse.Namespace) -> Team:
    """Read the team's settings and mutes."""
    settings = None
    if options.settings:
        try:
            settings = NotificationSettings.read(options.settings.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RecordingError(f"{options.settings} cannot be read: {error}") from None
    minutes = options.acknowledge
    after = None if minutes is None else timedelta(minutes=minutes)
    return Team(settings, tuple(_mute(text) for text in options.mute), after)


def _mute(text: str) -> Mute:
    """Read alarms=from/to; RecordingError with what is wrong."""
    alarms, _, span = text.partition("=")
    try:
        since, until = (datetime.fromisoformat(each) for each in span.split("/"))
    except ValueError as error:
        raise RecordingError(f"--mute {text} is not ALARMS=FROM/TO: {error}") from None
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise RecordingError(
            f"--mute {text} needs two instants with their zone (2026-11-01T22:00Z), the first"
            " before the second"
        )
    return Mute(alarms, "--mute", since, until)


def _rehearse(
    recording: Recording, given: Mapping[str, str], options: argparse.Namespace, team: Team
) -> Rehearsal:
    stack = Stack.of(load(), given, options.region).joined(Deployed.of(recording))
    settings = stack.kpi_settings(options.region)
    start, end = recording.start, recording.end

    def client(region: str) -> Replay:
        return Replay(recording, region)

    computed = compute(settings, client, start, end)
    told = burns(settings, client, start, end)
    if options.health:
        history = History.load(options.health)
        stack, more = polled(stack, options.region, history, options.endpoints, (start, end))
        told += more
    asked = Question(start, end, options.region, options.at_most)
    return rehearse(stack, computed, asked, told, team)


def _write(out: Path, found: Rehearsal, other: Rehearsal | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    document = comparison(found, other) if other else as_json(found)
    (out / "rehearsal.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    (out / "index.html").write_text(html(found, other), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(ended(lambda: main(sys.argv[1:])))
