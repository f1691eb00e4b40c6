"""Compile the pinned and hashed requirements: `make lock`.

No index address is written: the files say what, the machine's own settings say where from.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.paths import ROOT

UV = ROOT / ".uv" / "bin" / "uv"
HEADER = "# Compiled by `make lock`; do not edit.\n"


@dataclass(frozen=True, slots=True)
class Pins:
    """One requirements file and the oldest Python that installs it."""

    source: str
    python: str = "3.13"

    @property
    def target(self) -> Path:
        """Return the compiled file, beside its source."""
        return (ROOT / self.source).with_suffix(".txt")


# The layer first: the developers' environment takes its pins.
ALL = (
    Pins("layers/dependencies/requirements.in"),
    Pins("layers/numpy/requirements.in"),
    Pins("layers/reports/requirements.in"),
    Pins("requirements/dev.in"),
    Pins("requirements/emulator.in"),
    Pins("requirements/checkov.in"),
    Pins("requirements/custodian.in"),
    Pins("requirements/security.in"),
    Pins("requirements/uv.in", python="3.9"),
)


def compile_pins(pins: Pins) -> None:
    """Compile one file; raises CalledProcessError with uv's own words on stderr."""
    subprocess.run(
        [UV, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
         "--no-emit-index-url", "--python-version", pins.python, "--upgrade",
         pins.source, "--output-file", pins.target],
        cwd=ROOT, check=True,
    )  # fmt: skip
    pins.target.write_text(HEADER + pins.target.read_text())


def main() -> int:
    """Compile all."""
    for pins in ALL:
        compile_pins(pins)
        sys.stdout.write(f"{pins.target.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
