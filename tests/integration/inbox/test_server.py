"""Running the inbox, reading it and its pages."""

import signal
import subprocess
import sys

import httpx
import pytest
from slack_sdk import WebClient

from local.inbox.client import InboxClient, InboxTimeoutError
from local.inbox.server import InboxServer
from local.serving import PortTakenError, ServingError

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_a_taken_port_is_told(inbox_server: InboxServer) -> None:
    with pytest.raises(PortTakenError, match=str(inbox_server.port)):
        InboxServer(inbox_server.port).start()


def test_a_port_that_is_only_preferred_may_be_taken(inbox_server: InboxServer) -> None:
    other = InboxServer.preferring(inbox_server.port)
    try:
        port = other.port
        assert port != inbox_server.port
        assert httpx.get(f"{other.url}/healthz").text == "ok"
    finally:
        other.stop()
    again = InboxServer.preferring(port)
    try:
        assert again.port == port
    finally:
        again.stop()


def test_start_and_stop() -> None:
    server = InboxServer()
    with pytest.raises(ServingError):
        _ = server.url
    server.stop()
    with server:
        url = server.url
        assert httpx.get(f"{url}/healthz").text == "ok"
        with pytest.raises(ServingError, match="already"):
            server.start()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")
    with server:
        assert httpx.get(f"{server.url}/healthz").text == "ok"


def test_open_streams_do_not_hold_up_the_end() -> None:
    with InboxServer() as server, httpx.stream("GET", f"{server.url}/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "event: changed"
        server.stop()  # it waits until its last stream has ended
        list(lines)


def test_changes_are_told_at_once(inbox: InboxClient) -> None:
    with httpx.stream("GET", f"{inbox.url}/events", timeout=5) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        versions = (line for line in events.iter_lines() if line.startswith("data: "))
        before = int(next(versions).removeprefix("data: "))
        httpx.post(f"{inbox.url}/slack/webhook/a", json={"text": "x"})
        assert int(next(versions).removeprefix("data: ")) > before


def test_waiting(inbox: InboxClient) -> None:
    httpx.post(f"{inbox.url}/slack/webhook/a", json={"text": "x"})
    assert inbox.wait_for(lambda s: s.slack.get("webhook/a", ()))[0].text == "x"
    with pytest.raises(InboxTimeoutError, match=r"1 in webhook/a; 0 incidents"):
        inbox.wait_for(lambda snapshot: snapshot.emails, timeout=0.1)
    inbox.clear()
    assert inbox.slack() == ()


def test_unchanged_messages_are_not_sent_again(inbox: InboxClient) -> None:
    first = httpx.get(f"{inbox.url}/api/messages")
    again = httpx.get(f"{inbox.url}/api/messages", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/", "/channel/%23critical", "/channel/webhook/a", "/pagerduty", "/email", "/sms", "/refused"],
)
def test_hostile_words_are_escaped_on_every_page(inbox: InboxClient, path: str) -> None:
    slack = WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/")
    slack.chat_postMessage(channel="#critical", text=HOSTILE, username=HOSTILE, icon_emoji=HOSTILE)
    httpx.post(
        f"{inbox.url}/slack/webhook/a",
        json={
            "text": "x",
            "attachments": [
                {
                    "color": HOSTILE,
                    "title": HOSTILE,
                    "title_link": "javascript:alert(1)",
                    "fields": [{"title": HOSTILE, "value": HOSTILE}],
                }
            ],
        },
    )
    event = {
        "routing_key": "a" * 32,
        "event_action": "trigger",
        "dedup_key": HOSTILE,
        "payload": {
            "summary": HOSTILE,
            "source": HOSTILE,
            "severity": "info",
            "custom_details": {HOSTILE: HOSTILE},
        },
        "links": [{"href": f"https://x{HOSTILE}", "text": HOSTILE}],
    }
    httpx.post(f"{inbox.url}/pagerduty/v2/enqueue", json=event)
    mail = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": HOSTILE,
        "Subject": "a" + HOSTILE,
        "Message": HOSTILE,
    }
    for protocol in ("email", "sms"):
        httpx.post(f"{inbox.url}/sns/{protocol}", json=mail)
    httpx.post(f"{inbox.url}/slack/api/{HOSTILE}")
    page = httpx.get(inbox.url + path)
    assert page.status_code == 200
    assert "alert(1)" in page.text
    assert "<script>" not in page.text
    assert "<img src=x" not in page.text
    assert 'href="javascript:' not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_pages_that_are_not_there(inbox: InboxClient) -> None:
    for path in ("/fax", "/channel/nobody", "/files/F1", "/everything"):
        assert httpx.get(inbox.url + path).status_code == 404


def test_the_command(inbox_server: InboxServer) -> None:
    command = [sys.executable, "-m", "local.inbox", "--port"]
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        assert httpx.get(f"{url}/healthz").text == "ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    taken = subprocess.run(
        [*command, str(inbox_server.port)], capture_output=True, text=True, check=False
    )
    assert taken.returncode == 1
    assert "cannot listen" in taken.stderr
