"""The command `python -m local.backend`."""

import logging
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import httpx
import pytest

from local.backend.__main__ import main, run
from local.backend.driver import Backend
from local.backend.model import MINUTE
from local.backend.traffic import MinuteOfTraffic

ROOT = Path(__file__).parents[3]
START = datetime(2026, 11, 20, 17, tzinfo=UTC)


class Broken:
    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        raise ConnectionError(f"{len(minutes)} minutes lost")


class Interrupting:
    """Asks for health, then interrupts the command as Ctrl-C does."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self.status: int | None = None

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        assert minutes
        if self.status is None and (found := re.search(r"http\S+/health", self._caplog.text)):
            self.status = httpx.get(found[0]).status_code
            signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def _term_handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_it_serves_and_plays_until_it_is_interrupted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    writer = Interrupting(caplog)
    backend = Backend([writer], clock=lambda: START + 1000 * MINUTE)
    run(backend, port=0, start=START, speed=100)
    assert writer.status == 200
    assert backend.ledger.entries[0].start == START
    assert "stopping" in caplog.text


def test_an_error_of_a_writer_ends_it() -> None:
    backend = Backend([Broken()], clock=lambda: START + 10 * MINUTE)
    with pytest.raises(ConnectionError, match="1 minutes lost"):
        run(backend, port=0, start=START, speed=100)


def test_it_ends_at_sigterm_and_leaves_its_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "ledger.json"
    timer, begin = Timer(0.1, signal.raise_signal, [signal.SIGTERM]), Backend.start

    def started(backend: Backend, start: datetime, *, speed: float) -> None:
        begin(backend, start, speed=speed)
        timer.start()  # not before: how long the clients take to be made is the machine's

    monkeypatch.setattr(Backend, "start", started)
    # the first minute is not over yet: nothing is sent to the address
    main(["--endpoint-url", "http://127.0.0.1:1", "--history=-1", "--ledger", str(book)])
    timer.join()
    assert '"minutes": []' in book.read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [("--speed", "0"), ("--scenario", "lunch")])
def test_options_that_make_no_sense_are_refused(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "local.backend", "--endpoint-url", "http://127.0.0.1:1"]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert options[0] in done.stderr
