"""``make price``: a deployment's month, by line; ``Name=value`` sets a parameter.

They come as arguments, and as a line in the variable ``PARAMETERS``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from local.command import ended
from local.generate.template import load
from local.parameters import ParameterError, checked, pairs, words
from local.price.bill import lines, prices, total
from local.price.deployment import Deployed
from local.price.page import DEFAULT, MEASURED


def main(arguments: Sequence[str]) -> int:
    """Print the bill; 2 with the reason where the parameters have none."""
    try:
        written = words(os.environ.get("PARAMETERS", ""))
        given = {**DEFAULT, **pairs([*written, *arguments])}
        # what global.yaml measures has its price here as well
        checked(load(), {name: value for name, value in given.items() if name not in MEASURED})
        found = lines(Deployed.of(load(), given))
    except ParameterError as error:
        Console(stderr=True).print(f"price: {error}", markup=False, soft_wrap=True)
        return 2
    table = Table(title=f"List prices of {prices()['read']}, {prices()['region']}")
    for name in ("a month", "amount", "$", "$ after always free"):
        table.add_column(name, justify="left" if name == "a month" else "right")
    for line in found:
        table.add_row(line.what, f"{line.amount:,.1f}", f"{line.usd:.2f}", f"{line.after_free:.2f}")
    table.add_row("total", "", *(f"{usd:.2f}" for usd in total(found)), style="bold")
    table.caption = "a line is rounded to a cent, the total is of what is not rounded"
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(ended(lambda: main(sys.argv[1:])))
