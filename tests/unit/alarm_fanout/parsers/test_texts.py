"""Any JSON made fit for people, and its fields in the order in which they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from alarm_fanout.parsers.document import facts, flattened, with_sentence
from alarm_fanout.parsers.texts import (
    bounded_key,
    clean,
    cleaned,
    digest,
    is_secret,
    masked,
    one_line,
    spelled,
)


def test_what_is_nested_deeper_than_any_document_is_cut() -> None:
    whole: Any = "x"
    for _ in range(32):
        whole = [whole]
    assert cleaned(whole) == whole
    deeper = cleaned([whole])
    for _ in range(32):
        [deeper] = deeper
    assert deeper == "…"
    objects: Any = {}
    for _ in range(32):
        objects = {"a": objects}
    found = cleaned(objects)
    for _ in range(32):
        found = found["a"]
    assert found == "…"


@pytest.mark.parametrize(
    ("value", "fit"),
    [
        (float("inf"), None), (float("nan"), None), (1.5, 1.5), (7, 7), (True, True), (None, None),
        ({"a\x00": "b\r\nc\rd"}, {"a\N{REPLACEMENT CHARACTER}": "b\nc\nd"}),
        (["\ud800"], ["\N{REPLACEMENT CHARACTER}"]),
    ],
)  # fmt: skip
def test_what_no_encoder_takes_is_left_out(value: Any, fit: Any) -> None:
    assert cleaned(value) == fit


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x1F, 0x7F, 0x9F, 0xD800, 0xDFFF])
def test_controls_are_shown_as_what_cannot_be(code: int) -> None:
    assert clean(chr(code)) == "\N{REPLACEMENT CHARACTER}"


def test_tabs_and_line_feeds_stay_until_a_text_must_be_one_line() -> None:
    assert clean("a\tb\nc d\xa0e") == "a\tb\nc d\xa0e"
    assert one_line("a\tb\nc\u2028d\u2029e f", 9) == "a b c d e"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (False, "no"), (4.0, "4"), (4.5, "4.5"), (0, "0"), (" a ", "a")],
)
def test_a_scalar_as_people_read_it(value: Any, text: str) -> None:
    assert spelled(value) == text


@pytest.mark.parametrize(
    "label",
    ["clientSecret", "password", "DBPasswd", "pass_phrase passphrase", "credentials", "authToken",
     "Set-Cookie", "Authorization", "bearer", "api_key", "API key", "access-key", "apikey",
     "private_key", "account key", "encryption_key", "routing key", "webhook_url", "apiKeyId",
     "accessKeyId", "privateKeyPem", "accountKeyName", "encryptionKeyArn", "routingKeyName"],
)  # fmt: skip
def test_a_secret_is_known_by_its_fields_name(label: str) -> None:
    assert is_secret(label)
    assert (masked(label, "x"), masked(label, "")) == ("(hidden)", "")


@pytest.mark.parametrize("label", ["key", "objectKey", "url", "keyboard", "pass", "account", "api"])
def test_other_names_are_no_secrets(label: str) -> None:
    assert not is_secret(label)
    assert masked(label, "x") == "x"


def test_a_digest_stands_for_values_whatever_the_order_of_their_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 2, "b": 1})
    assert len(digest("x")) == 32


def test_a_key_has_five_hundred_and_twelve_bytes_at_most() -> None:
    assert bounded_key("é" * 256) == "é" * 256
    long = bounded_key("é" * 256 + "a")
    assert long == f"{'é' * 80}…{digest('é' * 256 + 'a')}"
    assert len(bounded_key("x" * 5000).encode()) < 512


def test_fields_have_their_paths_and_lists_are_counted_from_one() -> None:
    document = {"a": {"b": 1}, "c": [{"d": 2}, [3, 4]], "e": list(range(30)), "f": []}
    assert list(flattened(document)) == [
        ("a.b", "1"), ("c 1.d", "2"), ("c 2", "3, 4"), ("e", ", ".join(map(str, range(20)))),
        ("f", ""),
    ]  # fmt: skip
    assert list(flattened([1, 2])) == [("values", "1, 2")]
    assert list(flattened([{"a": 1}])) == [("1.a", "1")]
    assert list(flattened(7)) == [("value", "7")]


FIRST = (
    "cause detail errorCode errorMessage event eventName lastStatus level message name reason"
    " resource result severity state status statusCode statusMessage statusReason stoppedReason"
    " title type"
).split()
LAST = (
    "version versionId schemaVersion id uuid request-id requestIds etag image-digest sequencer"
    " signature signatureVersion SigningCertURL UnsubscribeURL MessageId TopicArn x-amz-id"
    " principalId checksum configurationId hash metadata correlationId account accountId"
    " awsAccountId region awsRegion owner ownerId arn resourceArn eventSource traceId spanId"
    " timestamp eventTime updated_at createdAt createdBy modifiedBy invokedBy"
).split()


def test_what_a_person_asks_first_stands_first_and_what_nobody_asks_last() -> None:
    document = {name: name for name in (*LAST, "disk", *FIRST)}
    told = [value for _, value in facts(document, 100)]
    assert told[: len(FIRST)] == FIRST
    assert told[len(FIRST)] == "disk"
    assert told[len(FIRST) + 1 :] == LAST
    assert [value for _, value in facts(document, 100, first_only=True)] == FIRST


def test_of_fields_that_matter_the_nearest_comes_first() -> None:
    document = {"deep": {"state": "a"}, "state": "b", "x": {"y": {"state": "c"}}}
    assert [value for _, value in facts(document, 9)] == ["b", "a", "c"]


def test_what_is_empty_or_told_elsewhere_is_passed_over() -> None:
    document = {"a": "", "b": None, "c": "told", "d": "new"}
    assert facts(document, 9, {"told"}) == (("d", "new"),)
    assert facts(document, 1) == (("c", "told"),)


@pytest.mark.parametrize(("length", "shown"), [(80, "x" * 80), (81, "…" + "x" * 79)])
def test_of_a_long_path_the_end_stays(length: int, shown: str) -> None:
    assert facts({"x" * length: "1"}, 1) == ((shown, "1"),)


@pytest.mark.parametrize(("length", "shown"), [(200, "v" * 200), (201, "v" * 199 + "…")])
def test_a_value_has_two_hundred_characters_at_most(length: int, shown: str) -> None:
    assert facts({"a": "v" * length}, 1) == (("a", shown),)


@pytest.mark.parametrize(
    ("name", "said", "headline"),
    [
        ("web", "it failed\nbadly", "web: it failed"), ("web", "", "web"), ("web", " \n", "web"),
        ("web it failed", "it failed", "web it failed"),
        ("w" * 150, "x", "w" * 149 + "…"), ("w" * 147, "x", "w" * 147 + ": x"),
    ],
)  # fmt: skip
def test_a_headline_says_what_happened_where_there_is_room(
    name: str, said: str, headline: str
) -> None:
    assert with_sentence(name, said) == headline
