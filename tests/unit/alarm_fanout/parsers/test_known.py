"""Known services say what happened in their first line, and how bad it is."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.known import ENTRIES
from alarm_fanout.parsers.known.filters import DOCUMENTS, TEXTS
from alarm_fanout.parsers.known.reading import Source
from avatarwatch.alert_state import AlertState
from unit.alarm_fanout.parsers.event_files import NOW
from unit.alarm_fanout.parsers.known_events import CASES, Case

_FILTER = re.compile(r"\{[^{}|]+((?:\|\w+)+)\}")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_headline_says_what_happened(case: Case) -> None:
    alerts = parse(Envelope(case.payload, case.payload, subject=case.subject), NOW)
    assert tuple(alert.title for alert in alerts) == case.says
    assert alerts[0].severity is case.severity
    assert {alert.state for alert in alerts} == {case.state}
    assert len({alert.key for alert in alerts}) == len(alerts)


def test_what_fires_and_what_resolves_are_one_alert() -> None:
    fires, resolves = (
        parse(Envelope(case.payload, case.payload), NOW)[0]
        for case in CASES
        if case.name.startswith("alertmanager")
    )
    assert fires.key == resolves.key
    assert (fires.state, resolves.state) == (AlertState.ALARM, AlertState.OK)


def test_an_entry_tells_itself_from_every_other() -> None:
    names = [name for entry in ENTRIES for name in entry.of]
    assert len(names) == len(set(names))
    for entry in ENTRIES:
        assert bool(entry.of) != bool(entry.has)
        assert not entry.state or entry.keys


def test_every_filter_of_a_template_is_one() -> None:
    templates = [
        text
        for entry in ENTRIES
        for text in (*entry.titles, *entry.sentence, *dict(entry.facts).values(), entry.link)
    ]
    used = {
        name for text in templates for each in _FILTER.findall(text) for name in each[1:].split("|")
    }
    assert used <= TEXTS.keys() | DOCUMENTS.keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from([case for case in CASES if isinstance(case.payload, dict)]), st.data())
def test_whatever_stands_in_a_field_the_message_is_read(case: Case, data: st.DataObject) -> None:
    payload = json.loads(json.dumps(case.payload))
    within = payload.get("detail", payload)
    field = data.draw(st.sampled_from(sorted(within)))
    within[field] = data.draw(JSON)
    for alert in parse(Envelope(payload, payload), NOW):
        assert alert.name


def test_text_of_a_message_is_no_template() -> None:
    source = Source({}, {"a": "{b}[c]", "b": "secret"})
    assert source.fill("x {a}[: {a}]") == "x {b}[c]: {b}[c]"
