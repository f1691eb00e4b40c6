"""What the world has seen of a function once all is over: what happened, and how often."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reporting.spans import Kind, span_of

if TYPE_CHECKING:
    from integration.faults.stack import Lambda
    from local.inbox.models import SlackMessage, Snapshot

TROUBLE = (
    "AlertDeliveryFailed", "could not work on", "Lifecycle rules left as they are",
    "not yet confirmed",
)  # fmt: skip
"""What the functions themselves say when something does not work."""
NICE = "nice: "
"""Begins the name of what nobody is promised: a picture in a message, one minute's page."""
# metrics of which each point stands for itself, so that one more of the same is no harm
_STAMPS = ("AccessLogBatch", "OldestDeliveryWaits")


@dataclass(slots=True)
class Facts:
    """``told`` counts what people or other functions got; ``values`` is what stands now."""

    told: Counter[str] = field(default_factory=Counter)
    values: dict[str, Any] = field(default_factory=dict)


def alerts(world: Lambda) -> Iterator[str]:
    """Yield what was published to AlertsTopic, each once: AlarmFanout knows a copy by its key."""
    said: dict[str, None] = {}
    for call, params in world.wire.took_effect:
        if call == "sns:Publish":
            alert = json.loads(params["Message"])
            what = alert["summary"] if alert["alert"].startswith("CostControl") else alert["key"]
            said[f"{alert['alert']} {alert['state']} {what} at {alert['time']}"] = None
    for each in said:
        yield each.rsplit(" at ", 1)[0]


def reports(world: Lambda) -> Counter[str]:
    """Count the reports that people were told of, those that a later message names among them."""
    said: dict[str, None] = {}
    for call, params in world.wire.took_effect:
        if call == "sns:Publish":
            alert = json.loads(params["Message"])
            late = _made_up(alert["facts"].get("Made up late", ""), world.now())
            for key in [alert["key"].removeprefix("report/"), *late]:
                said[f"{key} at {alert['time']}"] = None
    return Counter(each.split(" at ")[0] for each in said)


def _made_up(titles: str, now: datetime) -> Iterator[str]:
    """Yield the keys of reports by their titles; a week's has a comma of its own."""
    days = [now - timedelta(days=number) for number in range(40)]
    keys = {span.title: span.key for day in days for kind in Kind for span in [span_of(kind, day)]}
    for found in re.finditer(r"(Week [^,]+, [^,]+|[^,]+)(?:, |$)", titles):
        yield keys[found[1]]


def points(world: Lambda) -> dict[str, tuple[float, float]]:
    """Return count and sum of every point that stands in CloudWatch, by metric and minute."""
    found: dict[str, tuple[float, float]] = {}
    for call, params in world.wire.took_effect:
        if call != "cloudwatch:PutMetricData":
            continue
        for datum in params["MetricData"]:
            at = datum["Timestamp"]
            name = f"{datum['MetricName']} {sorted(map(str, datum.get('Dimensions', [])))} {at}"
            if datum["MetricName"] in _STAMPS:
                continue
            count, total = found.get(name, (0.0, 0.0))
            for each, more in _samples(datum):
                count, total = count + more, total + each
            found[name] = (round(count, 6), round(total, 3))
    return found


def _samples(datum: dict[str, Any]) -> Iterator[tuple[float, float]]:
    if "StatisticValues" in datum:
        yield datum["StatisticValues"]["Sum"], datum["StatisticValues"]["SampleCount"]
    elif "Values" in datum:
        counts = datum.get("Counts") or [1.0] * len(datum["Values"])
        for value, count in zip(datum["Values"], counts, strict=True):
            yield value * count, count
    else:
        yield datum["Value"], 1.0


def people(snapshot: Snapshot, world: Lambda) -> Counter[str]:
    """Count what people read of alerts, by channel and whether it is over."""
    told: Counter[str] = Counter()
    for messages in snapshot.slack.values():
        for message in messages:
            told.update(_slack(message))
    for incident in snapshot.incidents:
        name = _alert(incident.summary)
        # a repeat of its key is an entry of the incident's log, and nobody is paged by it
        actions = {event.action for event in incident.events}
        told.update(f"pagerduty {name} {_ACTIONS[action]}" for action in actions)
    for post in snapshot.posts:
        # a workflow's card is never edited: one says that it began, one that it is over
        told[
            f"{post.service} {_alert(post.title + ' '.join(post.lines))} {_state(post.title)}"
        ] += 1
    for call, params in world.wire.took_effect:
        if call == "sns:Publish":
            text = params.get("Subject") or params["Message"]
            way = "email" if "Subject" in params else "sms"
            told[f"{way} {_alert(text)} {_state(text)}"] += 1
    return told


def _slack(message: SlackMessage) -> Iterator[str]:
    every = json.dumps([message.text, message.attachments, message.blocks], ensure_ascii=False)
    name = _alert(every)
    first = message.edits[0].content if message.edits else message.content
    if "Recovered" not in first.text:  # one that cannot be changed is followed by another
        yield f"slack {name} ALARM"
    if "Recovered" in every:
        yield f"slack {name} OK"
    if message.content.files or '"image"' in every or '"slack_file"' in every:
        yield f"{NICE}slack {name} with its graph"


_ACTIONS = {"trigger": "ALARM", "resolve": "OK"}
ALERTS = {"upload failures": "UploadFailures", "error rate": "ErrorRate"}
REFUSES = TROUBLE[0]


def _alert(text: str) -> str:
    if re.search("refuse[sd] our messages|notification settings are wrong", text, re.IGNORECASE):
        return REFUSES
    found = [name for label, name in ALERTS.items() if re.search(label, text, re.IGNORECASE)]
    return "+".join(found) or f"?{text[:60]}"


def _state(text: str) -> str:
    return "OK" if re.match(r"(\[OK\]|OK |✅|🔹)", text) or "ecovered" in text else "ALARM"


def lifecycle(world: Lambda, bucket: str) -> str:
    """Return a bucket's lifecycle rules as they stand."""
    try:
        answer = world.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError:
        return "none"
    rules = [{k: v for k, v in r.items() if k != "ID"} for r in answer["Rules"]]
    return json.dumps(rules, sort_keys=True, default=str)
