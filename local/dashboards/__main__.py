"""Both dashboards as pages of a week of simulated traffic: `make dashboards`.

What somebody changes in them is seen here before it is deployed.
"""

from __future__ import annotations

import os
import sys
import webbrowser

from rich.console import Console

from local.dashboards.panels import (
    DashboardError,
)
from local.dashboards.week import draw


def main() -> int:
    """Draw and open them; 1 with one line when a document holds what the preview cannot read."""
    console = Console()
    try:
        with console.status("playing a week of traffic on the emulator"):
            pages = draw()
    except DashboardError as error:
        console.print(f"dashboards: {error}")
        return 1
    for page in pages:
        console.print(f"{page.panels} panels, {len(page.empty)} without data: {page.path}")
        if not os.environ.get("CI"):
            webbrowser.open(page.path.as_uri())
    return 0


if __name__ == "__main__":
    sys.exit(main())
