"""``make price``: a deployment's month, by line; ``Name=value`` sets a parameter."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from local.generate.template import load
from local.price.bill import lines, prices, total
from local.price.deployment import Deployed
from local.price.page import DEFAULT


def main() -> None:
    """Print the bill."""
    given = dict(each.split("=", 1) for each in sys.argv[1:])
    found = lines(Deployed.of(load(), {**DEFAULT, **given}))
    table = Table(title=f"List prices of {prices()['read']}, {prices()['region']}")
    for name in ("a month", "amount", "$", "$ after always free"):
        table.add_column(name, justify="left" if name == "a month" else "right")
    for line in found:
        table.add_row(line.what, f"{line.amount:,.1f}", f"{line.usd:.2f}", f"{line.after_free:.2f}")
    table.add_row("total", "", *(f"{usd:.2f}" for usd in total(found)), style="bold")
    Console().print(table)


if __name__ == "__main__":
    main()
