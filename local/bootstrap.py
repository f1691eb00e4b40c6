"""Make the project's own environments, with nothing but a Python 3.9 or newer.

``python3 local/bootstrap.py dev emulator`` gets uv into ``.uv/`` and, with it, CPython 3.13 where
the machine has none, then fills ``.venv`` (to develop, test and deploy) and ``.venv-emulator``
(what the Lambda runtime offers) with exactly the pinned and hashed packages of ``requirements/``;
``checkov`` fills ``.venv-checkov``, which only ``make check`` needs.
``custodian`` fills ``.venv-custodian``, the peer of a benchmark.
An environment that already holds its pins is left alone.

Runs before anything is installed: standard library only, and no syntax newer than Python 3.9.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
UV_HOME = ROOT / ".uv"
ENVIRONMENTS = {
    "dev": ROOT / ".venv",
    "emulator": ROOT / ".venv-emulator",
    "checkov": ROOT / ".venv-checkov",
    "custodian": ROOT / ".venv-custodian",
    "security": ROOT / ".venv-security",
}
VERSION = "3.13"
# As in AWS's runtime: the emulator's processes, one for each start of a function, write none.
COMPILED = {"emulator": ["--compile-bytecode"]}


class BootstrapError(Exception):
    """An environment could not be made; the message says what to do."""


def places() -> dict[str, str]:
    """Say where uv keeps packages and Pythons when the home folder cannot be written: in .uv/."""
    home = Path(os.environ.get("HOME", "/"))
    if os.access(str(home), os.W_OK):
        return {}
    return {
        "UV_CACHE_DIR": str(UV_HOME / "cache"),
        "UV_PYTHON_INSTALL_DIR": str(UV_HOME / "python"),
    }


def run(command: Sequence[str | Path], failure: str) -> str:
    """Run a command quietly; raise BootstrapError with its last lines when it fails."""
    # The machine's own certificates: behind a company's proxy uv's bundled ones know nobody.
    environment = {**places(), **os.environ, "UV_SYSTEM_CERTS": "true"}
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )
    if done.returncode != 0:
        last = "\n  ".join((done.stderr or done.stdout).strip().splitlines()[-4:])
        raise BootstrapError(f"{failure}\n  {last}")
    return done.stdout.strip()


def pinned_uv_version() -> str:
    """Read the version that requirements/uv.txt pins."""
    for line in (ROOT / "requirements" / "uv.txt").read_text().splitlines():
        if line.startswith("uv=="):
            return line.split("==")[1].split()[0]
    raise BootstrapError("requirements/uv.txt pins no uv: restore it from git")


def ensure_uv() -> Path:
    """Return the path of the pinned uv, installed into .uv/ if it is not there yet."""
    uv = UV_HOME / "bin" / "uv"
    wanted = pinned_uv_version()
    if uv.exists() and wanted in run([uv, "--version"], "uv does not run"):
        return uv
    say("getting uv %s into .uv/" % wanted)
    shutil.rmtree(UV_HOME, ignore_errors=True)
    pins = ROOT / "requirements" / "uv.txt"
    # The venv module lacks ensurepip on some Debian systems; a pip of the machine's own will do.
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(UV_HOME)], capture_output=True, check=False
    )
    pip: list[str | Path]
    if made.returncode == 0:
        pip = [UV_HOME / "bin" / "python", "-m", "pip", "install"]
    else:
        shutil.rmtree(UV_HOME, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--target", UV_HOME]
    run(
        [*pip, "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pins],
        "uv could not be installed: give this python3 its venv or pip package"
        " (Debian: apt-get install python3-venv) and check the way to the package registry",
    )
    return uv


def find_python(uv: Path) -> Path:
    """Return a CPython 3.13: on PATH, from pyenv, or downloaded by uv into its own store."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = sorted(pyenv.glob(VERSION + ".*/bin/python" + VERSION))
    if installed:
        return installed[-1]
    # uv would name .venv's own once that is there: another path, and all would be filled again
    find = [str(uv), "python", "find", "--system", VERSION]
    found = subprocess.run(
        [*find, "--no-python-downloads"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if found.returncode == 0:
        return Path(found.stdout.strip())
    say("getting CPython %s" % VERSION)
    run(
        [uv, "python", "install", VERSION],
        "CPython %s is not on this machine and could not be downloaded: install it (pyenv install"
        " %s, or your system's package), or set UV_PYTHON_INSTALL_MIRROR to a mirror of"
        " python-build-standalone, and run this again" % (VERSION, VERSION),
    )
    return Path(run(find, "uv does not find the Python it installed"))


def fingerprint(requirements: Path, python: Path) -> str:
    """Hash what an environment is made from, to see whether it is current."""
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update(str(python).encode())
    return digest.hexdigest()


def ensure_environment(name: str) -> None:
    """Bring one environment to its pins; do nothing when it already is there."""
    home = ENVIRONMENTS[name]
    requirements = ROOT / "requirements" / (name + ".txt")
    stamp = home / ".pins"
    uv = ensure_uv()
    python = find_python(uv)
    wanted = fingerprint(requirements, python)
    if stamp.exists() and stamp.read_text() == wanted and (home / "bin" / "python").exists():
        return
    say("filling %s from requirements/%s.txt" % (home.name, name))
    run([uv, "venv", "--quiet", "--clear", "--python", python, home], "no environment was made")
    run(
        [
            uv,
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            *COMPILED.get(name, []),
            "--python",
            home / "bin" / "python",
            requirements,
        ],
        "packages could not be installed: check the way to the package registry",
    )
    stamp.write_text(wanted)


def say(what: str) -> None:
    """Print one line of progress."""
    print("bootstrap: " + what, file=sys.stderr, flush=True)


def main(names: Sequence[str]) -> int:
    """Make the named environments; 0 when all are there, 1 with one clear message if not."""
    if sys.version_info < (3, 9):
        say("this python3 is %s; 3.9 or newer is needed" % sys.version.split()[0])
        return 1
    unknown = [name for name in names if name not in ENVIRONMENTS]
    if unknown:
        say("unknown environment %s; there are: %s" % (unknown[0], ", ".join(ENVIRONMENTS)))
        return 1
    try:
        for name in names:
            ensure_environment(name)
    except BootstrapError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["dev", "emulator"]))
