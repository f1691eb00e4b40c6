"""Signatures: the documentations' own, and against Slack's package and the standard library."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from chat_actions.request import Request
from chat_actions.signature import Verdict, of_pagerduty, of_slack
from fakes.chat import SLACK_SECRET
from local.inbox import interactivity

# Slack's documentation, "Verifying requests from Slack"
TIME = 1531420618
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015"
    b".47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
NOW = datetime.fromtimestamp(TIME, UTC)


def request(body: bytes = BODY, time: str = str(TIME), signature: str = SIGNATURE) -> Request:
    headers = {"x-slack-request-timestamp": time, "x-slack-signature": signature}
    return Request("POST", "/slack", headers, body)


def test_slacks_own_example_is_genuine() -> None:
    assert of_slack(request(), SLACK_SECRET, NOW) is Verdict.GENUINE


@pytest.mark.parametrize("seconds", [-301, -300, 300, 301])
def test_the_window_is_five_minutes_on_either_side(seconds: int) -> None:
    within = Verdict.GENUINE if abs(seconds) <= 300 else Verdict.LATE
    assert of_slack(request(), SLACK_SECRET, NOW + timedelta(seconds=seconds)) is within


@pytest.mark.parametrize(
    "forged",
    [
        request(body=BODY + b"&x=1"),
        request(time=str(TIME + 1)),
        request(time=f" {TIME}"),
        request(time=f"{TIME}.0"),
        request(time="٣"),
        request(time=""),
        request(time="9" * 4000),
        request(signature=SIGNATURE.upper()),
        request(signature=SIGNATURE[3:]),
        request(signature=SIGNATURE[:-1]),
        request(signature="v0=ä"),
        request(signature="v0=\ud800"),
        request(signature=""),
        Request("POST", "/slack", {}, BODY),
    ],
)
def test_what_differs_anywhere_is_forged(forged: Request) -> None:
    assert of_slack(forged, SLACK_SECRET, NOW) is Verdict.FORGED


def test_late_is_only_what_was_genuine() -> None:
    later = NOW + timedelta(hours=1)
    assert of_slack(request(), "another secret", later) is Verdict.FORGED


@pytest.mark.parametrize(("digits", "verdict"), [(12, Verdict.LATE), (13, Verdict.FORGED)])
def test_a_time_has_twelve_digits_at_most(digits: int, verdict: Verdict) -> None:
    time = "9" * digits
    signature = interactivity.signature(SLACK_SECRET, time, BODY)
    assert of_slack(request(BODY, time, signature), SLACK_SECRET, NOW) is verdict


# of blanks alone Slack's package takes none; our settings take none below 16 characters
SECRETS = st.text(min_size=1, max_size=40).filter(str.strip)


@given(st.binary(max_size=300), SECRETS, st.integers(-600, 600))
def test_it_judges_as_slacks_package_does(body: bytes, secret: str, age: int) -> None:
    secret = secret.encode(errors="replace").decode()
    time = str(TIME - age)
    signature = interactivity.signature(secret, time, body)
    package = (
        SignatureVerifier(secret, _Clock()).is_valid(
            body.decode("latin-1").encode("latin-1"), time, signature
        )
        if _is_text(body)
        else abs(age) <= 300
    )
    ours = of_slack(request(body, time, signature), secret, NOW)
    assert (ours is Verdict.GENUINE) == package


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Clock(Clock):
    def now(self) -> float:
        return float(TIME)


def signed(body: bytes, *secrets: str) -> Request:
    """Sign as PagerDuty's documentation shows it: HMAC-SHA256 of the raw body, in hex."""
    each = [hmac.new(s.encode(), body, hashlib.sha256).hexdigest() for s in secrets]
    header = ",".join(f"v1={digest}" for digest in each)
    return Request("POST", "/pagerduty", {"x-pagerduty-signature": header}, body)


@pytest.mark.parametrize("secrets", [("new",), ("old", "new"), ("new", "old"), ("a", "b", "new")])
def test_any_of_pagerdutys_signatures_is_enough(secrets: tuple[str, ...]) -> None:
    assert of_pagerduty(signed(b"{}", *secrets), "new") is Verdict.GENUINE


def test_pagerdutys_signature_is_over_this_body_by_this_version() -> None:
    right = signed(b"{}", "new")
    header = right.headers["x-pagerduty-signature"]
    spaced = replace(right, headers={"x-pagerduty-signature": f"v1=0, {header}"})
    assert of_pagerduty(spaced, "new") is Verdict.GENUINE
    for wrong in (
        replace(right, body=b"{ }"),
        replace(right, headers={"x-pagerduty-signature": header.replace("v1=", "v2=")}),
        replace(right, headers={"x-pagerduty-signature": ""}),
        replace(right, headers={}),
        signed(b"{}", "old", "older"),
    ):
        assert of_pagerduty(wrong, "new") is Verdict.FORGED
