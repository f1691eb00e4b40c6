"""Microsoft Teams as the webhook of a workflow plays it: 202 first, and the card afterwards.

The workflow answers before it runs. What Teams then refuses (a card that is too big, or none)
shows in the run's history only: here it is kept as refused, with the status 202 that the sender
saw. Microsoft's documentation: "Create incoming webhooks with Workflows", "Format cards in Teams";
errors of the trigger as Logic Apps words them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from local.inbox.models import Post, Refusal
from local.inbox.services import Service

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

# of the message with its JSON escaped once more: github.com/MicrosoftDocs/msteams-docs, issue 11274
MAX_BYTES = 28_672
MAX_ACTIONS = 6
CARD = "application/vnd.microsoft.card.adaptive"
_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
_COLOURS = {"attention": "#d72b3f", "warning": "#e8912d", "accent": "#2b7de9", "good": "#2eb67d"}
_URL = re.compile(r"https?://[^\s/]+\S*")
_ALLOWED = {
    "AdaptiveCard": {"type", "version", "$schema", "body", "actions", "msteams", "fallbackText"},
    "Container": {"type", "style", "bleed", "items"},
    "RichTextBlock": {"type", "inlines"},
    "TextRun": {"type", "text", "weight", "size", "isSubtle"},
    "Action.OpenUrl": {"type", "title", "url"},
}
_CHOICES = {
    "style": {"default", "emphasis", "good", "attention", "warning", "accent"},
    "weight": {"Default", "Lighter", "Bolder"},
    "size": {"Default", "Small", "Medium", "Large", "ExtraLarge"},
}
# Webhooks that fail, told by the last segment of the path before the query
_FAILING = {
    "gone": (404, "WorkflowNotFound"),
    "disabled": (400, "WorkflowTriggerIsNotEnabled"),
}


def check_message(message: Any) -> list[str]:
    """Return what Teams would not show of a message, or refuse; empty for a good one.

    An element or property that is not known here is a fault, so that nothing passes unread.
    """
    if not isinstance(message, Mapping) or message.get("type") != "message":
        return ["type: must be message"]
    attachments = message.get("attachments")
    if not isinstance(attachments, list) or not attachments:
        return ["attachments: none, so the workflow posts nothing"]
    faults = [f"{key}: unknown" for key in set(message) - {"type", "attachments"}]
    size = len(json.dumps(json.dumps(message, ensure_ascii=False), ensure_ascii=False).encode())
    if size > MAX_BYTES:
        faults.append(f"MessageSizeExceeded: {size} bytes, at most {MAX_BYTES}")
    for attachment in attachments:
        if attachment.get("contentType") != CARD:
            faults.append("contentType: a workflow posts Adaptive Cards alone")
        faults += _card(attachment.get("content") or {})
    return faults


def _card(card: Mapping[str, Any]) -> Iterator[str]:
    yield from _element(card, "AdaptiveCard")
    if card.get("version") not in _VERSIONS:
        yield f"version: {card.get('version')} is none that Teams shows"
    if not card.get("body"):
        yield "body: empty"
    if len(card.get("actions", ())) > MAX_ACTIONS:
        yield f"actions: more than {MAX_ACTIONS}"
    for action in card.get("actions", ()):
        yield from _element(action, "Action.OpenUrl")
        if not action.get("title") or not _URL.fullmatch(str(action.get("url"))):
            yield "Action.OpenUrl: needs a title and a web address"
    for item in card.get("body", ()):
        yield from _item(item)


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    if item.get("type") == "Container":
        yield from _element(item, "Container")
        for inner in item.get("items") or [{}]:
            yield from _item(inner)
        return
    yield from _element(item, "RichTextBlock")
    for run in item.get("inlines") or [{}]:
        yield from _element(run, "TextRun")
        if not isinstance(run.get("text"), str) or not run["text"]:
            yield "TextRun: no text"


def _element(item: Mapping[str, Any], kind: str) -> Iterator[str]:
    if item.get("type") != kind:
        yield f"{item.get('type')}: not known where a {kind} stands"
        return
    for key in set(item) - _ALLOWED[kind]:
        yield f"{kind}.{key}: unknown"
    for key, choices in _CHOICES.items():
        if key in item and item[key] not in choices:
            yield f"{kind}.{key}: {item[key]}"


def lines(card: Mapping[str, Any]) -> list[str]:
    """Return the texts of a card that was checked, one a block, in reading order."""
    shown: list[str] = []
    for item in card["body"]:
        if item["type"] == "Container":
            shown += lines({"body": item["items"]})
        else:
            shown.append("".join(run["text"] for run in item["inlines"]))
    return shown


async def webhook(request: Request, store: Store, limiter: RateLimiter) -> Response:
    """Take what a workflow's trigger takes; keep what Teams shows of it."""
    del limiter
    last = request.path_params["path"].rpartition("/")[2]
    if last in _FAILING:
        return _refused(store, *_FAILING[last])
    if not request.query_params.get("sig"):
        return _refused(store, 401, "DirectApiAuthorizationRequired")
    try:
        message = json.loads(await request.body())
    except ValueError:
        return _refused(store, 400, "InvalidRequestContent")
    if faults := check_message(message):
        store.refuse(Refusal("teams", "workflow", 202, "run failed", store.clock(), tuple(faults)))
        return Response(status_code=202)
    for attachment in message["attachments"]:
        store.posts.append(_post(attachment["content"], store))
    store.changed()
    return Response(status_code=202)


def _post(card: Mapping[str, Any], store: Store) -> Post:
    title, *rest = lines(card)
    style = card["body"][0].get("style", "default")
    return Post(
        service="teams",
        title=title,
        lines=tuple(rest),
        links=tuple((action["title"], action["url"]) for action in card.get("actions", ())),
        colour=_COLOURS.get(style, "#9a9aa0"),
        payload=dict(card),
        received_at=store.clock(),
    )


def _refused(store: Store, status: int, code: str) -> Response:
    store.refuse(Refusal("teams", "webhook", status, code, store.clock()))
    return _error(status, code)


def _error(status: int, code: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": code}}, status)


def _limited(seconds: int) -> Response:
    body = {"error": {"code": "TooManyRequests", "message": "Rate limit is exceeded."}}
    return JSONResponse(body, 429, {"Retry-After": str(seconds)})


SERVICE = Service(
    channels=("teams",),
    plays={("/teams/{path:path}", ("POST",)): webhook},
    refusal=_error,
    limited=_limited,
)
