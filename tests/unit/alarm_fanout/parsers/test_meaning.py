"""What fields of JSON that nobody told us about mean: each name, and which of several counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alarm_fanout.parsers import meaning, sounds
from avatarwatch.catalogue import Severity

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
ORDERED: dict[Callable[[Any], str], str] = {
    meaning.headline: "title subject name alarm_name AlertName alert event event-name",
    meaning.kind: "type job service messageType",
    meaning.about: "rule check trigger monitor backup certificate application app cluster bucket"
    " stack resource host hostname instance device node",
    meaning.sentence: "summary message text description reason stoppedReason status-reason"
    " statusMessage errorMessage error exception eventMessage cause output",
    meaning.state: "state status result outcome newState current_state lastStatus jobStatus"
    " statusCode conclusion buildStatus executionStatus operation eventType",
}


@pytest.mark.parametrize("read", ORDERED)
def test_of_several_names_the_first_counts(read: Callable[[Any], str]) -> None:
    names = ORDERED[read].split()
    for place in range(len(names)):
        document = {name: f"of {name}" for name in reversed(names[place:])}
        assert read(document) == f"of {names[place]}"


@pytest.mark.parametrize(
    ("levels", "severity"),
    [
        ("CRITICAL FATAL EMERGENCY SEV0 SEV1 P1 DISASTER", CRITICAL),
        ("HIGH ERROR MAJOR WARNING WARN MEDIUM SEV2 P2 AVERAGE URGENT", WARNING),
        ("LOW MINOR NORMAL INFO INFORMATIONAL NOTICE SUCCESS DEBUG NONE SEV3 SEV4 P3 P4 P5", INFO),
    ],
)
def test_how_bad_a_level_is(levels: str, severity: Severity) -> None:
    usual = {CRITICAL: INFO, WARNING: INFO, INFO: WARNING}[severity]
    text = "all is well" if usual is INFO else "it has failed"
    assert meaning.severity({"severity": "unheard of"}, text) is usual
    for level in levels.split():
        for name in ("severity", "level", "SeverityLabel", "alert_type", "priority", "urgency",
                     "importance", "job-severity-level", "criticality"):  # fmt: skip
            assert meaning.severity({name: level.lower()}, text) is severity
            assert meaning.severity({name: f"ALERT_LEVEL_{level}"}, text) is severity


@pytest.mark.parametrize(
    "word",
    ["cleared", "closed", "compliant", "healthy", "ok", "passed", "recovered", "resolved",
     "succeeded", "success", "not_stalled", "not impaired"],
)  # fmt: skip
def test_what_is_over_is_no_trouble(word: str) -> None:
    document = {"state": word, "severity": "critical", "part": {"status": "failed"}}
    assert meaning.severity(document) is INFO
    assert meaning.severity({"state": "open", "severity": "critical"}) is CRITICAL


BAD = """fail failed failure error errors abort aborted timed-out time_out timeout denied
    unhealthy degraded exhausted expired interrupted rejected impaired breached non-compliant
    non_compliant rolled-back roll_back rollback crashed lost fault refused unreachable unavailable
    blocked misconfigured suspended violation insufficient exceeded invalid
    corrupt killed disconnected stalled offline compromised halted vulnerability firing alerting
    panic warning critical problem down"""


@pytest.mark.parametrize("word", sorted(BAD.split()))
def test_a_word_that_sounds_bad(word: str) -> None:
    assert sounds.is_bad(f"it: {word}") is (word != "down")
    assert sounds.is_bad(word)


@pytest.mark.parametrize(
    "text",
    ["timed out", "rolled back", "not ready", "not_ready", "web is down", "web went down",
     "web has gone down", "[web down]", "threats found", "THREAT_FOUND", "out of memory",
     "low memory", "HTTP 503", "status: 500", "not ok", "not available", "not reachable",
     "not healthy", "not passed", "not successful", "not up"],
)  # fmt: skip
def test_words_that_sound_bad_together(text: str) -> None:
    assert sounds.is_bad(text)


@pytest.mark.parametrize(
    "text",
    ["no errors", "0 failures", "zero faults", "without any warnings", "no breaches",
     "no problems", "no threats found", "no vulnerabilities", "no disk errors", "errors: 0",
     "failed = 0", "faults:0", "lost: 0", "warnings: 0", "problems: 0", "by default", "HTTP 200",
     "country", "downtown", "invalidated"],
)  # fmt: skip
def test_words_that_only_resemble_those(text: str) -> None:
    assert not sounds.is_bad(text)


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("url", True), ("detailsUrl", True), ("link", True), ("html_link", True),
        ("unsubscribeUrl", False), ("signingCertUrl", False), ("avatarUrl", False),
        ("apiUrl", False), ("imageLink", False), ("logoUrl", False), ("callbackUrl", False),
        ("webhook_url", False), ("uri", False),
    ],
)  # fmt: skip
def test_which_address_is_a_page_for_people(name: str, *, leads: bool) -> None:
    address = "https://status.example.com/1"
    assert meaning.links({name: address}) == ((("Details", address),) if leads else ())
    assert meaning.links({name: "http://status.example.com/1"}) == ()


@pytest.mark.parametrize(("length", "is_one"), [(2, False), (3, True), (1000, True), (1001, False)])
def test_how_long_an_address_may_be(length: int, *, is_one: bool) -> None:
    assert bool(meaning.links({"url": "https://" + "x" * length})) is is_one


def test_what_is_deeper_than_three_levels_is_about_a_part() -> None:
    document: dict[str, Any] = {"a": {"b": {"status": "FAILED"}}}
    assert meaning.state(document) == "FAILED"
    assert meaning.state({"a": document}) == ""
    assert meaning.state({"parts": [{}, {}, {"status": "FAILED"}]}) == "FAILED"
    assert meaning.state({"parts": [{}, {}, {}, {"status": "FAILED"}]}) == ""


@pytest.mark.parametrize("part", ["previous", "prior", "old", "former", "desired"])
def test_what_was_or_is_wanted_is_not_how_it_is(part: str) -> None:
    assert meaning.state({f"{part}Thing": {"status": "FAILED"}, "status": "RUNNING"}) == "RUNNING"
    assert meaning.state({f"{part}Status": "FAILED", "jobPhase": "RUNNING"}) == "RUNNING"


@pytest.mark.parametrize("word", ["incident.resolved", "alert-closed", "CHECK_OK", "is healthy"])
def test_a_word_that_ends_with_an_end_is_one(word: str) -> None:
    assert sounds.is_end(word)
    assert meaning.severity({"eventType": word, "severity": "critical"}) is INFO


@pytest.mark.parametrize("word", ["unresolved", "NOT_CLOSED", "non-compliant", "un-healthy", "oks"])
def test_a_word_that_denies_an_end_is_none(word: str) -> None:
    assert not sounds.is_end(word)


@pytest.mark.parametrize("owner", ["organizationName", "org_name", "tenantName", "workspace-name"])
def test_whose_it_is_is_not_what_it_is_called(owner: str) -> None:
    assert meaning.title({owner: "Shop Inc", "check": {"checkName": "faces"}}) == "faces"


def test_the_name_of_a_state_is_the_state() -> None:
    document = {"check_state_name": "Reporting Error", "check_name": "faces"}
    assert (meaning.headline(document), meaning.state(document)) == ("faces", "Reporting Error")


def test_a_kind_says_what_it_is_about() -> None:
    document = {"type": "Endpoint", "resource": "arn:aws:sns:eu-north-1:123456789012:app/GCM/shop"}
    assert meaning.title(document) == "Endpoint: app/GCM/shop"
    assert meaning.title({"type": "Endpoint", "bucket": "media"}) == "Endpoint: media"
    assert meaning.title({"trigger": "nobody answers"}) == "nobody answers"


def test_of_several_words_for_what_happened_the_first_counts() -> None:
    names = "event eventName sub-type change_type typeOfChange action-type alertAction action type"
    for place in range(len(names.split())):
        document = {name: f"of {name}" for name in reversed(names.split()[place:])}
        assert meaning.deeds(document)[0] == f"of {names.split()[place]}"
    assert meaning.deeds({"part": {"action": "deleted"}, "type": "arn:aws:x"}) == []


@pytest.mark.parametrize("name", ["event", "action", "alert_action", "sub-type"])
def test_what_happened_is_as_bad_as_it_sounds_where_nothing_says_how_it_is(name: str) -> None:
    assert meaning.severity({name: "KeyProviderError"}) is WARNING
    assert meaning.severity({name: "KeyProviderError", "status": "resolved"}) is INFO
    assert meaning.severity({name: "put", "status": "resolved"}) is INFO


@pytest.mark.parametrize("title", ["Resolved: disk of db-1", "Manually resolved: disk of db-1"])
def test_what_is_called_over_is_so_whatever_level_it_had(title: str) -> None:
    assert meaning.severity({"severity": "critical"}, title) is INFO
    assert meaning.severity({"severity": "critical", "status": "failed"}, title) is CRITICAL


@pytest.mark.parametrize(
    "text", ['{"instanceType": "c7g.large"}', '["a", "b"]', "[]", '[{"a": 1}]']
)
def test_json_within_json_is_no_sentence(text: str) -> None:
    assert meaning.sentence({"description": text}) == ""
    assert meaning.sentence({"description": text, "reason": "no room"}) == "no room"


@pytest.mark.parametrize("text", ["[web] is slow", "{name} is slow", "[1] web is slow"])
def test_what_only_begins_like_json_is_a_sentence(text: str) -> None:
    assert meaning.sentence({"description": text}) == text


@pytest.mark.parametrize("name", ["api-name", "productName", "userName", "hostName", "filename"])
def test_names_of_what_it_is_not_about_are_none(name: str) -> None:
    assert meaning.headline({name: "x", "clusterName": "web"}) == "web"
    assert meaning.headline({name: "x"}) == ""


@pytest.mark.parametrize(("length", "state"), [(60, "x" * 60), (61, "")])
def test_a_state_is_a_short_word(length: int, state: str) -> None:
    assert meaning.state({"status": "x" * length}) == state
    assert meaning.state({"status": "arn:aws:x"}) == ""
