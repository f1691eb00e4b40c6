"""`make test-alert ENV=…`: 0 when each alert and its recovery were taken by every channel."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from alarm_fanout.channels.registry import OF_THE_TEMPLATE
from alarm_fanout.incident import DeliveryStatus
from avatarwatch.catalogue.own import TESTS
from local.command import ended, refusal
from local.doctor.deployment import Deployment, NoDeploymentError, deployment_of
from local.test_alert.sending import Outcome, Tested, sent

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {
    DeliveryStatus.DELIVERED: "taken",
    DeliveryStatus.REFUSED: "[red]refused[/red]",
    DeliveryStatus.OVERTAKEN: "[red]not told before it was over[/red]",
    DeliveryStatus.PENDING: "[yellow]waits, is tried again[/yellow]",
    DeliveryStatus.CLAIMED: "[yellow]on its way[/yellow]",
}


def main(arguments: list[str]) -> int:
    """Send the alerts; 0 when all were taken, 1 when one was not, 2 if none could be sent."""
    console = Console(highlight=False)
    if len(arguments) != 1:
        console.print("usage: make test-alert ENV=dev|prod|local", markup=False)
        return 2
    try:
        deployment = deployment_of(arguments[0])
        tested = list(sent(deployment, TESTS, time.sleep))
        console.print(_table(tested))
        _say_of_topics(deployment, tested, console)
    except NoDeploymentError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 2
    except (ClientError, BotoCoreError) as error:
        console.print(refusal(error), markup=False, soft_wrap=True)
        return 2
    arrived = {each.rule.severity for each in tested if each.arrived}
    missed = [rule.severity for rule in TESTS if rule.severity not in arrived]
    if missed:
        console.print(
            f"not everything was taken of: {', '.join(missed)}. `make doctor ENV={arguments[0]}`"
            " says what to mend; e-mails of this minute say why a channel refuses.",
            soft_wrap=True,
        )
    return 1 if missed else 0


def _table(tested: Iterable[Tested]) -> Table:
    table = Table("severity", "channel", "alert", "recovery", title="Test alerts")
    for each in tested:
        names = sorted({*each.opened, *each.recovered}) or ["none"]
        for name in names:
            over = "not told: its route" if name in each.spared else _said(each.recovered, name)
            first = each.rule.severity if name == names[0] else ""
            table.add_row(first, name, _said(each.opened, name), over)
    return table


def _said(outcome: Outcome, name: str) -> str:
    return _WORDS[outcome[name]] if name in outcome else "[red]AlarmFanout has not told it[/red]"


def _say_of_topics(deployment: Deployment, tested: Iterable[Tested], console: Console) -> None:
    """Say what "taken" is worth for topics: SNS takes what nobody reads."""
    used = {name for each in tested for name in each.opened}
    for name in sorted(used & set(OF_THE_TEMPLATE)):
        topic = deployment.outputs[f"{name.capitalize()}TopicArn"]
        found = deployment.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        confirmed = found.get("SubscriptionsConfirmed", "0")
        console.print(
            f"{name}: SNS took it for {confirmed} confirmed subscriptions", soft_wrap=True
        )


if __name__ == "__main__":
    AFTER_CTRL_C = "the recovery of what was sent is on its way"
    sys.exit(ended(lambda: main(sys.argv[1:]), AFTER_CTRL_C))
