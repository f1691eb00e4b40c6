"""`make security`, its half about packages: known advisories, and the bill of materials.

`python -m local.security`: 1 when a package that is deployed has a known advisory. A package of
which nobody could be asked is said as such: it is not clean, and not the reverse.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from local.bootstrap import ENVIRONMENTS
from local.paths import OUT, ROOT
from local.sam import deployed

BIN = ENVIRONMENTS["security"] / "bin"
SBOM = OUT / "sbom"


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of a file's packages: those with advisories, and those not looked up."""

    packages: int
    advisories: dict[str, list[str]]
    unasked: int


def read_audit(report: dict[str, Any]) -> Audit:
    """Read pip-audit's JSON; a package that it skipped is not asked."""
    found = report["dependencies"]
    return Audit(
        len(found),
        {
            f"{each['name']} {each['version']}": [known["id"] for known in each["vulns"]]
            for each in found
            if each.get("vulns")
        },
        sum("skip_reason" in each for each in found),
    )


def audit(pins: Path) -> Audit | str:
    """Ask for advisories on pins; the reason where nobody answers."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json"]
    command = [str(BIN / "pip-audit"), *options, "--requirement", str(pins)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    try:
        return read_audit(json.loads(done.stdout))
    except ValueError:
        said: list[str] = done.stderr.strip().splitlines()
        return said[-1] if said else "no answer"


def write_sbom(pins: Path) -> Path:
    """Write a CycloneDX bill of materials of pins; raises CalledProcessError."""
    SBOM.mkdir(parents=True, exist_ok=True)
    target = SBOM / f"{pins.parent.name}.cdx.json"
    options = ["--of", "JSON", "--validate", "--output-reproducible", "--mc-type", "library"]
    command = [str(BIN / "cyclonedx-py"), "requirements", str(pins), *options, "-o", str(target)]
    subprocess.run(command, check=True, cwd=ROOT)
    return target


def summary(found: dict[str, Audit | str]) -> str:
    """Say in one line what the audit of layers is worth: silence about a package proves nothing."""
    audits = [each for each in found.values() if isinstance(each, Audit)]
    packages, unasked = sum(a.packages for a in audits), sum(a.unasked for a in audits)
    told = [f"{packages - unasked} of {packages} packages were looked up"]
    if unasked:
        told.append(f"not audited: {unasked} unknown to the registry that was asked")
    if silent := [name for name, each in found.items() if isinstance(each, str)]:
        told.append(f"not audited, as nobody answered: {', '.join(silent)}")
    return f"advisories: {'; '.join(told)}"


def main() -> int:
    """Audit and list what is deployed."""
    console, found = Console(highlight=False, soft_wrap=True), dict[str, Audit | str]()
    for pins in deployed():
        name = pins.parent.name
        found[name] = audit(pins)
        console.print(f"layer {name}: {_line(found[name])}")
        console.print(f"layer {name}: bill of materials in {write_sbom(pins).relative_to(ROOT)}")
    console.print(summary(found))
    return 1 if any(each.advisories for each in found.values() if isinstance(each, Audit)) else 0


def _line(found: Audit | str) -> str:
    if isinstance(found, str):
        return f"not audited: {found}"
    clean = found.packages - found.unasked - len(found.advisories)
    known = "".join(f"\n    {name}: {', '.join(ids)}" for name, ids in found.advisories.items())
    return (
        f"{found.packages} packages, {clean} without an advisory, {len(found.advisories)} with,"
        f" {found.unasked} not audited{known}"
    )


if __name__ == "__main__":
    sys.exit(main())
