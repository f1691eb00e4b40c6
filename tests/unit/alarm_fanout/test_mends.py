"""What helps where a channel refuses: for each word by which a service says that a person must."""

from __future__ import annotations

import pytest

from alarm_fanout.channels.mends import mend

# of Slack's reference of chat.postMessage and incoming webhooks: what no other message helps
SLACK = """
    not_in_channel channel_not_found is_archived restricted_action missing_scope invalid_auth
    not_authed token_revoked token_expired account_inactive no_permission not_allowed_token_type
    team_not_found access_denied accesslimited ekm_access_denied enterprise_is_restricted is_bot
    restricted_action_read_only_channel restricted_action_thread_only_channel no_service no_team
    messages_tab_disabled two_factor_setup_required no_active_hooks invalid_token team_disabled
    action_prohibited posting_to_general_channel_denied channel_is_archived
""".split()


@pytest.mark.parametrize("word", SLACK)
def test_each_word_of_slacks_has_its_mend(word: str) -> None:
    assert mend("slack", word)
    assert mend("slack", f"HTTP 403 {word}") == mend("slack", word)


@pytest.mark.parametrize(
    ("channel", "reason", "helps"),
    [
        (
            "teams",
            'HTTP 400 {"error":{"code":"WorkflowTriggerIsNotEnabled"}}',
            "turn the workflow on",
        ),
        ("teams", "HTTP 404 in an answer 200", "make the workflow anew"),
        ("teams", "HTTP 401", "sig="),
        ("pagerduty", "PagerDuty: HTTP 400 Length of 'routing_key' is incorrect", "routing_key"),
        ("pagerduty", "PagerDuty: HTTP 400 Invalid routing key", "routing_key"),
        ("email", "SNS: KMSInvalidStateException", "TopicKey"),
        ("sms", "SNS: AuthorizationError", "deploy the stack anew"),
        ("slack", "invalid_blocks", ""),
        ("pagerduty", "PagerDuty: HTTP 413", ""),
        ("pigeon", "not_in_channel", ""),
    ],
)
def test_what_helps_is_told_by_the_services_own_word(channel: str, reason: str, helps: str) -> None:
    found = mend(channel, reason)
    assert helps in found
    assert bool(found) is bool(helps)
