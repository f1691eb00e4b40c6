"""Start a handler as Lambda's cold start does: in a fresh process, and in a fresh container.

A child process imports the handler, handles one event, and says as one line of JSON what it
measured of itself. On this machine it runs with the emulator's interpreter, which holds only what
the Lambda runtime offers; where an engine and Lambda's image are there, in a container that has
seen nothing, with code and layers mounted as Lambda mounts them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from local.emulator import CREDENTIALS, REGION
from local.invoke import IMAGE, InvokeError, check_engine, has_image, reachable
from local.paths import BUILT, EMULATOR_HOME, OUT
from local.running import Running
from local.scene import Scene

if TYPE_CHECKING:
    from rich.console import Console

LAYERS = (BUILT / "SharedLayer" / "python", BUILT / "DependenciesLayer" / "python")

# What every child begins and ends with. The peak is not getrusage's: that maximum is inherited from
# the process that started this one.
BEGIN = """
import time
started = time.perf_counter()
import importlib, json, sys
class Context:
    aws_request_id = "cold"
    function_name = "cold"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-north-1:000000000000:function:cold"
    def get_remaining_time_in_millis(self): return 30000
stdout, sys.stdout = sys.stdout, sys.stderr
def peak_mb():
    lines = open("/proc/self/status")
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
def tell(**figures):
    print(json.dumps(figures), file=stdout, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Handler:
    """What is started: a module, and the folders where it and its layers are."""

    module: str
    code: Path
    layers: tuple[Path, ...] = LAYERS

    @classmethod
    def bare(cls, module: str, source: str) -> Handler:
        """Write the source of a handler that needs nothing but the runtime."""
        home = OUT / "bare"
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{module}.py").write_text(source)
        return cls(module, home, ())


# What makes a command of a handler, its environment and Python's arguments.
type Start = Callable[[Handler, Mapping[str, str], Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where children start, and the deployed function's environment as it is seen from there."""

    name: str
    start: Start
    variables: Mapping[str, str]

    def measure(self, handler: Handler, child: str, *arguments: str) -> dict[str, Any]:
        """Run a child afresh and return what it told; raise RuntimeError when it failed."""
        variables = {
            **self.variables,
            **CREDENTIALS,
            "AWS_LAMBDA_FUNCTION_NAME": "cold",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        python = ["-c", BEGIN + child, handler.module, *arguments]
        command = self.start(handler, variables, python)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{handler.module} failed: {done.stderr[-800:]}")
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


@contextmanager
def places(console: Console, function: str) -> Iterator[tuple[Scene, list[Place]]]:
    """Deploy, and yield the places that there are on this machine for a function."""
    with ExitStack() as stack:
        with console.status("deploying"):
            scene = stack.enter_context(Scene())
        yield scene, stack.enter_context(_places(console, Running.of(scene), function))


def process(variables: Mapping[str, str]) -> Place:
    """Return this machine's own place: a process with the emulator's interpreter."""
    return Place("process", _process, variables)


@contextmanager
def _places(console: Console, running: Running, function: str) -> Iterator[list[Place]]:
    near = {**running.functions[function], "AWS_ENDPOINT_URL": running.emulator}
    found = [process(near)]
    missing = _missing()
    if missing:
        console.print(f"In a container: not measured, {missing}")
        yield found
        return
    with reachable(running) as settings:
        yield [*found, Place("container", _container, settings(function))]


def _missing() -> str | None:
    try:
        check_engine()
    except InvokeError as error:
        return str(error)
    return None if has_image() else f"the image {IMAGE} is not here, and a benchmark pulls nothing"


def medians(
    handlers: Mapping[str, Handler], sample: Callable[[Handler], Mapping[str, float]], runs: int
) -> dict[str, dict[str, float]]:
    """Start the handlers in turn and return each one's medians; the first turn warms the disk."""
    taken: dict[str, list[Mapping[str, float]]] = {name: [] for name in handlers}
    for number in range(runs + 1):
        for name, handler in handlers.items():
            found = sample(handler)
            if number:
                taken[name].append(found)
    return {
        name: {figure: statistics.median(each[figure] for each in found) for figure in found[0]}
        for name, found in taken.items()
    }


def show(
    console: Console,
    title: str,
    figures: Mapping[str, Mapping[str, float]],
    rows: Sequence[tuple[str, str, int]],
) -> None:
    """Print two handlers' figures and their ratio; a row is (figure, heading, digits)."""
    table = Table(title=title, title_justify="left")
    for column in ("", *figures, "ratio"):
        table.add_column(column, justify="right")
    first, second = figures.values()
    for figure, heading, digits in rows:
        cells = (f"{each[figure]:.{digits}f}" for each in (first, second))
        table.add_row(heading, *cells, f"{second[figure] / first[figure]:.2f}")
    console.print(table)


def _process(handler: Handler, variables: Mapping[str, str], python: Sequence[str]) -> list[str]:
    paths = ":".join(map(str, (handler.code, *handler.layers)))
    named = {**variables, "PATH": "/usr/bin:/bin", "PYTHONPATH": paths}
    environment = [f"{name}={value}" for name, value in named.items()]
    return ["/usr/bin/env", "-i", *environment, str(EMULATOR_HOME / "bin" / "python"), *python]


def _container(handler: Handler, variables: Mapping[str, str], python: Sequence[str]) -> list[str]:
    layers = {f"/opt/{index}": layer for index, layer in enumerate(handler.layers)}
    folders = {"/var/task": handler.code, **layers}
    paths = ":".join([*folders, "/var/runtime"])
    return [
        "docker", "run", "--rm", "--read-only", "--entrypoint", "/var/lang/bin/python3.13",
        *(f"--volume={folder}:{place}:ro" for place, folder in folders.items()),
        *(f"--env={name}={value}" for name, value in {**variables, "PYTHONPATH": paths}.items()),
        IMAGE, *python,
    ]  # fmt: skip
