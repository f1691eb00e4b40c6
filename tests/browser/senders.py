"""Messages as the alerting sends them, for the pages' tests."""

from typing import Any

import httpx
from slack_sdk import WebClient

from local.inbox.client import InboxClient

RED, GREEN = "#d72b3f", "#2eb67d"
BUTTONS = ("Alarm", "Graph", "Logs 10:00–10:15", "Runbook: upload failures")  # noqa: RUF001 - a range of time
CRITICAL = "🔴 Critical · Upload failures 18.2 %"
RECOVERED = "✅ Recovered after 23 min · Upload failures 0.4 %"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"


def alert(title: str, colour: str) -> list[dict[str, Any]]:
    def section(text: str) -> dict[str, Any]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": text}}

    where = "avatar-system · eu-north-1 · account 1234-5678-9012"
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": where}]},
        section("since 10:05 UTC (7 min), 3 of 3 periods  `▁▂▃▅▇█` last hour"),
        section("182 of 1,000 uploads failed between 10:00 and 10:15"),
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": text},
                    "url": f"https://example.com/{number}?a=1&b=2",
                }
                for number, text in enumerate(BUTTONS)
            ],
        },
    ]
    return [{"color": colour, "fallback": title, "blocks": blocks}]


def page_event(inbox: InboxClient, action: str, **payload: str) -> None:
    event: dict[str, Any] = {
        "routing_key": "a" * 32,
        "event_action": action,
        "dedup_key": "uploads",
        "links": [{"href": "https://example.com/r", "text": "Runbook"}],
    }
    if payload:
        event["payload"] = {"source": "avatar-system", "severity": "critical", **payload}
    httpx.post(f"{inbox.url}/pagerduty/v2/enqueue", json=event).raise_for_status()


def notify(inbox: InboxClient, protocol: str, **more: str) -> None:
    arn = "arn:aws:sns:eu-north-1:123456789012:avatar-system"
    message = {"Type": "Notification", "MessageId": "1", "TopicArn": arn, **more}
    httpx.post(f"{inbox.url}/sns/{protocol}", json=message).raise_for_status()


def post_alert(slack: WebClient, channel: str = "#critical") -> dict[str, Any]:
    posted = slack.chat_postMessage(channel=channel, attachments=alert(CRITICAL, RED))
    return {"channel": posted["channel"], "ts": posted["ts"]}
