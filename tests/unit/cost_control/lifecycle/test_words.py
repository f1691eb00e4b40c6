"""Rules as people read them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cost_control.lifecycle.document import read
from cost_control.lifecycle.merge import merge
from cost_control.lifecycle.words import above, changes, sentence
from cost_control.money.moves import Move
from cost_control.money.prices import StorageClass
from cost_control.planning.plan import own_rule
from fakes.lifecycles import LEGAL, MIDNIGHT, moves, rule, to

TWO_ACTIONS = (
    "a/* tagged kind=avatar of 128 KiB and more: old versions into GLACIER_IR after 30 days, "
    "old versions deleted after 90 days but for the newest 2"
)
OURS = own_rule(Move(StorageClass.GLACIER_IR, 30, 131071))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (rule(), "avatars/*: deleted after 365 days"),
        (rule(Filter={}, Expiration={"Date": MIDNIGHT}), "all objects: deleted on 2027-01-01"),
        (rule(Status="Disabled"), "avatars/*: deleted after 365 days (disabled)"),
        (rule(Filter=None, Prefix="logs/", Expiration={"Days": 1}), "logs/*: deleted after 1 day"),
        (
            rule(Expiration={"ExpiredObjectDeleteMarker": True}),
            "avatars/*: lone delete markers removed",
        ),
        (
            moves(to("STANDARD_IA", 30), to("GLACIER", 99), Filter={"ObjectSizeLessThan": 900}),
            "objects below 900 bytes: into STANDARD_IA after 30 days, into GLACIER after 99 days",
        ),
        (
            rule(
                Filter={
                    "And": {
                        "Prefix": "a/",
                        "Tags": [{"Key": "kind", "Value": "avatar"}],
                        "ObjectSizeGreaterThan": 131071,
                    }
                },
                Expiration=None,
                NoncurrentVersionTransitions=[{"NoncurrentDays": 30, "StorageClass": "GLACIER_IR"}],
                NoncurrentVersionExpiration={"NoncurrentDays": 90, "NewerNoncurrentVersions": 2},
            ),
            TWO_ACTIONS,
        ),
        (
            rule(Expiration=None, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
            "avatars/*: unfinished uploads ended after 7 days",
        ),
        (
            rule(Replay={"Days": 3}),
            "avatars/*: deleted after 365 days, and what this version does not know: Replay",
        ),
    ],
)
def test_a_rule_is_a_sentence(given: dict[str, Any], words: str) -> None:
    [rule] = read({"Rules": [given]}).rules
    assert sentence(rule) == words


@pytest.mark.parametrize("name", LEGAL)
def test_every_legal_rule_has_words_without_json(name: str) -> None:
    for each in read({"Rules": LEGAL[name]}).rules:
        words = sentence(each)
        assert not any(each in words for each in ("{", "None", "()"))
        assert ": " in words


def test_sizes_are_read_as_they_are_meant() -> None:
    assert above(131071) == "of 128 KiB and more"
    assert above(131072) == "above 131,072 bytes"
    assert above(0) == "above 0 bytes"


def test_what_changed_is_ours_alone_even_where_forms_changed() -> None:
    before = read({"Rules": LEGAL["a legacy prefix"]})
    added, taken = changes(before, merge(before, (OURS,)))
    assert added == [
        "avatar-watch-transition: objects of 128 KiB and more: into GLACIER_IR after 30 days"
    ]
    assert not taken
    assert changes(merge(before, (OURS,)), before) == ([], added)


def test_a_rule_that_was_changed_is_taken_away_and_added() -> None:
    before = read({"Rules": [rule()]})
    after = replace(before, rules=(replace(before.rules[0], status="Disabled"),))
    added, taken = changes(before, after)
    assert added == ["avatars: avatars/*: deleted after 365 days (disabled)"]
    assert taken == ["avatars: avatars/*: deleted after 365 days"]
