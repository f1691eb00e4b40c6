"""The handler with real requests: to a service on this machine, and to AWS as moto plays it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

import aws_contract
from alarm_fanout.ledger import Ledger
from avatarwatch.alerts import AlertMessage
from avatarwatch.environment import SettingsError
from avatarwatch.mutes import PARTITION, Mute
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from fakes.faulty_http import FaultyServer
from health_polling import wiring
from health_polling.endpoints_source import KEEP, EndpointsSource
from health_polling.handler import handler
from health_polling.payload import read_order
from health_polling.store import history_of, shard_of
from integration.health_polling.conftest import Aws
from local.paths import ROOT

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameters")


@dataclass(frozen=True, slots=True)
class Context:
    """What the handler asks of Lambda's context."""

    aws_request_id: str = "5c1b6b66-6f1c-5c2e-9a8b-1d2c3b4a5f60"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time of a fresh invocation."""
        return 55_000


def invoke(event: Any) -> dict[str, Any]:
    return handler(event, cast("Any", Context()))


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        yield running


def watch(aws: Aws, *entries: Any, name: str = "/endpoints") -> None:
    aws.client("ssm").put_parameter(
        Name=name, Type="String", Value=json.dumps(entries), Overwrite=True
    )


def test_a_round_asks_keeps_tells_publishes_and_shows(aws: Aws, server: FaultyServer) -> None:
    address = f"http://127.0.0.1:{server.port}"
    watch(
        aws, {"name": "api", "url": f"{address}/ok"}, {"name": "dead", "url": f"{address}/no-http"}
    )
    answers = [invoke({"page": True}) for _ in range(3)]
    assert answers[-1]["verdicts"] == {"pass": 1, "fail": 1}
    assert answers[-1]["changes"] == ["dead down"]
    [published] = aws.alerts()
    alert = AlertMessage.read(json.loads(published))
    assert (alert.alert, alert.key) == ("EndpointDown", "endpoint-down/dead")

    page = aws.client("s3").get_object(Bucket="reports", Key="status/index.html")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert "dead is down" in page["Body"].read().decode()
    metrics = aws.client("cloudwatch").list_metrics(Namespace="AvatarSystem/Health")["Metrics"]
    assert {"EndpointUp", "UnhealthyEndpoints"} <= {metric["MetricName"] for metric in metrics}
    assert not aws_contract.violations()


def test_the_page_shows_what_alarm_fanout_holds_back(aws: Aws) -> None:
    watch(aws)
    now = datetime.now(UTC)
    store = DynamoDocumentStore(aws.client("dynamodb"), "state")
    ledger = Ledger(store)
    ledger.save_mute(Mute("pay*", "bulk", now, now + timedelta(hours=2), window="imports"))
    store.put(Document((PARTITION, "damaged"), 0, {"alarms": None}), now + timedelta(hours=2))
    assert invoke({"page": True})["page_written"]
    page = aws.client("s3").get_object(Bucket="reports", Key="status/index.html")["Body"].read()
    assert "in maintenance: imports" in page.decode()
    status = aws.client("s3").get_object(Bucket="reports", Key="status/status.json")["Body"].read()
    assert [each["name"] for each in json.loads(status)["held"]] == ["imports"]
    ledger.drop_mute("maintenance:imports")
    invoke({"page": True})
    page = aws.client("s3").get_object(Bucket="reports", Key="status/index.html")["Body"].read()
    assert "imports" not in page.decode()
    assert not aws_contract.violations()


def test_a_file_of_the_page_that_is_as_before_keeps_no_other_back(aws: Aws) -> None:
    watch(aws)
    invoke({"page": True})
    s3 = aws.client("s3")
    files = sorted(each["Key"] for each in s3.list_objects_v2(Bucket="reports")["Contents"])
    for name in files:  # as where one of them could not be written
        s3.delete_object(Bucket="reports", Key=name)
        wiring._WRITTEN.pop(("reports", name))
        invoke({"page": True})
        assert s3.head_object(Bucket="reports", Key=name), name


def polls(aws: Aws) -> float:
    """Return how many polls count towards availability."""
    now = datetime.now(UTC)
    found = aws.client("cloudwatch").get_metric_statistics(
        Namespace="AvatarSystem/Health", MetricName="EndpointUp", Period=3600,
        StartTime=now - timedelta(hours=2), EndTime=now + timedelta(hours=1),
        Statistics=["SampleCount"],
    )  # fmt: skip
    return float(sum(point["SampleCount"] for point in found["Datapoints"]))


@pytest.mark.parametrize(
    ("asked_for", "alarms", "window", "counts"),
    [
        ("true", "*", "imports", False),
        ("true", "EndpointDown", "imports", False),
        ("false", "*", "imports", True),  # off, which is the default
        ("true", "Storage*", "imports", True),  # nobody would have been told all the same
        ("true", "*", "", True),  # what a person mutes is no maintenance
    ],
)
def test_availability_leaves_maintenance_out_where_asked_to(  # noqa: PLR0917
    aws: Aws, server: FaultyServer, monkeypatch: pytest.MonkeyPatch,
    asked_for: str, alarms: str, window: str, *, counts: bool,
) -> None:  # fmt: skip
    monkeypatch.setenv("AVAILABILITY_WITHOUT_MAINTENANCE", asked_for)
    watch(aws, {"name": "api", "url": f"http://127.0.0.1:{server.port}/ok"})
    now = datetime.now(UTC)
    ledger = Ledger(DynamoDocumentStore(aws.client("dynamodb"), "state"))
    ledger.save_mute(Mute(alarms, "bulk", now, now + timedelta(hours=1), window=window))
    answer = invoke({"page": True})
    assert answer["left_out_as_maintenance"] is not counts
    assert polls(aws) == counts
    status = aws.client("s3").get_object(Bucket="reports", Key="status/status.json")["Body"].read()
    assert json.loads(status)["left_out"] == (not counts)
    assert not aws_contract.violations()


def test_the_list_goes_on_in_more_parameters_and_headers_are_secret(
    aws: Aws, server: FaultyServer
) -> None:
    address = f"http://127.0.0.1:{server.port}/ok"
    watch(aws, {"name": "one", "url": address, "headers_from_ssm": {"Authorization": "token"}})
    watch(aws, *[{"name": f"more-{n}", "url": address} for n in range(3)], name="/endpoints/more/1")
    watch(aws, {"name": "last", "url": address}, "ftp://wrong", name="/endpoints/more/2")
    aws.client("ssm").put_parameter(
        Name="/endpoints/headers/token", Type="SecureString", Value="Bearer s3cret"
    )
    answer = invoke({})
    assert answer["verdicts"] == {"pass": 5}
    assert answer["problems"] == ["endpoint 6: url: only http and https are asked, not 'ftp'"]
    assert any("Authorization: Bearer s3cret" in head for head in server.requests)
    assert "s3cret" not in json.dumps(answer)


@pytest.mark.parametrize(
    "failure", [THROTTLED, ReadTimeoutError(endpoint_url="ssm"), ConnectionClosedError(
        endpoint_url="ssm")], ids=["throttled", "time-out", "reset"],
)  # fmt: skip
def test_the_list_of_before_is_kept_while_ssm_does_not_answer(
    aws: Aws, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # between a client's tries
    watch(aws, {"name": "api", "url": "https://api.example.com/"})
    now = datetime.now(UTC)
    source = EndpointsSource(aws.client("ssm"), "", "/endpoints")
    before = source.current(now)
    assert [each.name for each in before.endpoints] == ["api"]

    def fail(**_: object) -> None:
        raise failure

    events = source.client.meta.events
    events.register("before-send.ssm", fail)
    assert source.current(now + KEEP) == before
    with pytest.raises(type(failure)):  # there is none of before
        EndpointsSource(source.client, "", "/endpoints").current(now)
    events.unregister("before-send.ssm", fail)
    watch(aws, {"name": "other", "url": "https://api.example.com/"})
    assert source.current(now + KEEP - timedelta(seconds=1)) == before
    assert [each.name for each in source.current(now + KEEP).endpoints] == ["other"]


def test_a_missing_parameter_is_named(aws: Aws) -> None:
    del aws
    assert invoke({})["problems"] == ["parameter /endpoints: there is no such parameter"]


@pytest.mark.parametrize("event", [{"pgae": True}, {"page": "yes"}, [], "x"])
def test_an_order_that_is_none_is_answered_with_its_field(aws: Aws, event: Any) -> None:
    del aws
    with pytest.raises(SettingsError, match=r"pgae|page|payload"):
        invoke(event)


@pytest.mark.parametrize("path", sorted((ROOT / "events/health_polling").glob("*.json")),
                         ids=lambda path: path.stem)  # fmt: skip
def test_the_events_of_the_repository_are_orders(aws: Aws, path: Path) -> None:
    del aws
    order = read_order(json.loads(path.read_text()))
    if order.action != "probe":  # which would ask for its name
        assert "verdicts" in invoke(json.loads(path.read_text()))


def test_a_probe_lays_one_poll_open_and_keeps_and_tells_nothing(
    aws: Aws, server: FaultyServer
) -> None:
    address = f"http://127.0.0.1:{server.port}/ok"
    watch(aws, {"name": "api", "url": address, "headers_from_ssm": {"Authorization": "token"}})
    aws.client("ssm").put_parameter(
        Name="/endpoints/headers/token", Type="SecureString", Value="Bearer s3cret"
    )
    for asked in ("api", address, {"url": address}):
        told = invoke({"action": "probe", "endpoint": asked})
        assert told["verdict"] == "pass"
        assert told["answer"]["status"] == 200
        assert told["format"] == "JSON status"
        assert "s3cret" not in json.dumps(told)
    entry = {"url": address, "status": [204]}
    told = invoke({"action": "probe", "endpoint": entry})
    assert told["verdict"] == "fail"
    assert told["settings"] == [{"setting": {"status": [200]}, "verdict": "pass", "reason": ""}]
    assert "Authorization: Bearer s3cret" in server.requests[0]
    assert not aws.alerts()
    assert aws.client("dynamodb").scan(TableName="state")["Count"] == 0


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("nobody", "nobody is none of api"),
        ("ftp://x", "url: only http and https are asked"),
        ({"url": "https://x.example.com", "timeout": 99}, "timeout: "),
        (None, "a probe is"),
        (
            {
                "url": "https://elsewhere.example.com",
                "headers_from_ssm": {"Authorization": "token"},
            },
            "headers_from_ssm is for endpoints of the list",
        ),
    ],
)
def test_a_probe_of_what_cannot_be_polled_says_so(aws: Aws, endpoint: Any, words: str) -> None:
    watch(aws, {"name": "api", "url": "http://127.0.0.1:1/"})
    with pytest.raises(SettingsError, match=words):
        invoke({"action": "probe", "endpoint": endpoint})


def test_many_endpoints_fit_into_puts_that_aws_takes(aws: Aws, server: FaultyServer) -> None:
    address = f"http://127.0.0.1:{server.port}/ok"
    for part in range(10):
        # slow on a busy machine is not what this is about
        more = {"url": address, "slow_ms": 60_000}
        listed = [{"name": f"e{part}-{n}", **more} for n in range(40)]
        watch(aws, *listed, name=f"/endpoints/more/{part}")
    answer = invoke({})
    assert answer["endpoints"] == 400
    assert answer["verdicts"] == {"pass": 400}
    assert not aws_contract.violations()


JUNK: dict[str, Any] = {
    "no-body": {"version": {"N": "7"}},
    "no-version": {"body": {"S": '{"services": {}, "outbox": []}'}},
    "wrong-version": {"version": {"S": "seven"}, "body": {"S": "{}"}},
    "half-version": {"version": {"N": "1.5"}, "body": {"S": '{"services": {}, "outbox": []}'}},
    "null": {"version": {"NULL": True}, "body": {"NULL": True}},
    "bytes": {"version": {"N": "7"}, "body": {"B": b"\xff\xfe"}},
    "nothing": {},
}


@pytest.mark.parametrize("kind", ["health#state", "health#history", "health#round"])
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_an_item_that_nobody_can_read_is_written_anew_and_told(
    aws: Aws, server: FaultyServer, kind: str, junk: dict[str, Any]
) -> None:
    address = f"http://127.0.0.1:{server.port}"
    watch(aws, {"name": "api", "url": f"{address}/ok"}, {"name": "web", "url": f"{address}/ok"})
    name = {"health#state": shard_of("api"), "health#history": history_of("api")}.get(kind, "all")
    item = {"pk": {"S": kind}, "sk": {"S": name}, "expires_at": {"N": "9999999999"}, **junk}
    aws.client("dynamodb").put_item(TableName="state", Item=item)
    assert invoke({"page": True})["verdicts"] == {"pass": 2}
    told = [AlertMessage.read(json.loads(body)) for body in aws.alerts()]
    lost = [message.facts["Document"] for message in told if message.alert == "HealthStateLost"]
    assert lost == [f"{kind}/{name}"]
    again = invoke({"page": True})
    assert [line for line in again["told"] if "HealthStateLost" in line] == []
    key = {"pk": {"S": kind}, "sk": {"S": name}}
    kept = aws.client("dynamodb").get_item(TableName="state", Key=key)["Item"]
    assert int(kept["version"]["N"])
    assert json.loads(kept["body"]["S"])
