"""Where things are in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
STYLE = ROOT / "local" / "style"
"""What the pages that stand alone look like."""
SAM = ROOT / ".venv" / "bin" / "sam"
EMULATOR_HOME = ROOT / ".venv-emulator"
BUILT = ROOT / ".aws-sam" / "build"
