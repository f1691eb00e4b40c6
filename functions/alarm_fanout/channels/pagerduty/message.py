"""PagerDuty's form of the words: an Events API v2 event."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alarm_fanout.incident import Incident
    from alarm_fanout.notice import Notice
    from alarm_fanout.words import Words

SUMMARY_LIMIT = 1024
DEDUP_KEY_LIMIT = 255
DETAIL_LIMIT = 10_000


def dedup_key(incident: Incident) -> str:
    """Return a key that is the same for an incident's trigger and its resolve.

    An alarm's ARN is the same whoever tells of it; what is ours has the name of its system, or two
    environments with one integration would resolve each other's pages.
    """
    bare = incident.key.startswith("arn:") or not incident.scope
    key = incident.key if bare else f"{incident.scope}/{incident.key}"
    if len(key) <= DEDUP_KEY_LIMIT:
        return key
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def trigger(notice: Notice, words: Words, system_name: str) -> dict[str, Any]:
    """Return the properties of a trigger event; links only by https, as PagerDuty asks."""
    alert = notice.alert
    since = words.since.removeprefix("since ")
    details = {"since": since, "where": words.where, **dict(words.facts)}
    if words.sentence:
        details["fact"] = words.sentence
    if words.also:
        details["also"] = words.also
    if words.course:
        details["course"] = words.course
    return {
        "payload": {
            # all that a phone reads out: an alert without a threshold says its sentence
            "summary": f"{system_name}: {words.short}"[:SUMMARY_LIMIT],
            "source": alert.name or system_name,
            "severity": notice.route.severity.value,
            "timestamp": alert.changed_at.isoformat(),
            "component": system_name,
            "class": alert.kind.value,
            "custom_details": {name: text[:DETAIL_LIMIT] for name, text in details.items() if text},
        },
        "links": [
            {"href": url, "text": label} for label, url in words.links if url.startswith("https://")
        ],
        "client": "Avatar Watch",
    }
