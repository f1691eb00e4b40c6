"""`make doctor ENV=…`: every finding with its mend; 0 when there is nothing to mend.

`python -m local.doctor verify ENV`: what is only believed about AWS, asked of a deployment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alarm_fanout.settings import NotificationSettings
from local.command import ended
from local.doctor.checks import examine
from local.doctor.checks.notifications import document
from local.doctor.deployment import Deployment, NoDeploymentError, deployment_of, environments
from local.doctor.finding import Finding, Kind
from local.doctor.routes import routes_of
from local.doctor.verify import verify

_MARKS = {
    Kind.MISTAKE: "[red]✗[/red]",
    Kind.NOTE: "[dim]·[/dim]",
    Kind.UNASKED: "[yellow]?[/yellow]",
}


def doctor(deployment: Deployment, console: Console) -> int:
    """Tell what is to be mended, what is to be known, and which alert goes where."""
    findings = examine(deployment)
    for kind in Kind:
        for each in findings:
            if each.kind is kind:
                _tell(each, console)
    mistakes = sum(each.kind is Kind.MISTAKE for each in findings)
    if deployment.was_made:
        read = document(deployment)
        console.print(_routes(deployment, (read and read.settings) or NotificationSettings()))
    unasked = sum(each.kind is Kind.UNASKED for each in findings)
    left = f"; {unasked} not asked" if unasked else ""
    console.print(f"{deployment.stack} in {deployment.region}: {mistakes} to mend{left}")
    return 1 if mistakes else 0


def _tell(finding: Finding, console: Console) -> None:
    text = escape(f"{finding.where}: {finding.what}")
    console.print(f"{_MARKS[finding.kind]} {text}", soft_wrap=True)
    if finding.mend:
        console.print(f"    → {finding.mend}", style="dim", soft_wrap=True, markup=False)


def _routes(deployment: Deployment, settings: NotificationSettings) -> Table:
    table = Table("alert", "severity", "over", "again after", title="Which alert goes where")
    for alert, route in routes_of(deployment, settings):
        remind = str(route.remind or "never").removesuffix(":00:00")
        told = ", ".join(sorted(route.channels)) or "nobody"
        table.add_row(alert, route.severity, told, remind)
    return table


COMMANDS: dict[str, Callable[[Deployment, Console], int]] = {"doctor": doctor, "verify": verify}
"""What can be asked of a deployment; each returns 1 when something is wrong."""


def main(arguments: list[str]) -> int:
    """Run a command; 0 when all is well, 1 when something is to be mended, 2 if it did not run."""
    console = Console(highlight=False)
    if len(arguments) != 2 or arguments[0] not in COMMANDS:
        console.print(
            f"usage: make {'|'.join(COMMANDS)} ENV={'|'.join(environments())}", markup=False
        )
        return 2
    command, environment = arguments
    try:
        deployment = deployment_of(environment)
    except NoDeploymentError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 2
    return COMMANDS[command](deployment, console)


if __name__ == "__main__":
    sys.exit(ended(lambda: main(sys.argv[1:])))
