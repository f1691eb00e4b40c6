"""A package of its own, to see what an installer makes of its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

_METADATA = "Metadata-Version: 2.1\nName: pinned\nVersion: 1.0\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: fakes\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of one module, and the SHA-256 of its file as hexadecimal digits."""

    path: Path
    digest: str
    requirement: str = "pinned==1.0"

    def pinned(self, digest: str) -> str:
        """Return a line of requirements that pins it by a hash."""
        return f"{self.requirement} --hash=sha256:{digest}\n"


def wheel(folder: Path) -> Wheel:
    """Write a wheel into a folder, which pip and uv then find there."""
    folder.mkdir()
    path = folder / "pinned-1.0-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        archive.writestr("pinned.py", "")
        archive.writestr("pinned-1.0.dist-info/METADATA", _METADATA)
        archive.writestr("pinned-1.0.dist-info/WHEEL", _WHEEL)
        archive.writestr("pinned-1.0.dist-info/RECORD", "pinned.py,,\n")
    return Wheel(path, hashlib.sha256(path.read_bytes()).hexdigest())
