"""`make probe URL=…`: ask an endpoint once from this machine, and show why it is judged so."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any

from avatarwatch.settings_json import NotJsonError, doubled, read_json
from health_polling.documents import read_endpoints
from health_polling.explain import as_lines, explanation
from health_polling.probe.prober import Prober, tls_context
from health_polling.probe.resolver import Resolver
from local.command import ended


def main(arguments: list[str]) -> int:
    """Probe and print; return 0 when it is up, 1 when it is not, 2 when it cannot be asked."""
    parser = argparse.ArgumentParser(prog="make probe", description=__doc__)
    parser.add_argument("url", help="an http or https address")
    parser.add_argument("--entry", default="{}", help="further fields of its entry, as JSON")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    if not given.url.strip():
        parser.error("URL is missing: make probe URL=https://api.example.com/health")
    try:
        entry: Any = read_json(given.entry)
    except NotJsonError as error:
        parser.error(f"ENTRY is no JSON: {error}")
    if not isinstance(entry, dict):
        parser.error("""ENTRY is no object of fields, as in ENTRY='{"optional": ["redis"]}'""")
    if twice := next(doubled(entry), None):
        parser.error(f"ENTRY: {twice} is there twice")
    # the deployed function reads header values from SSM; here they are given as they are
    listed = read_endpoints("", [{"url": given.url, **entry}], {})
    for problem in listed.problems:
        sys.stderr.write(f"{problem.where}: {problem.text}\n")
    if not listed.endpoints:
        return 2
    [endpoint] = listed.endpoints
    resolver = Resolver(allow_private=True)
    try:
        exchange = Prober(resolver, tls_context()).poll(endpoint, 30)
    finally:
        resolver.close()
    told = explanation(endpoint, exchange, datetime.now(UTC))
    lines = [json.dumps(told, indent=1)] if given.json else as_lines(told)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if told["verdict"] == "fail" else 0


if __name__ == "__main__":
    sys.exit(ended(lambda: main(sys.argv[1:])))
