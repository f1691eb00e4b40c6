"""Make what is generated: `python -m local.generate`; with `--check`, only say what is old."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from local.generate import (
    alerts_table,
    beliefs_page,
    grafana,
    kpis_page,
    rights_page,
    scale_page,
    template_blocks,
)
from local.generate.custom_metric_tables import integration_page
from local.generate.template import TEMPLATE
from local.paths import ROOT
from local.price import page as price_page
from local.templates import parsed

_INTEGRATION = ROOT / "docs" / "integration.md"
_SCALE = ROOT / "docs" / "scale.md"
_RUNBOOK = ROOT / "docs" / "runbook.md"
_FIRST_DEPLOY = ROOT / "docs" / "first-deploy.md"


def rendered() -> Mapping[Path, str]:
    """Return every file that is generated, wholly or between marks, as it is to be."""
    text = template_blocks.render(TEMPLATE.read_text())
    template = parsed(text)
    return {
        TEMPLATE: text,
        _RUNBOOK: alerts_table.render(_RUNBOOK.read_text(), template),
        ROOT / "docs" / "kpis.md": kpis_page.render(),
        ROOT / "docs" / "price.md": price_page.render(template),
        _SCALE: scale_page.render(_SCALE.read_text(), template),
        _INTEGRATION: integration_page(_INTEGRATION.read_text()),
        _FIRST_DEPLOY: beliefs_page.render(rights_page.render(_FIRST_DEPLOY.read_text())),
        ROOT / "docs" / "deployer-policy.json": rights_page.render_policy(),
        ROOT / "dashboards" / "grafana" / "avatar-watch.json": grafana.render(template),
    }


def outdated() -> Mapping[Path, str]:
    """Return the files that are not what would be made now, as they are to be."""
    return {path: text for path, text in rendered().items() if _text(path) != text}


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` return 1 when one of them is old."""
    if "--check" not in arguments:  # first, as pages read it from its file
        TEMPLATE.write_text(template_blocks.render(TEMPLATE.read_text()))
    old = outdated()
    for path, text in old.items():
        name = path.relative_to(ROOT)
        if "--check" in arguments:
            sys.stderr.write(f"{name} is not current: run `make docs`\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            sys.stdout.write(f"{name}\n")
    return int("--check" in arguments and bool(old))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
