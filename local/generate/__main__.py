"""Make what is generated: `python -m local.generate`; with `--check`, only say what is old."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from local.generate import alerts_page, dashboard, grafana
from local.generate.template import TEMPLATE
from local.paths import ROOT

RENDERED: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "alerts.md": alerts_page.render,
    TEMPLATE: dashboard.render,
    ROOT / "dashboards" / "grafana" / "avatar-watch.json": grafana.render,
}
"""Every generated file, and what renders it."""


def outdated() -> list[Path]:
    """Return the files that are not what would be made now."""
    return [path for path, render in RENDERED.items() if _text(path) != render()]


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` return 1 when one of them is old."""
    old = outdated()
    for path in old:
        name = path.relative_to(ROOT)
        if "--check" in arguments:
            sys.stderr.write(f"{name} is not current: run `make docs`\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(RENDERED[path]())
            sys.stdout.write(f"{name}\n")
    return int("--check" in arguments and bool(old))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
