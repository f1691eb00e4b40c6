"""Run `sam` as this project does, wherever the shell's own PATH leads.

`sam build` wants a python3.13 with pip on PATH. The project's environment has both, pinned; a
machine may have neither there (pyenv or uv keep theirs elsewhere, Debian's comes without pip).
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

from local.paths import BUILT, OUT, ROOT, SAM

_SOURCES = ("functions", "layers", "template.yaml", "samconfig.toml", "requirements/dev.txt")
"""What is built, how, and by which sam."""
_STAMP = BUILT / ".fingerprint"  # sam empties the folder before it builds
# What Lambda's python3.13 loads on either processor: Amazon Linux 2023 has glibc 2.34
_PLATFORMS = [
    [f"--platform={each}_{processor}" for each in
     ("manylinux_2_34", "manylinux_2_28", "manylinux_2_17", "manylinux2014")]
    for processor in ("x86_64", "aarch64")
]  # fmt: skip
_LAMBDA = ["--implementation=cp", "--python-version=3.13", "--abi=cp313"]


class SamError(Exception):
    """A command of sam failed; the message ends with what it printed last."""


def sam_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return ``given`` with the project's Python first on PATH."""
    path = os.pathsep.join(filter(None, (str(SAM.parent), given.get("PATH"))))
    return {**given, "PATH": path, "SAM_CLI_TELEMETRY": "0"}


def run_sam(arguments: list[str], environment: Mapping[str, str], of: str = "") -> None:
    """Run a command of sam that asks nothing; its output is ``out/sam-<command><of>.log``.

    ``of`` tells the logs of commands apart that run side by side.

    Raises
    ------
    SamError
        The command failed.
    """
    OUT.mkdir(exist_ok=True)
    log = OUT / f"sam-{arguments[0]}{of}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [str(SAM), *arguments],
            cwd=ROOT,
            env=sam_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        last = " / ".join(log.read_text(errors="replace").strip().splitlines()[-4:])
        raise SamError(f"sam {arguments[0]} failed (see out/{log.name}): {last}")


def build() -> None:
    """Build functions and layers, with their bytecode, if they changed; raises SamError.

    Lambda cannot write bytecode beside code, so it would never have any. Unchecked, because a
    package's times change on their way into Lambda. sam's own cache looks packages up, copies and
    zips anew what did not change: half a minute that each end-to-end test would wait. One process
    builds; who wants to at the same time waits, and finds it built.
    """
    with alone():
        now = fingerprint()
        if _STAMP.exists() and _STAMP.read_text() == now:
            return
        with TemporaryDirectory() as folder:
            download(deployed(), Path(folder))
            run_sam(["build"], {**os.environ, **only_from(Path(folder))})
        compileall.compile_dir(BUILT, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
        _STAMP.write_text(now)


@contextmanager
def alone() -> Iterator[None]:
    """Let no other process into what is built meanwhile."""
    OUT.mkdir(exist_ok=True)
    with (OUT / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed, or its process has ended
        yield


def deployed() -> list[Path]:
    """Return the pins of what is deployed: each layer's."""
    found = (ROOT / "layers").glob("*/requirements.txt")
    return sorted(each for each in found if "==" in each.read_text())


def download(pins: list[Path], folder: Path) -> None:
    """Put the wheels of pins into a folder, for this machine and for both of Lambda's processors.

    Raises
    ------
    SamError
        A wheel is not to be had, or is not the one whose hash is pinned.
    """
    files = [f"--requirement={each}" for each in pins]
    wanted = ["--require-hashes", "--no-deps", "--only-binary=:all:", f"--dest={folder}", *files]
    for target in ([], *([*_LAMBDA, *each] for each in _PLATFORMS)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", *wanted, *target]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = " / ".join(done.stderr.strip().splitlines()[-4:])
            raise SamError(f"the layers' packages were not downloaded: {last}")


def only_from(folder: Path) -> dict[str, str]:
    """Return the variables by which pip takes packages from nowhere but a folder.

    sam asks pip for the pins with their hashes, and then once more, by name and version alone, for
    what had no wheel for the processor (aws_lambda_builders, ``download_manylinux_wheels``).
    """
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.as_uri()}


def fingerprint(root: Path = ROOT) -> str:
    """Return what a build depends on as 64 hexadecimal digits: names and contents of its sources.

    Bytecode beside the sources is none of them.
    """
    found = hashlib.sha256()
    for name in _SOURCES:
        given = root / name
        for path in sorted([given, *given.rglob("*")]):
            if path.is_file() and "__pycache__" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                found.update(f"{path.relative_to(root)} {content}\n".encode())
    return found.hexdigest()


def main() -> int:
    """Build: `make build`; 0 when it is built, 1 with one line when it is not."""
    try:
        build()
    except SamError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"built into {BUILT.relative_to(ROOT)}/\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
