"""Run the simulated backend alone: ``python -m local.backend --endpoint-url http://...``."""

import argparse
import logging
import signal
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import boto3
from botocore.config import Config

from local.backend.aws_side import GLOBAL_REGION, AwsSideWriter
from local.backend.driver import Backend, utc_now
from local.backend.scenarios import SCENARIOS
from local.backend.server import BackendServer
from local.backend.writers import CustomMetricsWriter, LogLinesWriter, Writer

_log = logging.getLogger("local.backend")
_RETRIES = Config(retries={"mode": "standard", "max_attempts": 5})


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve and simulate until interrupted (SIGINT or SIGTERM)."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    backend = Backend(_writers(options), scenario=options.scenario, seed=options.seed)
    this_minute = utc_now().replace(second=0, microsecond=0)
    start = this_minute - timedelta(minutes=options.history)
    try:
        run(backend, port=options.port, start=start, speed=options.speed)
    finally:
        if options.ledger:
            backend.ledger.dump(options.ledger)


def run(backend: Backend, *, port: int, start: datetime, speed: float) -> None:
    """Serve a backend and let it play until KeyboardInterrupt, or the error of a writer."""
    try:
        with BackendServer(backend, port) as server:
            _log.info("health   %s", server.health_url)
            _log.info("scenario %s/scenario (GET, PUT)", server.url)
            backend.start(start, speed=speed)
            # in slices: a signal that another thread received does not end a join
            while not backend.wait(0.5):
                pass
    except KeyboardInterrupt:
        _log.info("stopping")
    finally:
        backend.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _writers(options: argparse.Namespace) -> list[Writer]:
    # the AWS side exists only behind an endpoint of one's own: real AWS refuses its namespaces
    session = boto3.Session(region_name=options.region)
    home = session.client("cloudwatch", endpoint_url=options.endpoint_url, config=_RETRIES)
    logs = session.client("logs", endpoint_url=options.endpoint_url, config=_RETRIES)
    everywhere = session.client(
        "cloudwatch", GLOBAL_REGION, endpoint_url=options.endpoint_url, config=_RETRIES
    )
    return [
        CustomMetricsWriter(home),
        LogLinesWriter(logs, options.log_group, utc_now()),
        AwsSideWriter(
            home, everywhere, bucket=options.bucket, distribution_id=options.distribution_id
        ),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m local.backend", description=__doc__)
    add = parser.add_argument
    add("--endpoint-url", required=True, help="the emulator's address")
    add("--region", default="eu-north-1", help="home region (%(default)s)")
    add("--scenario", choices=sorted(SCENARIOS), default="normal_day")
    add("--speed", type=_positive, default=1.0, help="minutes a second while behind (%(default)s)")
    add("--history", type=int, default=0, help="minutes to begin before now (%(default)s)")
    add("--seed", type=int, default=0)
    add("--port", type=int, default=0, help="of the HTTP server; 0 takes a free one")
    add("--log-group", default="/aws/avatar-system/api")
    add("--bucket", default="easy-to-image-production")
    add("--distribution-id", default="E3SJ7B3QL1F8WH")
    add("--ledger", type=Path, help="write the ledger to this JSON file at the end")
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


if __name__ == "__main__":
    main()
