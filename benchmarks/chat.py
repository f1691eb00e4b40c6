"""The first click: ChatActions from nothing to an answer that is kept, against a bare handler.

A fresh process (and container, where there is one) imports the handler, reads the secrets, verifies
Slack's signature, writes the answer into StateTable and sends it on: what Slack waits three seconds
for. The bare handler makes three boto3 clients and does the same with the standard library. Both
start afresh in turn against the same emulator; the ratio of the medians is what is compared. A
second click in the same process is a warm one.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

from rich.console import Console

from avatarwatch.answers import What
from benchmarks.parts.fresh import Handler, Place, medians, places, show
from benchmarks.parts.summary import Figure
from fakes import chat
from local.paths import BUILT
from local.scene import CHAT_SECRETS

RUNS = 15
SLACK_WAITS = 3.0  # seconds
ROWS = (("seconds", "first click, s", 3), ("warm_ms", "next click, ms", 1), ("megabytes", "MB", 1))

BARE = """
import base64, hashlib, hmac, json, os, time
from urllib.parse import parse_qs
import boto3

ssm, dynamodb, sqs = (boto3.client(name) for name in ("ssm", "dynamodb", "sqs"))
secret = None

def handler(event, context):
    global secret
    if secret is None:
        found = ssm.get_parameter(Name=os.environ["CHAT_SECRETS_PARAMETER"], WithDecryption=True)
        secret = json.loads(found["Parameter"]["Value"])["slack_signing_secret"].encode()
    body, at = base64.b64decode(event["body"]), event["headers"]["x-slack-request-timestamp"]
    signed = b"v0:" + at.encode() + b":" + body
    wanted = "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
    given = event["headers"]["x-slack-signature"]
    if not hmac.compare_digest(given, wanted) or abs(time.time() - int(at)) > 300:
        return {"statusCode": 401, "body": ""}
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    opened, _, key = payload["actions"][0]["value"].partition("|")
    answer = {"id": "bare:" + given[3:35], "what": "acknowledge", "by": payload["user"]["name"],
              "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "over": "Slack",
              "opened": opened, "key": key}
    text = json.dumps(answer)
    item = {"pk": {"S": "answer"}, "sk": {"S": answer["id"]}, "version": {"N": "1"},
            "body": {"S": text}, "expires_at": {"N": str(int(time.time()) + 3600)}}
    dynamodb.put_item(TableName=os.environ["STATE_TABLE_NAME"], Item=item,
                      ConditionExpression="attribute_not_exists(pk)")
    message = {"source": "avatarwatch.chat", "answer": answer}
    sqs.send_message(QueueUrl=os.environ["ALERTS_QUEUE_URL"], MessageBody=json.dumps(message))
    return {"statusCode": 200, "body": ""}
"""

CHILD = """
first, second = map(json.loads, sys.argv[2:4])
handler = importlib.import_module(sys.argv[1]).handler
answers = [handler(first, Context())]
seconds = time.perf_counter() - started
warm = time.perf_counter()
answers.append(handler(second, Context()))
tell(seconds=seconds, warm_ms=(time.perf_counter() - warm) * 1000, megabytes=peak_mb(),
     answers=answers)
"""
_numbers = count(1)


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures of each place."""
    with places(console, "ChatActionsFunction") as (_, found):
        return {"runs": RUNS} | {place.name: _compared(console, place) for place in found}


def _compared(console: Console, place: Place) -> dict[str, dict[str, float]]:
    handlers = {
        "bare handler": Handler.bare("bare_click", BARE),
        "chat_actions": Handler("chat_actions.handler", BUILT / "ChatActionsFunction"),
    }
    figures = medians(handlers, lambda handler: _sample(place, handler), RUNS)
    show(console, f"First click in a fresh {place.name}, median of {RUNS}", figures, ROWS)
    return figures


def _sample(place: Place, handler: Handler) -> dict[str, float]:
    told = place.measure(handler, CHILD, _click(), _click())
    if told.pop("answers") != [{"statusCode": 200, "body": ""}] * 2:
        raise RuntimeError(f"{handler.module} did not take the click")
    return told


def _click() -> str:
    """Return the event of a click that nobody has made before, signed now."""
    click = chat.click(f"answer:{What.ACKNOWLEDGE}", f"{next(_numbers)}.000|no-such-alert")
    secret = CHAT_SECRETS["slack_signing_secret"]
    return json.dumps(chat.of_slack(click, datetime.now(UTC), secret, coded=True))


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return each place's ratios to the bare handler, and how much of Slack's patience is used."""
    return [
        figure
        for place, figures in found.items()
        if place != "runs"
        for figure in _of_place(place, figures["bare handler"], figures["chat_actions"])
    ]


def _of_place(
    place: str, bare: dict[str, float], own: dict[str, float]
) -> list[Figure]:  # fmt: skip
    return [
        Figure(f"First click in a fresh {place}", own["seconds"], "s", at_most=SLACK_WAITS,
               beside="Slack waits 3 s"),
        Figure(f"First click in a fresh {place}, ratio to a bare handler",
               own["seconds"] / bare["seconds"], at_most=1.3, beside=f"bare {bare['seconds']:.3f}"),
        Figure(f"Next click in a {place}, ratio to a bare handler",
               own["warm_ms"] / bare["warm_ms"], beside=f"bare {bare['warm_ms']:.1f} ms"),
        Figure(f"First click in a fresh {place}, peak MB, ratio to a bare handler",
               own["megabytes"] / bare["megabytes"], at_most=1.3,
               beside=f"bare {bare['megabytes']:.1f}"),
    ]  # fmt: skip


if __name__ == "__main__":
    run(Console())
    sys.exit(0)
