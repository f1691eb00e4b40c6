"""Slack's Web API, driven by Slack's own SDK."""

import zlib
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from local.inbox.client import InboxClient

# The SDK warns of messages without a text; some here are meant to have none.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The top-level `text`:UserWarning"),
    pytest.mark.filterwarnings("ignore:Additionally, the attachment-level:UserWarning"),
]

PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"a picture")


@pytest.fixture
def slack(inbox: InboxClient) -> WebClient:
    return WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/")


def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as error:
        call()
    data = error.value.response.data
    assert isinstance(data, dict)
    return data


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_a_message_and_its_edit(slack: WebClient, inbox: InboxClient) -> None:
    posted = slack.chat_postMessage(
        channel="#critical",
        text="down",
        attachments=[{"color": "#d72b3f", "blocks": [section("x")]}],
    )
    slack.chat_update(
        channel=posted["channel"],
        ts=posted["ts"],
        attachments=[{"color": "#2eb67d", "blocks": [section("y")]}],
    )
    (message,) = inbox.slack("#critical")
    assert (message.ts, message.channel_id) == (posted["ts"], posted["channel"])
    assert message.text == "down"
    assert message.attachments[0]["color"] == "#2eb67d"
    (edit,) = message.edits
    assert edit.content.attachments[0]["color"] == "#d72b3f"
    assert message.received_at <= edit.replaced_at


def test_blocks_stay_unless_an_update_sends_others(slack: WebClient, inbox: InboxClient) -> None:
    posted = slack.chat_postMessage(channel="#info", text="a", blocks=[section("kept")])
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    slack.chat_update(**where, text="b")
    assert inbox.slack("#info")[0].blocks == (section("kept"),)
    slack.chat_update(**where, text="c", blocks=[])
    assert inbox.slack("#info")[0].blocks == ()
    assert [edit.content.text for edit in inbox.slack("#info")[0].edits] == ["a", "b"]


def test_threads(slack: WebClient, inbox: InboxClient) -> None:
    parent = slack.chat_postMessage(channel="#critical", text="down")
    first = slack.chat_postMessage(channel="#critical", text="still", thread_ts=parent["ts"])
    slack.chat_postMessage(
        channel=parent["channel"], text="up", thread_ts=parent["ts"], reply_broadcast=True
    )
    # Slack hangs a reply to a reply below the parent.
    slack.chat_postMessage(channel="#critical", text="nested", thread_ts=first["ts"])
    slack.chat_update(channel=first["channel"], ts=first["ts"], text="worse")
    (message,) = inbox.slack("#critical")
    assert [reply.text for reply in message.replies] == ["worse", "up", "nested"]
    assert [reply.broadcast for reply in message.replies] == [False, True, False]
    assert message.replies[0].edits[0].content.text == "still"
    assert {reply.thread_ts for reply in message.replies} == {parent["ts"]}


def test_forms_are_read_as_well(inbox: InboxClient) -> None:
    answer = httpx.post(
        f"{inbox.url}/slack/api/chat.postMessage",
        headers={"Authorization": "Bearer xoxb-test"},
        data={"channel": "C0123", "blocks": '[{"type": "divider"}]', "unfurl_links": "false"},
    )
    assert answer.json()["ok"] is True
    assert inbox.slack("C0123")[0].blocks == ({"type": "divider"},)


def test_auth(slack: WebClient, inbox: InboxClient) -> None:
    assert slack.auth_test()["bot_id"].startswith("B")
    api = f"{inbox.url}/slack/api/auth.test"
    for token, error in (
        (None, "not_authed"),
        ("xoxp-user", "invalid_auth"),
        ("xoxb-revoked", "token_revoked"),
    ):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(api, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "#missing", "text": "x"}, "channel_not_found"),
        ({"channel": "critical", "text": "x"}, "channel_not_found"),
        ({"channel": "#archived", "text": "x"}, "is_archived"),
        ({"channel": "#info", "attachments": [{"color": "good", "fallback": ""}]}, "no_text"),
        ({"channel": "#info", "text": "x" * 40_001}, "msg_too_long"),
        (
            {"channel": "#info", "text": "x", "blocks": [section("x" * 2900)] * 5},
            "msg_blocks_too_long",
        ),
        ({"channel": "#info", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": "#info", "text": "x", "thread_ts": "soon"}, "invalid_thread_ts"),
    ],
)
def test_refused_messages(
    slack: WebClient, inbox: InboxClient, arguments: dict[str, Any], error: str
) -> None:
    assert refused(lambda: slack.chat_postMessage(**arguments)) == {"ok": False, "error": error}
    assert inbox.slack() == ()
    assert [refusal.error for refusal in inbox.refusals()] == [error]


def test_bad_blocks_are_refused_with_the_place(slack: WebClient, inbox: InboxClient) -> None:
    answer = refused(
        lambda: slack.chat_postMessage(channel="#info", text="x", blocks=[section("x" * 3001)])
    )
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]
    assert inbox.refusals()[0].details == tuple(answer["errors"])


def test_refused_updates(slack: WebClient, inbox: InboxClient) -> None:
    posted = slack.chat_postMessage(channel="#info", text="mine")
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    other = WebClient("xoxb-other", base_url=slack.base_url)
    cases = (
        (lambda: other.chat_update(**where, text="x"), "cant_update_message"),
        (
            lambda: slack.chat_update(channel=posted["channel"], ts="1.000000", text="x"),
            "message_not_found",
        ),
        # Slack takes a name for posting only.
        (
            lambda: slack.chat_update(channel="#info", ts=posted["ts"], text="x"),
            "channel_not_found",
        ),
        (lambda: slack.chat_update(**where, text="x" * 4001), "msg_too_long"),
        (lambda: slack.chat_update(**where, text=""), "no_text"),
    )
    for call, error in cases:
        assert refused(call)["error"] == error
    assert inbox.slack("#info")[0].edits == ()


def test_what_is_not_played_is_unknown(slack: WebClient) -> None:
    assert refused(slack.conversations_list)["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{oops", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("text/plain", b"x", "invalid_post_type"),
    ],
)
def test_bodies_that_slack_cannot_read(
    inbox: InboxClient, content_type: str, body: bytes, error: str
) -> None:
    headers = {"Authorization": "Bearer xoxb-test", "Content-Type": content_type}
    answer = httpx.post(f"{inbox.url}/slack/api/auth.test", headers=headers, content=body)
    assert answer.json() == {"ok": False, "error": error}


def test_an_upload_becomes_an_image_of_a_message(slack: WebClient, inbox: InboxClient) -> None:
    uploaded = slack.files_upload_v2(content=PNG, filename="graph 1.png", title="Graph")
    file = uploaded["file"]
    assert slack.files_info(file=file["id"])["file"] == file
    assert (file["mimetype"], file["size"]) == ("image/png", len(PNG))
    for reference in ({"id": file["id"]}, {"url": file["url_private"]}):
        block = {"type": "image", "slack_file": reference, "alt_text": "Graph"}
        slack.chat_postMessage(channel="#info", text="x", blocks=[block])
    assert len(inbox.slack("#info")) == 2
    shown = httpx.get(f"{inbox.url}/files/{file['id']}")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


def test_an_upload_can_be_shared_at_once(slack: WebClient, inbox: InboxClient) -> None:
    parent = slack.chat_postMessage(channel="#info", text="report")
    file = slack.files_upload_v2(
        content=PNG,
        filename="graph.png",
        channel=parent["channel"],
        thread_ts=parent["ts"],
        initial_comment="here",
    )["file"]
    (message,) = inbox.slack("#info")
    assert message.replies[0].content.files == (file["id"],)
    assert message.replies[0].text == "here"


def test_files_that_are_not_images_are_never_shown_as_one(
    slack: WebClient, inbox: InboxClient
) -> None:
    content = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    file = slack.files_upload_v2(content=content, filename="a.png")["file"]
    block = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "x"}
    answer = refused(lambda: slack.chat_postMessage(channel="#info", text="x", blocks=[block]))
    assert answer["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    served = httpx.get(f"{inbox.url}/files/{file['id']}")
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"] == "attachment"


def test_uploads_out_of_order(slack: WebClient) -> None:
    reserved = slack.files_getUploadURLExternal(filename="a.png", length=5)
    complete = [{"id": reserved["file_id"], "title": "A"}]
    assert refused(lambda: slack.files_completeUploadExternal(files=complete))["error"] == (
        "file_not_found"
    )
    assert refused(lambda: slack.files_info(file=reserved["file_id"]))["error"] == "file_not_found"
    assert httpx.post(reserved["upload_url"], content=b"four").status_code == 400
    assert httpx.post(reserved["upload_url"], content=b"fives").text == "OK - 5"
    assert httpx.post(reserved["upload_url"], content=b"fives").status_code == 404
    assert slack.files_completeUploadExternal(files=complete)["ok"]
