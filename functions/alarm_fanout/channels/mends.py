"""What helps where a channel refuses for good, by the word that the service has for it.

Sources: Slack's reference of chat.postMessage, files.getUploadURLExternal and incoming webhooks;
Power Automate's and PagerDuty's errors; SNS' API reference, Publish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_POSTING = (
    "let the app post there (the channel's settings, posting permissions), or write another"
    " channel into slack.channels"
)
TOKEN = "take a new bot token from the app's page (OAuth & Permissions) into slack.bot_token"  # noqa: S105
_SCOPES = "add chat:write and files:write to the app's bot scopes and install it anew"
_ADMIN = "ask who administers the Slack workspace: it does not let the app post"
_HOOK = "make an incoming webhook anew on the app's page, its address is slack.webhook_url"
_ARCHIVED = "unarchive the channel, or write another one into slack.channels"
_WORKFLOW = "make the workflow anew, its trigger's address is teams.webhook_url"
_SIGNED = "take the whole address of the workflow's trigger, with sig=, into teams.webhook_url"
_KEY = "pagerduty.routing_key needs the key of an Events API v2 integration of the service"
_TOPIC = "deploy the stack anew: its topic, or the right to it, is not as the template has it"
_KMS = "let SNS use the topic's key: is it enabled, and as the stack's TopicKey wants it?"


def _each(words: str, mend: str) -> Iterable[tuple[str, str]]:
    return ((word, mend) for word in words.split())


SLACK: Mapping[str, str] = dict((
    ("not_in_channel", "invite the bot: /invite it in the channel"),
    ("channel_not_found",
     "make the channel, or write another's id into slack.channels; invite the bot to private ones"),
    ("team_not_found", "write the channels' ids into slack.channels: their names are not enough"),
    ("accesslimited", "the app's allowed IP addresses (OAuth & Permissions) leave Lambda's out"),
    ("is_bot", "take the bot token of a new app into slack.bot_token: legacy bots may not post"),
    *_each("is_archived channel_is_archived", _ARCHIVED),
    *_each("restricted_action restricted_action_read_only_channel posting_to_channel_denied"
           " restricted_action_thread_only_channel posting_to_general_channel_denied", _POSTING),
    *_each("missing_scope no_permission", _SCOPES),
    *_each("invalid_auth not_authed token_revoked token_expired account_inactive"
           " not_allowed_token_type", TOKEN),
    *_each("access_denied app_access_restricted messages_tab_disabled enterprise_is_restricted"
           " ekm_access_denied two_factor_setup_required action_prohibited team_disabled"
           " team_access_not_granted", _ADMIN),
    *_each("invalid_token no_service no_active_hooks no_team", _HOOK),
))  # fmt: skip
_TEAMS = dict((
    ("WorkflowTriggerIsNotEnabled", "turn the workflow on in Power Automate"),
    *_each("DirectApiAuthorizationRequired AuthorizationFailed 401 403", _SIGNED),
    *_each("WorkflowNotFound 404 410", _WORKFLOW),
))  # fmt: skip
_SNS = dict((
    *_each("AuthorizationError AccessDenied NotFound", _TOPIC),
    *_each("KMSDisabled KMSAccessDenied KMSInvalidState KMSNotFound KMSOptInRequired", _KMS),
))  # fmt: skip
_BY_CHANNEL: Mapping[str, Mapping[str, str]] = {
    "slack": SLACK,
    "teams": _TEAMS,
    "pagerduty": dict(_each("routing_key routing 401 403 404", _KEY)),
    "email": _SNS,
    "sms": _SNS,
}


def mend(channel: str, reason: str) -> str:
    """Return what helps where a channel gives a reason, empty where nobody knows.

    >>> mend("slack", "not_in_channel")
    'invite the bot: /invite it in the channel'
    """
    words = (word.removesuffix("Exception") for word in re.findall(r"[A-Za-z_]{3,}|\d{3}", reason))
    known = _BY_CHANNEL.get(channel, {})
    return next((known[word] for word in words if word in known), "")
