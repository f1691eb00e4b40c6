"""What becomes of requests: believed, read, kept once, handed on; and nothing of all others."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.answers import KEPT, PARTITION, SOURCE, Answer, What, button_value, row_value
from avatarwatch.environment import SettingsError
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.memory import MemoryDocumentStore
from chat_actions.secrets import SecretsSource, read_secrets
from chat_actions.taking import STATUS, Outcome, Taking
from fakes import chat

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
BODY_LIMIT = 256 * 1024  # bytes: docs/chat.md
KEY = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:payments"
VALUE = button_value(NOW - timedelta(minutes=4), KEY)
CLICK = chat.click("answer:acknowledge", VALUE)


@dataclass(slots=True)
class World:
    """ChatActions between Slack and the queue."""

    secrets: dict[str, str] = field(default_factory=lambda: dict(chat.SECRETS))
    store: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    sent: list[dict[str, Any]] = field(default_factory=list)
    now: datetime = NOW
    reads: int = 0
    error: Exception | None = None
    queue_error: Exception | None = None
    source: SecretsSource = field(init=False)

    def __post_init__(self) -> None:
        ssm = SimpleNamespace(
            get_parameter=self._get, exceptions=SimpleNamespace(ParameterNotFound=_NotFoundError)
        )
        self.source = SecretsSource(cast("Any", ssm), "/chat")

    def _get(self, Name: str, *, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - botocore's
        assert (Name, WithDecryption) == ("/chat", True)
        self.reads += 1
        if self.error:
            raise self.error
        return {"Parameter": {"Value": json.dumps(self.secrets)}}

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - botocore's
        assert QueueUrl == "queue"
        if self.queue_error:
            raise self.queue_error
        self.sent.append(json.loads(MessageBody))

    def take(self, event: Any) -> Outcome:
        """Take a request in; nothing is written but what counts as taken."""
        before = len(self.store.items), len(self.sent)
        taking = Taking(self.source, self.store, lambda: cast("Any", self), "queue", self.now)
        outcome = taking.take(event)
        if outcome is not Outcome.TAKEN:
            assert (len(self.store.items), len(self.sent)) == before
        return outcome


class _NotFoundError(Exception):
    pass


@pytest.fixture
def world() -> World:
    return World()


def answer(world: World) -> Answer:
    [message] = world.sent
    assert message["source"] == SOURCE
    found = decode(message["answer"], Answer)
    [(key, (_, text, expires))] = world.store.items.items()
    assert key == (PARTITION, found.id)
    assert decode(json.loads(text), Answer) == found
    assert expires == world.now + KEPT
    return found


@pytest.mark.parametrize("coded", [False, True])
def test_a_click_becomes_an_answer(world: World, *, coded: bool) -> None:
    assert world.take(chat.of_slack(CLICK, NOW, coded=coded)) is Outcome.TAKEN
    found = answer(world)
    assert (found.what, found.by, found.key, found.over) == (
        What.ACKNOWLEDGE, "anna", KEY, "Slack",
    )  # fmt: skip
    assert found.opened == "1795428660.000"
    assert re.fullmatch(r"slack:[0-9a-f]{32}", found.id)


@pytest.mark.parametrize("what", list(What))
def test_a_row_of_a_menu_names_its_message(world: World, what: What) -> None:
    payload = chat.click(f"rows:{what}", row_value(KEY, "12.000"), menu=True)
    assert world.take(chat.of_slack(payload, NOW)) is Outcome.TAKEN
    found = answer(world)
    assert found.place == ("C1", "1795428900.000001")
    assert (found.what, found.opened, found.key) == (what, "12.000", "")
    assert len(found.row) == 16


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://hooks.slack.com/actions/T1/1/x", "https://hooks.slack.com/actions/T1/1/x"),
        ("h" * 500, "h" * 500), ("h" * 501, ""), (None, ""), (7, ""),
        (["https://hooks.slack.com/"], ""),
    ],
)  # fmt: skip
def test_where_who_clicked_can_be_answered_is_handed_on(world: World, url: Any, kept: str) -> None:
    for number, payload in enumerate(
        (CLICK, chat.click("rows:acknowledge", row_value(KEY, "12.000"), menu=True))
    ):
        assert world.take(chat.of_slack({**payload, "response_url": url}, NOW)) is Outcome.TAKEN
        assert decode(world.sent[number]["answer"], Answer).reply_to == kept


def test_all_rows_are_answered_by_one_button(world: World) -> None:
    payload = chat.click("rows:acknowledge:all", "|*")
    assert world.take(chat.of_slack(payload, NOW)) is Outcome.TAKEN
    assert answer(world).row == "*"


def test_pagerduty_brings_its_acknowledgement(world: World) -> None:
    document = chat.acknowledged(KEY, NOW - timedelta(seconds=3))
    assert world.take(chat.of_pagerduty(document, "another", chat.PAGERDUTY_SECRET)) is (
        Outcome.TAKEN
    )
    found = answer(world)
    assert (found.dedup_key, found.by, found.over) == (KEY, "Earline Greenholt", "PagerDuty")
    assert found.at == NOW - timedelta(seconds=3)


def test_the_same_request_again_does_nothing(world: World) -> None:
    for event in (
        chat.of_slack(CLICK, NOW),
        chat.of_pagerduty(chat.acknowledged(KEY, NOW)),
    ):
        assert world.take(event) is Outcome.TAKEN
        world.now += timedelta(minutes=4)
        assert world.take(event) is Outcome.REPEATED
        world.now = NOW


@pytest.mark.parametrize("age", [timedelta(minutes=5, seconds=1), timedelta(hours=2)])
def test_what_was_signed_long_ago_is_late(world: World, age: timedelta) -> None:
    assert world.take(chat.of_slack(CLICK, NOW - age)) is Outcome.LATE


@pytest.mark.parametrize("minutes", [50, 50.001, 51, 9 * 24 * 60])
@pytest.mark.parametrize("side", [1, -1])
def test_an_event_of_pagerduty_is_late_after_fifty_minutes(
    world: World, minutes: float, side: int
) -> None:
    event = chat.of_pagerduty(chat.acknowledged(KEY, NOW - side * timedelta(minutes=minutes)))
    assert world.take(event) is (Outcome.TAKEN if minutes == 50 else Outcome.PAST)
    # PagerDuty tries for two days; three 4xx in a row, and it sends nothing for one
    assert STATUS[Outcome.PAST] == 200


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-23T10:10:00Z", NOW - timedelta(minutes=5)),
        ("2026-11-23T10:10:00", NOW - timedelta(minutes=5)),
        ("2026-11-23T11:10:00+01:00", NOW - timedelta(minutes=5)),
    ],
)
def test_a_time_without_a_zone_is_in_utc(world: World, written: str, at: datetime) -> None:
    document = chat.acknowledged(KEY, NOW)
    document["event"]["occurred_at"] = written
    assert world.take(chat.of_pagerduty(document)) is Outcome.TAKEN
    assert world.sent[0]["answer"]["at"] == at.isoformat().replace("+00:00", "Z")


def test_what_is_kept_of_an_answer_has_an_end(world: World) -> None:
    document = chat.acknowledged("k" * 300, NOW, identity="i" * 200)
    assert world.take(chat.of_pagerduty(document)) is Outcome.TAKEN
    assert world.take(chat.of_slack(chat.click("answer:take", "1|" + "k" * 3000), NOW)) is (
        Outcome.TAKEN
    )
    event, click = (decode(each["answer"], Answer) for each in world.sent)
    assert (event.id, event.dedup_key) == ("pagerduty:" + "i" * 100, "k" * 255)
    assert len(f"{click.opened}|{click.key}") == 2000


FORGED = {
    "another secret": chat.of_slack(CLICK, NOW, "another secret of 32 characters."),
    "no signature": chat.event("/slack", b"payload={}", {}),
    "another path": chat.of_slack(CLICK, NOW) | {
        "requestContext": {"http": {"method": "POST", "path": "/"}}},
    "the other's path": chat.of_slack(CLICK, NOW) | {
        "requestContext": {"http": {"method": "POST", "path": "/pagerduty"}}},
    "a GET": chat.event("/slack", b"", {}, method="GET"),
    "no base64": chat.of_slack(CLICK, NOW) | {"isBase64Encoded": True, "body": "%%%"},
    "base64 with something between": chat.of_slack(CLICK, NOW) | {
        "isBase64Encoded": True, "body": f"%{chat.of_slack(CLICK, NOW, coded=True)['body']}"},
    "half of a character": chat.event("/slack", b"", {}) | {"body": "\ud800"},
    "no body": chat.of_slack(CLICK, NOW) | {"body": None},
    "headers of another kind": chat.of_slack(CLICK, NOW) | {"headers": ["x"]},
    "no request": {"action": "mute", "alarms": "*"},
    "nothing": None,
    "pagerduty's by a wrong secret": chat.of_pagerduty(chat.acknowledged(KEY, NOW), "wrong"),
}  # fmt: skip


@pytest.mark.parametrize(("end", "outcome"), [("/", Outcome.TAKEN), ("~", Outcome.FORGED)])
def test_a_path_may_end_in_a_slash(world: World, end: str, outcome: Outcome) -> None:
    event = chat.of_slack(CLICK, NOW)
    event["requestContext"]["http"]["path"] += end
    assert world.take(event) is outcome


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_refused(world: World, name: str) -> None:
    outcome = world.take(FORGED[name])
    assert outcome is Outcome.FORGED
    assert STATUS[outcome] == 401


@pytest.mark.parametrize("coded", [False, True])
def test_what_is_oversized_is_not_even_verified(world: World, *, coded: bool) -> None:
    fits = chat.of_slack(b"x" * BODY_LIMIT, NOW, coded=coded)
    assert world.take(fits) is Outcome.IGNORED
    reads = world.reads
    world.source = SecretsSource(cast("Any", None), "nobody is asked")
    assert world.take(chat.of_slack(b"x" * (BODY_LIMIT + 1), NOW, coded=coded)) is (
        Outcome.OVERSIZED
    )
    assert world.reads == reads


def test_what_is_coded_is_measured_before_it_is_decoded(world: World) -> None:
    longest = len(base64.b64encode(bytes(BODY_LIMIT)))
    for length, outcome in ((longest, Outcome.FORGED), (longest + 1, Outcome.OVERSIZED)):
        event = chat.of_slack(CLICK, NOW) | {"isBase64Encoded": True, "body": "%" * length}
        assert world.take(event) is outcome


IGNORED = {
    "a link": chat.click("link-0", VALUE),
    "another's button": chat.click("approve", VALUE),
    "an answer without its kind": chat.click("take", VALUE),
    "an id that is no text": chat.click(cast("Any", 5), VALUE),
    "an unknown answer": chat.click("answer:explode", VALUE),
    "no value": chat.click("answer:take", ""),
    "no alert": chat.click("answer:take", "12.0|"),
    "a dialog": {"type": "view_submission", "user": {"id": "U1"}},
    "no actions": {"type": "block_actions", "actions": []},
    "an empty choice": {**CLICK, "actions": [{"type": "static_select",
                                              "action_id": "rows:take", "selected_option": None}]},
    "no message": {**chat.click("rows:take", "1|*"), "container": {}, "message": None},
    "a list": [],
}  # fmt: skip


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_genuine_and_no_answer_is_taken_and_left(world: World, name: str) -> None:
    payload = cast("Any", IGNORED[name])
    assert world.take(chat.of_slack(payload, NOW)) is Outcome.IGNORED


@pytest.mark.parametrize("body", [b"", b"payload=%7B", b"payload=1", b"x" * 1000, b"\xff=\xff"])
def test_a_body_of_another_kind_is_left(world: World, body: bytes) -> None:
    assert world.take(chat.of_slack(body, NOW, coded=True)) is Outcome.IGNORED


@pytest.mark.parametrize(("others", "outcome"), [(9, Outcome.TAKEN), (10, Outcome.IGNORED)])
def test_a_form_has_ten_fields_at_most(world: World, others: int, outcome: Outcome) -> None:
    body = chat.form(CLICK) + b"&x=1" * others
    assert world.take(chat.of_slack(body, NOW)) is outcome


def test_a_message_is_named_by_what_contains_it_or_by_itself(world: World) -> None:
    payload = chat.click("rows:take", row_value(KEY, "12.000"), menu=True, place=("C2", "7.1"))
    assert world.take(chat.of_slack({**payload, "container": {}}, NOW)) is Outcome.TAKEN
    assert answer(world).place == ("C2", "7.1")


@pytest.mark.parametrize(
    "document",
    [
        chat.acknowledged(KEY, NOW, kind="incident.triggered"),
        chat.acknowledged("", NOW),
        {"event": {"id": "1", "event_type": "pagey.ping", "data": {"message": "Hello"}}},
        *(
            {"event": {**chat.acknowledged(KEY, NOW)["event"], "occurred_at": at}}
            for at in ("soon", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")
        ),
        {},
    ],
)
def test_other_events_of_pagerduty_are_left(world: World, document: dict[str, Any]) -> None:
    assert world.take(chat.of_pagerduty(document)) is Outcome.IGNORED


@pytest.mark.parametrize(
    ("user", "by"),
    [
        ({"name": "<!channel>\n *x*", "id": "U1"}, "<!channel> *x*"),
        ({"name": "", "username": "bo"}, "bo"),
        ({"id": "U1"}, "U1"),
        ({"name": "n" * 500}, "n" * 80),
        ({"name": 5}, "somebody"),
    ],
)
def test_a_name_is_any_text_on_one_line(world: World, user: dict[str, Any], by: str) -> None:
    world.take(chat.of_slack(chat.click("answer:take", VALUE, user=user), NOW))
    assert answer(world).by == by


@pytest.mark.parametrize(
    ("who", "by"),
    [("Bo \n Li", "Bo Li"), ("n" * 500, "n" * 80), (" ", "somebody"), (5, "somebody")],
)
def test_pagerduty_names_who_it_was_as_slack_does(world: World, who: Any, by: str) -> None:
    world.take(chat.of_pagerduty(chat.acknowledged(KEY, NOW, who=who)))
    assert answer(world).by == by


def test_without_its_secret_a_service_is_not_believed(world: World) -> None:
    world.secrets = {"slack_signing_secret": chat.SLACK_SECRET}
    assert world.take(chat.of_pagerduty(chat.acknowledged(KEY, NOW), "")) is Outcome.FORGED
    assert world.take(chat.of_slack(CLICK, NOW)) is Outcome.TAKEN


def test_what_the_queue_does_not_take_is_kept_for_the_tick(world: World) -> None:
    world.queue_error = EndpointConnectionError(endpoint_url="https://sqs")
    assert world.take(chat.of_slack(CLICK, NOW)) is Outcome.TAKEN
    assert world.sent == []
    assert len(world.store.items) == 1


def test_what_cannot_be_kept_is_shown_to_who_clicked(world: World) -> None:
    def fail(*_: object) -> None:
        raise ClientError({"Error": {"Code": "InternalServerError"}}, "PutItem")

    world.store.put = fail  # type: ignore[method-assign,assignment]
    outcome = world.take(chat.of_slack(CLICK, NOW))
    assert (outcome, STATUS[outcome]) == (Outcome.FAILED, 503)


def test_the_secrets_are_read_now_and_then_and_kept_when_ssm_is_down(world: World) -> None:
    for minute in range(12):
        world.now = NOW + timedelta(minutes=minute)
        world.take(chat.of_slack(CLICK, world.now))
    assert world.reads == 3
    world.error = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")
    world.now += timedelta(minutes=10)
    assert world.take(chat.of_slack(CLICK, world.now)) is Outcome.TAKEN
    assert World(error=world.error).take(chat.of_slack(CLICK, NOW)) is Outcome.FAILED
    assert World(error=_NotFoundError()).take(chat.of_slack(CLICK, NOW)) is Outcome.FAILED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "slack_signing_secret, pagerduty_webhook_secret or both"),
        (json.dumps({"slack_signing_secret": "s" * 15}), "slack_signing_secret has fewer than 16"),
        ('{"slack_signing_secret": 5}', "chat secrets.slack_signing_secret: needs to be a text"),
        ('{"slack_secret": "x"}', "chat secrets.slack_secret: is no setting"),
        ("nothing", "chat secrets: document: is no JSON"),
        ("[]", "chat secrets: needs to be an object"),
        ("5", "chat secrets: needs to be an object"),
        ('{"slack_signing_secrets": "x"}', "did you mean slack_signing_secret?"),
        (json.dumps({"slack_signing_secret": "s" * 16 + "\n"}), "slack_signing_secret has a space"),
        (json.dumps({"pagerduty_webhook_secret": " " + "s" * 16}), "pagerduty_webhook_secret has"),
        (
            f'{{"slack_signing_secret": "{"s" * 16}", "slack_signing_secret": "{"t" * 16}"}}',
            "slack_signing_secret: is there twice",
        ),
    ],
)
def test_a_wrong_document_names_the_field(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_secrets(text)
    assert said in str(caught.value)


def test_secrets_are_not_shown() -> None:
    assert repr(read_secrets(json.dumps({"slack_signing_secret": "s" * 16}))) == "Secrets(…)"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "actions", "action_id", "value", "user", "container",
                             "channel_id", "message_ts", "selected_option", "event", "data"]),
            inner, max_size=6,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_no_document_ends_it(document: Any) -> None:
    for event in (chat.of_slack(document, NOW), chat.of_pagerduty(document)):
        assert World().take(event) in {Outcome.IGNORED, Outcome.TAKEN}
