"""Make what an invocation needs, from the environment."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from avatarwatch import metrics
from avatarwatch.alerts import publish
from avatarwatch.clients import client
from avatarwatch.environment import SettingsError
from avatarwatch.mutes import shown as mutes_shown
from avatarwatch.namespaces import Own
from avatarwatch.observability import logger
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from health_polling.announce import DOWN
from health_polling.documents import EndpointList, read_endpoints, secret_names
from health_polling.endpoint import Endpoint
from health_polling.endpoints_source import EndpointsSource
from health_polling.explain import explanation
from health_polling.figures import Datum, Polled
from health_polling.page.files import page_files
from health_polling.page.view import view
from health_polling.polling import Effects, Polling
from health_polling.probe.prober import Prober, tls_context
from health_polling.probe.resolver import Resolver
from health_polling.rounds import Judge, Outcome, is_our_fault, run_round
from health_polling.settings import FunctionSettings
from health_polling.store import HealthStore, Shard

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

RESERVE = 12.0  # seconds of the function's time for what follows the polls
# Of what this execution environment wrote last: a feed without a new incident is not put again.
_WRITTEN: dict[tuple[str, str], bytes] = {}


@cache
def _tls() -> ssl.SSLContext:
    return tls_context()


@cache
def _source(addresses: str, parameter: str) -> EndpointsSource:
    return EndpointsSource(client("ssm"), addresses, parameter)


def endpoints(settings: FunctionSettings, now: datetime) -> EndpointList:
    """Return the list of endpoints, and say in the log what is wrong with it."""
    listed = _source(settings.endpoints, settings.endpoints_parameter).current(now)
    for problem in listed.problems:
        logger().error("an endpoint is not polled", where=problem.where, reason=problem.text)
    return listed


def polling(settings: FunctionSettings, context: LambdaContext, now: datetime) -> Polling:
    """Return the work of one invocation."""
    store = HealthStore(DynamoDocumentStore(client("dynamodb"), settings.state_table))
    topic, sns = settings.alerts_topic_arn, client("sns")
    effects = Effects(
        ask=lambda listed, judge: _ask(listed, judge, settings, context),
        is_our_fault=lambda outcomes: is_our_fault(outcomes, _reaches_aws),
        is_left_out=lambda: settings.without_maintenance and _in_maintenance(store, now),
        reference=lambda: _reaches_reference(settings.reference),
        publish=lambda message: publish(sns, topic, message),
        put=_put,
        write_page=lambda shards, listed: _write_page(settings, store, shards, listed, now),
        log=_log,
    )
    return Polling(
        store, effects, now, settings.endpoint_metrics, settings.status_page_url,
        settings.certificate_days,
    )  # fmt: skip


def probed(
    settings: FunctionSettings, asked: str | dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Ask one endpoint once and return what came of it and why; nothing is kept or told.

    Raises
    ------
    SettingsError
        It is neither an endpoint of the list nor an entry that can be polled.
    """
    resolver = Resolver(settings.allow_private)
    try:
        endpoint = _asked(settings, asked, now)
        exchange = Prober(resolver, _tls()).poll(endpoint, endpoint.timeouts.total)
    finally:
        resolver.close()
    return explanation(endpoint, exchange, now)


def _asked(settings: FunctionSettings, asked: str | dict[str, Any], now: datetime) -> Endpoint:
    source = _source(settings.endpoints, settings.endpoints_parameter)
    if isinstance(asked, str) and "://" not in asked:
        known = {endpoint.name: endpoint for endpoint in source.current(now).endpoints}
        if asked not in known:
            raise SettingsError(f"endpoint: {asked} is none of {', '.join(known) or 'no list'}")
        return known[asked]
    entry = {"url": asked} if isinstance(asked, str) else asked
    if secret_names([entry]):  # or whoever may call the function could have secrets sent anywhere
        raise SettingsError(
            "endpoint: headers_from_ssm is for endpoints of the list: give its name"
        )
    found = read_endpoints("", [entry], {})
    if found.problems:
        raise SettingsError(f"endpoint: {found.problems[0].text}")
    return found.endpoints[0]


def utc_now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


def _ask(
    listed: Sequence[Endpoint], judge: Judge, settings: FunctionSettings, context: LambdaContext
) -> list[Outcome]:
    seconds = max(1.0, context.get_remaining_time_in_millis() / 1000 - RESERVE)
    resolver = Resolver(settings.allow_private)
    try:
        return run_round(listed, Prober(resolver, _tls()).poll, judge, seconds)
    finally:
        resolver.close()


def _in_maintenance(store: HealthStore, now: datetime) -> bool:
    """Whether planned maintenance goes on in which it is not told that an endpoint is down."""
    return any(
        mute.window and mute.covers(now) and mute.matches(DOWN, DOWN)
        for mute in mutes_shown(store.documents)
    )


def _reaches_aws() -> bool:
    """Whether CloudWatch takes a connection, which every round needs anyway."""
    address = urlsplit(client("cloudwatch").meta.endpoint_url)
    try:
        socket.create_connection((address.hostname, address.port or 443), 3).close()
    except OSError:
        return False
    return True


def _reaches_reference(address: str | None) -> bool | None:
    """Whether the reference address takes a connection, None without one."""
    if address is None:
        return None
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 3).close()
    except OSError:
        return False
    return True


def _put(data: Sequence[Datum]) -> None:
    metrics.put(client("cloudwatch"), Own.HEALTH.full, map(_written, data))


def _written(datum: Datum) -> MetricDatumTypeDef:
    return {
        "MetricName": datum.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in datum.dimensions],
        "Timestamp": datum.at,
        "StatisticValues": {
            "SampleCount": datum.count,
            "Sum": datum.total,
            "Minimum": datum.least,
            "Maximum": datum.most,
        },
        "Unit": datum.unit,
    }


def _write_page(
    settings: FunctionSettings,
    store: HealthStore,
    shards: dict[str, Shard],
    listed: EndpointList,
    now: datetime,
) -> None:
    services = {name: s for shard in shards.values() for name, s in shard.services.items()}
    histories = tuple(store.histories().values())
    mutes = mutes_shown(store.documents)
    shown = view(
        settings.system_name, services, histories, listed.problems, now, mutes, store.left_out()
    )
    for file in page_files(shown, histories, settings.status_page_url):
        place, body = (settings.reports_bucket, f"status/{file.name}"), file.text.encode()
        seen = sha256(body).digest()
        if not file.is_proof and _WRITTEN.get(place) == seen:
            continue
        client("s3").put_object(
            Bucket=place[0],
            Key=place[1],
            Body=body,
            ContentType=file.kind,
            CacheControl="max-age=60",
        )
        _WRITTEN[place] = seen


def _log(polled: Polled) -> None:
    phases, judgement = polled.exchange.phases, polled.judgement
    taken = {
        "resolve": phases.resolve, "connect": phases.connect, "tls": phases.tls,
        "first_byte": phases.first_byte, "transfer": phases.transfer,
    }  # fmt: skip
    logger().info(
        "polled",
        endpoint=polled.name,
        verdict=judgement.verdict.value,
        reason=judgement.reason,
        format=judgement.format,
        tries=polled.exchange.tries,
        response_ms=judgement.response_ms,
        phases_ms={name: round(ms, 1) for name, ms in taken.items() if ms is not None},
        components={c.name: c.verdict.value for c in judgement.components},
    )
