"""Where things are in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
STYLE = ROOT / "local" / "style"
"""What the pages that stand alone look like."""
SAM = ROOT / ".venv" / "bin" / "sam"
EMULATOR_HOME = ROOT / ".venv-emulator"
BUILT = ROOT / ".aws-sam" / "build"
TEMPLATES = ("template.yaml", "global.yaml", "rum.yaml", "status-page.yaml", "chat-url.yaml")
"""What is deployed; tests hold the Makefile's checks and checkov's configuration against it."""
