"""The simulated backend in motion: minutes played through the model into the writers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import batched
from threading import Event, RLock, Thread

from local.backend.health import Document, health_document
from local.backend.ledger import Ledger
from local.backend.model import MINUTE, component_health, simulate_minute
from local.backend.scenarios import Scenario, scenario_named
from local.backend.traffic import MinuteOfTraffic, SystemState
from local.backend.writers import Writer

_MINUTES_AT_ONCE = 60


class AlreadyRunningError(RuntimeError):
    """The backend runs live already."""


def utc_now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


class Backend:
    """A simulated avatar backend.

    Parameters
    ----------
    writers
        Where minutes go; all get every minute, and an error of one ends the play.
    scenario
        The scenario to begin with: its name, or one of one's own.
    seed
        Same seed, scenario and times: same traffic.
    state
        Storage and charges to begin with.
    clock
        The time of health documents, and the present that `start` does not overtake.
    """

    def __init__(
        self,
        writers: Sequence[Writer] = (),
        *,
        scenario: str | Scenario = "normal_day",
        seed: int = 0,
        state: SystemState | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.ledger = Ledger()
        self._writers = tuple(writers)
        self._scenario = _resolved(scenario)
        self._seed = seed
        self._state = state or SystemState()
        self._clock = clock
        self._playing = RLock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._error: Exception | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario in force."""
        return self._scenario

    def set_scenario(self, scenario: str | Scenario) -> None:
        """Change the scenario from the next minute (and health answer) on.

        Raises
        ------
        ScenarioNotFoundError
            No scenario has this name.
        """
        self._scenario = _resolved(scenario)

    def play(
        self,
        scenario: str | Scenario,
        minutes: int,
        start: datetime,
        *,
        speed: float | None = None,
    ) -> tuple[MinuteOfTraffic, ...]:
        """Play minutes of a scenario, stamped from `start` on as they are; return them.

        At once, or paced at `speed` simulated minutes a real second; paced play follows
        `set_scenario` and ends early when `stop` is called. The scenario stays in force after.

        Raises
        ------
        AlreadyRunningError
            Paced, while the thread of `start` runs: one pace at a time.
        """
        if speed is not None and self._thread is not None:
            raise AlreadyRunningError("stop the backend before a paced play")
        self.set_scenario(scenario)
        starts = [start + n * MINUTE for n in range(minutes)]
        if speed is None:
            parts = [self._emit(part) for part in batched(starts, _MINUTES_AT_ONCE, strict=False)]
            return tuple(minute for part in parts for minute in part)
        self._stop.clear()
        played: list[MinuteOfTraffic] = []
        for at in starts:
            played += self._emit([at])
            if self._stop.wait(1 / speed):
                break
        return tuple(played)

    def start(self, start: datetime, *, speed: float) -> None:
        """Play the scenario in force in a thread, from `start` on, until `stop`.

        Goes at `speed` simulated minutes a real second as long as it is behind the clock, then
        at the clock's pace: a minute is written when it is over.

        Raises
        ------
        AlreadyRunningError
            It was started before and not stopped.
        """
        if self._thread is not None:
            raise AlreadyRunningError("stop the backend before it is started again")
        self._stop.clear()
        self._error = None
        self._thread = Thread(target=self._run, args=(start, speed), name="avatar-backend")
        self._thread.start()

    def stop(self) -> None:
        """End what plays, wait for the thread, and raise the error that ended it, if any."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for the thread to end; tell whether it has."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def health(self) -> Document:
        """Return the guide's health document at this moment."""
        now = self._clock()
        components = component_health(self._scenario, now, self._seed)
        return health_document(components, self.ledger, self._scenario.health.style, now)

    def _run(self, start: datetime, speed: float) -> None:
        at = start
        try:
            while not self._stop.wait(
                max((at + MINUTE - self._clock()).total_seconds(), 1 / speed)
            ):
                self._emit([at])
                at += MINUTE
        except Exception as error:  # noqa: BLE001 - handed to the caller of stop()
            self._error = error

    def _emit(self, starts: Sequence[datetime]) -> list[MinuteOfTraffic]:
        with self._playing:
            scenario, state = self._scenario, self._state
            minutes: list[MinuteOfTraffic] = []
            for at in starts:
                minutes.append(simulate_minute(scenario, at, self._seed, state))
                state = minutes[-1].state
            for writer in self._writers:
                writer.write(minutes)
            self.ledger.record(minutes)
            self._state = state
            return minutes


def _resolved(scenario: str | Scenario) -> Scenario:
    return scenario_named(scenario) if isinstance(scenario, str) else scenario
