"""Where things are in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
SAM = ROOT / ".venv" / "bin" / "sam"
EMULATOR_HOME = ROOT / ".venv-emulator"
BUILT = ROOT / ".aws-sam" / "build"
