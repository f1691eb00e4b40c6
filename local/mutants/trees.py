"""Copies of the project that mutants are written into: the project itself is never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path


def files(root: Path) -> list[str]:
    """Name the files of a checkout: what git knows and what it would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return sorted(each for each in done.stdout.split("\0") if each and (root / each).is_file())


def state(root: Path) -> str:
    """Return a digest of all files: what was recorded holds for this state alone."""
    digest = hashlib.sha256()
    for each in files(root):
        digest.update(f"{each}\0".encode())
        digest.update(hashlib.sha256((root / each).read_bytes()).digest())
    return digest.hexdigest()


def copy(root: Path, target: Path) -> Path:
    """Copy a checkout, with the environment that it has; what stood there before goes.

    What was compiled there stays: Python knows by a file's time and size what it is of.
    """
    wanted = files(root)
    for each in _standing(target) - set(wanted):
        (target / each).unlink()
    for each in wanted:
        (target / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / each, target / each)
    for each in (".venv", ".venv-emulator"):
        if (root / each).exists():
            (target / each).symlink_to(root / each)
    return target


def _standing(tree: Path) -> set[str]:
    """Name what stands in a copy, but for what Python compiled and for the environments."""
    return {
        str((folder / name).relative_to(tree))
        for folder, _, names in tree.walk()
        if folder.name != "__pycache__"
        for name in names
    }


def environment(tree: Path, **more: str) -> dict[str, str]:
    """Return the environment in which a tree's tests run its own code, and leave nothing behind.

    No bytecode: a file that is changed twice within a second and keeps its length would be
    taken from what was compiled before.
    """
    parts = [tree, tree / "tests", tree / "functions", tree / "layers" / "shared"]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, parts)),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }
